//! Matching text against a pattern of `*` (any run of characters) and `?` (exactly one).
//!
//! The usual two-pointer matcher is quadratic: `*a…ab*` against a long run of `a` costs milliseconds.
//! Here a pattern is cut at its stars. The first piece has to begin the text and the last one to end it;
//! those between are searched one after the other, each for its leftmost place, with a search that is
//! linear in the text: std's two-way search, or shift-and where a piece has a `?`.

/// One element of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// `*`
    Star,
    /// `?`
    Any,
    /// A character that stands for itself.
    Char(char),
}

/// Reads `*` and `?` as wildcards.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token> + '_ {
    text.chars().map(|c| match c {
        '*' => Token::Star,
        '?' => Token::Any,
        c => Token::Char(c),
    })
}

/// A compiled pattern. Small, for a policy may have very many.
#[derive(Debug, Clone)]
pub(super) enum Wildcard {
    /// Nothing but stars.
    Anything,
    /// No star: the whole text.
    Exact(Piece),
    /// Stars and more.
    Starred(Box<Starred>),
}

#[derive(Debug, Clone)]
pub(super) struct Starred {
    start: Piece,
    middle: Vec<Piece>,
    end: Piece,
}

impl Wildcard {
    pub(super) fn new(text: &str) -> Self {
        Self::from_tokens(tokens(text))
    }

    pub(super) fn from_tokens(tokens: impl IntoIterator<Item = Token>) -> Self {
        let tokens: Vec<_> = tokens.into_iter().collect();
        if !tokens.is_empty() && tokens.iter().all(|token| *token == Token::Star) {
            return Self::Anything;
        }
        let mut pieces = tokens.split(|token| *token == Token::Star).map(Piece::new);
        let start = pieces.next().unwrap_or_default();
        let Some(end) = pieces.next_back() else {
            return Self::Exact(start);
        };
        let middle = pieces.filter(|piece| !piece.is_empty()).collect();
        Self::Starred(Box::new(Starred { start, middle, end }))
    }

    /// Linear in the text, whatever the pattern.
    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Anything => true,
            Self::Exact(piece) => piece.after_start(text) == Some(""),
            Self::Starred(starred) => starred.matches(text),
        }
    }
}

impl Starred {
    fn matches(&self, text: &str) -> bool {
        let between = self
            .start
            .after_start(text)
            .and_then(|rest| self.end.before_end(rest));
        let after = |rest, piece: &Piece| piece.after_first(rest);
        between
            .and_then(|rest| self.middle.iter().try_fold(rest, after))
            .is_some()
    }
}

/// A stretch of a pattern between stars.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Literal(String),
    /// With at least one `?`.
    Gapped(Box<ShiftAnd>),
}

impl Default for Piece {
    fn default() -> Self {
        Self::Literal(String::new())
    }
}

impl Piece {
    fn new(tokens: &[Token]) -> Self {
        let literal = tokens.iter().map(|token| match token {
            Token::Char(c) => Some(*c),
            Token::Any | Token::Star => None,
        });
        match literal.clone().collect::<Option<String>>() {
            Some(text) => Self::Literal(text),
            None => Self::Gapped(Box::new(ShiftAnd::new(literal.collect()))),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Literal(text) if text.is_empty())
    }

    fn after_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Literal(literal) => text.strip_prefix(&**literal),
            Self::Gapped(gapped) => gapped.after_start(text),
        }
    }

    fn before_end<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Literal(literal) => text.strip_suffix(&**literal),
            Self::Gapped(gapped) => gapped.before_end(text),
        }
    }

    /// What follows the leftmost occurrence.
    fn after_first<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Literal(literal) => text.find(&**literal).map(|at| &text[at + literal.len()..]),
            Self::Gapped(gapped) => gapped.after_first(text),
        }
    }
}

/// A pattern of characters and gaps, searched bit by bit in parallel: bit `i` of the state says that
/// the pattern's first `i + 1` elements match the text up to here.
#[derive(Debug, Clone)]
pub(super) struct ShiftAnd {
    pattern: Vec<Option<char>>,
    /// Where each character may stand, sorted by character and then by word; words without it left out.
    masks: Vec<Mask>,
    /// Where any character may stand.
    gaps: Vec<u64>,
}

/// The places of one character in one word of the state.
#[derive(Debug, Clone)]
struct Mask {
    character: char,
    word: usize,
    bits: u64,
}

const WORD: usize = u64::BITS as usize;

impl ShiftAnd {
    fn new(pattern: Vec<Option<char>>) -> Self {
        let mut gaps = vec![0; pattern.len().div_ceil(WORD)];
        let mut places = Vec::new();
        for (at, element) in pattern.iter().enumerate() {
            match element {
                Some(c) => places.push((*c, at)),
                None => set(&mut gaps, at),
            }
        }
        places.sort_unstable();
        let mut masks: Vec<Mask> = Vec::new();
        for (character, at) in places {
            let (word, bit) = (at / WORD, 1 << (at % WORD));
            match masks.last_mut() {
                Some(mask) if mask.character == character && mask.word == word => mask.bits |= bit,
                _ => masks.push(Mask {
                    character,
                    word,
                    bits: bit,
                }),
            }
        }
        Self {
            pattern,
            masks,
            gaps,
        }
    }

    fn after_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut chars = text.chars();
        let fits = |wanted: &Option<char>, found| wanted.is_none_or(|wanted| wanted == found);
        let begins = self
            .pattern
            .iter()
            .all(|wanted| chars.next().is_some_and(|found| fits(wanted, found)));
        begins.then_some(chars.as_str())
    }

    fn before_end<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut chars = text.chars();
        let fits = |wanted: &Option<char>, found| wanted.is_none_or(|wanted| wanted == found);
        let ends = self
            .pattern
            .iter()
            .rev()
            .all(|wanted| chars.next_back().is_some_and(|found| fits(wanted, found)));
        ends.then_some(chars.as_str())
    }

    fn after_first<'t>(&self, text: &'t str) -> Option<&'t str> {
        let last = self.pattern.len() - 1;
        let mut state = vec![0_u64; self.gaps.len()];
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let mut masks = self.masks_of(c).iter().peekable();
            let mut carry = 1;
            for (index, (word, gaps)) in state.iter_mut().zip(&self.gaps).enumerate() {
                let own = masks.next_if(|mask| mask.word == index);
                let mask = gaps | own.map_or(0, |mask| mask.bits);
                let next_carry = *word >> (WORD - 1);
                *word = (*word << 1 | carry) & mask;
                carry = next_carry;
            }
            if is_set(&state, last) {
                return Some(chars.as_str());
            }
        }
        None
    }

    fn masks_of(&self, c: char) -> &[Mask] {
        let start = self.masks.partition_point(|mask| mask.character < c);
        let from = self.masks.get(start..).unwrap_or_default();
        let count = from.partition_point(|mask| mask.character == c);
        from.get(..count).unwrap_or_default()
    }
}

fn set(bits: &mut [u64], at: usize) {
    if let Some(word) = bits.get_mut(at / WORD) {
        *word |= 1 << (at % WORD);
    }
}

fn is_set(bits: &[u64], at: usize) -> bool {
    bits.get(at / WORD)
        .is_some_and(|word| word >> (at % WORD) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text, matches) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("a", "a", true),
            ("a", "ab", false),
            ("?", "", false),
            ("?", "é", true),
            ("a*", "a", true),
            ("*a", "ba", true),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("a**b", "a/x:b", true),
            ("?*", "x", true),
            ("?*", "", false),
            ("*b?d*", "abcde", true),
            ("*b?d*", "abce", false),
            ("*a?b*a?b*", "a1ba2b", true),
            ("*a?b*a?b*", "a1b2b", false),
            ("*a?a*", "aba", true),
            ("x*??", "xyz", true),
            ("x*??", "xy", false),
            ("*ab*abc*c", "ababcc", true),
            ("*ab*abc*c", "ababc", false),
            ("a\nb", "a\nb", true),
            ("a*b", "a\n\nb", true),
            (".", "x", false),
            ("[ab]", "a", false),
        ] {
            assert_eq!(
                Wildcard::new(pattern).matches(text),
                matches,
                "{pattern} {text}"
            );
        }
    }

    /// The textbook matcher, whose correctness can be seen.
    fn reference(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|skip| reference(rest, &text[skip..])),
            Some((wanted, rest)) => text.split_first().is_some_and(|(found, text)| {
                (*wanted == '?' || wanted == found) && reference(rest, text)
            }),
        }
    }

    #[test]
    fn equals_the_textbook_on_every_short_pattern_and_text() {
        let words = |letters: &[char], length: u32| {
            let letters = letters.to_vec();
            (0..(letters.len() as u32).pow(length))
                .map(move |mut number| {
                    let mut letter = || {
                        let letter = letters[number as usize % letters.len()];
                        number /= letters.len() as u32;
                        letter
                    };
                    (0..length).map(|_| letter()).collect::<Vec<_>>()
                })
                .collect::<Vec<_>>()
        };
        let texts: Vec<_> = (0..=6)
            .flat_map(|length| words(&['a', 'b'], length))
            .collect();
        for pattern in (0..=5).flat_map(|length| words(&['a', 'b', '*', '?'], length)) {
            let compiled = Wildcard::new(&pattern.iter().collect::<String>());
            for text in &texts {
                let joined: String = text.iter().collect();
                assert_eq!(
                    compiled.matches(&joined),
                    reference(&pattern, text),
                    "{pattern:?} {joined}"
                );
            }
        }
    }

    #[test]
    fn a_gapped_piece_may_be_longer_than_a_machine_word() {
        let piece = format!("{}?{}", "a".repeat(100), "b".repeat(100));
        let pattern = Wildcard::new(&format!("*{piece}*"));
        let text = format!("aaa{}x{}bbb", "a".repeat(100), "b".repeat(100));
        assert!(pattern.matches(&text));
        assert!(!pattern.matches(&text.replace('x', "xx")));
    }
}
