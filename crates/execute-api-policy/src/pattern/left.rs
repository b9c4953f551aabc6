//! The part of a resource pattern that is left for the method and the path after a beginning.
//!
//! The resources of an API's ARNs begin with `{apiId}/{stage}/`. Here, a pattern is matched against one such beginning, or
//! against many at once: those of any API, and of any stage or of one. Each place of the pattern that a beginning leads to
//! leaves a suffix of the pattern. The pattern matches a beginning followed by a text exactly if one of the suffixes matches
//! the text. For example:
//!
//! | pattern | beginning | suffixes |
//! |---|---|---|
//! | `api/*/GET/pets` | `api/prod/` | `*/GET/pets`, `GET/pets` |
//! | `api/prod/GET/pets` | any API and stage | `GET/pets` |
//! | `*/GET/pets` | any API and stage | `*/GET/pets`, `GET/pets` and, because `GET` may be the stage, `pets` |
//!
//! A suffix that begins with a star matches whatever an earlier suffix matches, so nothing before the last star is needed.

use smallvec::{SmallVec, smallvec};

use super::{api_names::is_of_name, parts::Part};

/// More suffixes than this are left only by patterns with many `?`.
const MAX: usize = 8;

/// Up to this many steps are kept on the stack.
const USUAL: usize = 32;

/// How the resources of ARNs begin. The texts have no wildcards.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Beginning<'b> {
    /// `{apiId}/{stage}/`
    Known(&'b str),
    /// That of any API, and of any stage if it is `None`.
    OfAnyApi { stage: Option<&'b str> },
}

/// The suffixes of a pattern for a text after the beginning, which is not empty. Returns `None` if there are more than a few.
///
/// The time is linear in the pattern, for each character of the beginning.
pub(crate) fn left_after<'p>(
    beginning: Beginning<'_>,
    pattern: &'p str,
) -> Option<SmallVec<[&'p str; MAX]>> {
    // Almost all patterns begin with the API and the stage themselves.
    if let Beginning::Known(text) = beginning {
        if let Some(left) = pattern.strip_prefix(text) {
            return Some(smallvec![left]);
        }
    }
    let symbols = pattern
        .char_indices()
        .map(|(at, c)| (at, Symbol::of_pattern(c)));
    let places = places_after(beginning, symbols);
    let suffixes = places.iter().filter_map(|at| pattern.get(*at..));
    (places.len() <= MAX).then(|| suffixes.collect())
}

/// The same for the parts of a pattern without variables. If there are many suffixes, one that covers all of them replaces
/// them.
pub(crate) fn parts_left_after(beginning: Beginning<'_>, parts: &[Part]) -> Vec<Vec<Part>> {
    let symbols = parts.iter().enumerate().flat_map(|(number, part)| {
        let symbols = symbols(part).into_iter();
        symbols.map(move |(at, symbol)| ((number, at), symbol))
    });
    let places = places_after(beginning, symbols);
    let suffix = |(number, at): &(usize, usize)| match parts.get(*number..) {
        Some([Part::Text(text), after @ ..]) => {
            let text = text.get(*at..).unwrap_or_default();
            [&[Part::Text(text.to_owned())], after].concat()
        }
        suffix => suffix.unwrap_or_default().to_vec(),
    };
    match places.last() {
        Some(last) if places.len() > MAX => vec![[vec![Part::Star], suffix(last)].concat()],
        _ => places.iter().map(suffix).collect(),
    }
}

/// The places of a pattern that a beginning leads to, from the last star on, in ascending order.
fn places_after<P>(
    beginning: Beginning<'_>,
    pattern: impl Iterator<Item = (P, Symbol)>,
) -> SmallVec<[P; MAX]> {
    let mut taken = Taken::nothing_of(beginning);
    let mut places = SmallVec::new();
    let mut is_after_star = false;
    for (place, symbol) in pattern {
        if taken.is_impossible() {
            break;
        }
        if let Symbol::Star = symbol {
            taken.take_any();
            places.clear();
            places.push(place);
            is_after_star = true;
            continue;
        }
        // What is directly after a star matches nothing that the star does not.
        if taken.may_be_whole() && !is_after_star {
            places.push(place);
        }
        is_after_star = false;
        taken.take(symbol);
    }
    places
}

/// One character of a pattern.
#[derive(Clone, Copy)]
enum Symbol {
    Star,
    Any,
    Char(char),
}

impl Symbol {
    fn of_pattern(c: char) -> Self {
        match c {
            '*' => Self::Star,
            '?' => Self::Any,
            c => Self::Char(c),
        }
    }
}

fn symbols(part: &Part) -> Vec<(usize, Symbol)> {
    match part {
        Part::Text(text) => {
            let chars = text.char_indices();
            chars.map(|(at, c)| (at, Symbol::Char(c))).collect()
        }
        Part::Any => vec![(0, Symbol::Any)],
        Part::Star | Part::Variable(_) => vec![(0, Symbol::Star)],
    }
}

/// A step of a beginning.
#[derive(Clone, Copy)]
enum Step {
    /// A name of at least one character.
    Name,
    Char(char),
}

impl Step {
    /// Whether the step takes a character of a text that this symbol matches.
    fn takes(self, symbol: Symbol) -> bool {
        match (self, symbol) {
            (_, Symbol::Any | Symbol::Star) => true,
            (Self::Name, Symbol::Char(c)) => is_of_name(c),
            (Self::Char(wanted), Symbol::Char(c)) => wanted == c,
        }
    }

    /// Whether it takes further characters, too.
    fn repeats(self) -> bool {
        matches!(self, Self::Name)
    }
}

/// How many steps of a beginning a text may have taken that the pattern so far matches.
struct Taken {
    /// Whether it may have taken none.
    none: bool,
    /// The steps, and whether each may be the last one that it has taken.
    steps: SmallVec<[(Step, bool); USUAL]>,
}

impl Taken {
    fn nothing_of(beginning: Beginning<'_>) -> Self {
        let mut steps = SmallVec::new();
        let mut add = |step| steps.push((step, false));
        match beginning {
            Beginning::Known(text) => text.chars().map(Step::Char).for_each(add),
            Beginning::OfAnyApi { stage } => {
                add(Step::Name);
                add(Step::Char('/'));
                match stage {
                    Some(stage) => stage.chars().map(Step::Char).for_each(&mut add),
                    None => add(Step::Name),
                }
                add(Step::Char('/'));
            }
        }
        Self { none: true, steps }
    }

    /// Whether no beginning leads here.
    fn is_impossible(&self) -> bool {
        !self.none && self.steps.iter().all(|(_, is_last)| !is_last)
    }

    fn may_be_whole(&self) -> bool {
        self.steps.last().is_some_and(|(_, is_last)| *is_last)
    }

    /// Takes a character that the symbol matches.
    fn take(&mut self, symbol: Symbol) {
        let mut before = std::mem::take(&mut self.none);
        for (step, is_last) in &mut self.steps {
            let was_last = *is_last;
            *is_last = (before || was_last && step.repeats()) && step.takes(symbol);
            before = was_last;
        }
    }

    /// Takes any number of characters.
    fn take_any(&mut self) {
        let mut is_reached = self.none;
        for (_, is_last) in &mut self.steps {
            is_reached |= *is_last;
            *is_last = is_reached;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            parts::{Syntax, parse},
            wildcard::Wildcard,
        },
        Beginning::{Known, OfAnyApi},
        *,
    };

    /// That of any API and any stage.
    const ANY: Beginning<'_> = OfAnyApi { stage: None };

    fn of_stage(stage: &str) -> Beginning<'_> {
        OfAnyApi { stage: Some(stage) }
    }

    fn parts(pattern: &str) -> Vec<Part> {
        let syntax = Syntax {
            wildcards: true,
            variables: false,
        };
        parse(pattern, syntax)
    }

    #[test]
    fn the_rest_of_the_pattern_is_left_behind_a_known_beginning() {
        for (pattern, expected) in [
            ("api/prod/GET/pets", &["GET/pets"][..]),
            ("api/prod/", &[""]),
            ("api/prod", &[]),
            ("api/production/GET", &[]),
            ("api/???d/GET", &["GET"]),
            ("*", &["*"]),
            ("api/*", &["*"]),
            ("api/prod*", &["*"]),
            ("api/prod/*", &["*"]),
            ("api*prod/**", &["*"]),
            ("api*x*prod", &["*x*prod"]),
            ("*/*/*/x", &["*/x"]),
            ("api/*/GET/pets", &["*/GET/pets", "GET/pets"]),
            ("*/prod/GET", &["*/prod/GET", "prod/GET", "GET"]),
            ("*pets", &["*pets"]),
            ("*/", &["*/"]),
            ("*prod/", &["*prod/"]),
            ("api/*?/x", &["*?/x", "/x", "x"]),
            ("api/*d?x", &["*d?x", "x"]),
            ("*???x", &["*???x", "??x", "?x", "x"]),
        ] {
            let left = left_after(Known("api/prod/"), pattern).unwrap();
            assert_eq!(left.as_slice(), expected, "{pattern}");
        }
    }

    #[test]
    fn the_rest_of_the_pattern_is_left_behind_many_beginnings() {
        for (pattern, beginning, expected) in [
            ("abc/prod/GET/a", ANY, &["GET/a"][..]),
            ("abc/prod/GET/a", of_stage("prod"), &["GET/a"]),
            ("abc/prod/GET/a", of_stage("dev"), &[]),
            ("abc/*/GET/a", of_stage("dev"), &["*/GET/a", "GET/a"]),
            ("abc/*/GET/a", ANY, &["*/GET/a", "GET/a"]),
            ("*/GET/a", ANY, &["*/GET/a", "GET/a", "a"]),
            ("*/GET/a", of_stage("prod"), &["*/GET/a", "GET/a"]),
            ("*/*/*/a", ANY, &["*/a"]),
            ("abc/prod*", of_stage("prod"), &["*"]),
            ("*", ANY, &["*"]),
            ("abc/p?od/GET", of_stage("prod"), &["GET"]),
            ("abc?prod?GET", ANY, &["GET"]),
            ("abc", ANY, &[]),
            ("abc/prod", ANY, &[]),
            ("abc/prod/", ANY, &[]),
            ("/prod/GET", ANY, &[]),
            ("abc//GET", ANY, &[]),
            ("a:b/prod/GET", ANY, &[]),
            ("\u{e9}/prod/GET", ANY, &[]),
            ("", ANY, &[]),
        ] {
            let left = left_after(beginning, pattern).unwrap();
            assert_eq!(left.as_slice(), expected, "{pattern} {beginning:?}");
        }
    }

    /// All texts of these characters up to this length.
    fn texts(characters: &str, length: u32) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut longest = all.clone();
        for _ in 0..length {
            let longer = longest.iter().flat_map(|text| {
                let more = characters.chars();
                more.map(move |character| format!("{text}{character}"))
            });
            longest = longer.collect();
            all.extend(longest.iter().cloned());
        }
        all
    }

    /// Beginnings, and all texts that they stand for. A name that a pattern of at most so many `a`, slashes and wildcards
    /// matches may as well consist of `a`, and need not be longer than the pattern.
    fn beginnings(longest: u32) -> Vec<(Beginning<'static>, Vec<String>)> {
        let names: Vec<_> = (1..=longest as usize)
            .map(|length| "a".repeat(length))
            .collect();
        let in_stages = |stages: &[String]| {
            let names = names.iter();
            let texts = names.flat_map(|api| stages.iter().map(move |it| format!("{api}/{it}/")));
            texts.collect::<Vec<_>>()
        };
        let mut all = vec![(ANY, in_stages(&names))];
        for stage in ["a", "aa", "b"] {
            all.push((of_stage(stage), in_stages(&[stage.to_owned()])));
        }
        let known = texts("a/", 4).into_iter().filter(|text| !text.is_empty());
        all.extend(known.map(|text| (Known(text.clone().leak()), vec![text])));
        all
    }

    #[test]
    fn what_is_left_matches_like_the_whole_for_every_short_pattern() {
        const LONGEST: u32 = 5;
        let (beginnings, rests) = (beginnings(LONGEST), texts("a/", 3));
        let mut counts = [0; MAX + 1];
        for pattern in texts("a/?*", LONGEST) {
            let whole = Wildcard::new(&pattern);
            for (beginning, texts) in &beginnings {
                let left = left_after(*beginning, &pattern).unwrap();
                counts[left.len()] += 1;
                let left: Vec<_> = left.iter().map(|left| Wildcard::new(left)).collect();
                let of_parts = parts_left_after(*beginning, &parts(&pattern));
                let of_parts = of_parts.iter().map(|left| Wildcard::from_parts(left));
                let of_parts: Vec<_> = of_parts.collect();
                for rest in rests.iter().filter(|rest| !rest.is_empty()) {
                    let mut texts = texts.iter();
                    let expected = texts.any(|text| whole.matches(&format!("{text}{rest}")));
                    for left in [&left, &of_parts] {
                        let found = left.iter().any(|left| left.matches(rest));
                        assert_eq!(found, expected, "{pattern} {beginning:?} {rest}");
                    }
                }
            }
        }
        assert!(counts[..5].iter().all(|count| *count > 20), "{counts:?}");
    }

    /// One suffix covers what all of them would.
    #[test]
    fn many_suffixes_are_replaced() {
        let pattern = "*???????????x/y";
        assert_eq!(left_after(ANY, pattern), None);
        let left = parts_left_after(ANY, &parts(pattern));
        let [left] = &left[..] else {
            panic!("{left:?}")
        };
        let left = Wildcard::from_parts(left);
        for (text, expected) in [
            ("y", true),
            ("x/y", true),
            ("aaaaaaaaaaax/y", true),
            ("x", false),
        ] {
            assert_eq!(left.matches(text), expected, "{text}");
        }
    }

    #[test]
    fn many_slashes_and_question_marks_cost_linear_time() {
        for pattern in [
            "/?".repeat(100_000),
            "*?".repeat(100_000),
            "a*/".repeat(100_000),
        ] {
            let left = parts_left_after(of_stage("prod"), &parts(&pattern));
            assert!(left.len() <= MAX);
        }
    }
}
