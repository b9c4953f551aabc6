//! Compares the algorithms for pieces with gaps with simple ones, on short and on long texts.

use super::{
    Wildcard, elements::Element, gapped::Gapped, haystack::Haystack, literal,
    piece_search::end_of_first, place_sets::PlaceSets,
};

/// Compares the piece with the text at each place.
fn after_first_by_trying<'t>(piece: &[Element], text: &'t str) -> Option<&'t str> {
    let chars: Vec<_> = text.char_indices().chain([(text.len(), '\0')]).collect();
    let fits =
        |(wanted, (_, found)): (&Element, &(usize, char))| wanted.is_none_or(|c| c == *found);
    let last = (chars.len() - 1).checked_sub(piece.len())?;
    let start = (0..=last).find(|start| piece.iter().zip(&chars[*start..]).all(fits))?;
    Some(&text[chars[start + piece.len()].0..])
}

/// Returns whether the piece was found.
fn compare(piece: &[Element], text: &str) -> bool {
    let expected = after_first_by_trying(piece, text).map(|rest| text.len() - rest.len());
    let of = || format!("{piece:?} in {text:?}");
    let found = end_of_first(&PlaceSets::new(text), piece, 0..text.len());
    assert_eq!(found, expected, "sets of places: {}", of());
    let gapped = Gapped::new(piece.to_vec());
    let haystack = Haystack::new(text);
    let found = gapped.end_of_first(&haystack, 0..text.len());
    assert_eq!(found, expected, "with patience: {}", of());
    haystack.patience.spend(usize::MAX / 2);
    let found = gapped.end_of_first(&haystack, 0..text.len());
    assert_eq!(found, expected, "without patience: {}", of());
    if let Some(literal) = piece.iter().copied().collect::<Option<String>>() {
        for haystack in [Haystack::new(text), haystack] {
            let found = literal::end_of_first(&literal, &haystack, 0..text.len());
            assert_eq!(found, expected, "as a literal: {}", of());
        }
    }
    expected.is_some()
}

fn words<T: Copy>(letters: &[T], length: u32) -> Vec<Vec<T>> {
    let count = letters.len();
    let word = |number: usize| (0..length).map(move |at| letters[number / count.pow(at) % count]);
    (0..count.pow(length))
        .map(|number| word(number).collect())
        .collect()
}

#[test]
fn every_short_piece_is_found_in_every_short_text() {
    let texts: Vec<String> = (0..=5)
        .flat_map(|length| words(&['a', '\u{e9}', 'c'], length))
        .map(|text| text.into_iter().collect())
        .collect();
    let letters = [Some('a'), Some('\u{e9}'), None];
    for piece in (1..=4).flat_map(|length| words(&letters, length)) {
        for text in &texts {
            compare(&piece, text);
        }
    }
}

/// Numbers that look random, and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    /// A text that is the same at many places: it repeats a few characters, with some exceptions.
    fn text(&mut self, letters: &[char], length: usize) -> Vec<char> {
        let period = 1 + self.below(2 * letters.len());
        let repeated: Vec<_> = (0..period)
            .map(|_| letters[self.below(letters.len())])
            .collect();
        let mut text: Vec<_> = repeated.into_iter().cycle().take(length).collect();
        for _ in 0..self.below(6) {
            let at = self.below(length);
            text[at] = letters[self.below(letters.len())];
        }
        text
    }
}

const LETTERS: [&[char]; 4] = [
    &['a', 'b'],
    &['a', 'b', 'c', 'd', '?', '*'],
    &['a', '\u{e9}', '\u{20ac}', '\u{1f642}'],
    &['\u{e9}', '\u{e8}'],
];

/// The lengths at which another algorithm, another word of bits or another window begins are among these. In a window of
/// the longest ones, the few candidates that are left are compared one by one.
const LENGTHS: [usize; 18] = [
    1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 191, 192, 193, 256, 300, 600, 1_200,
];

#[test]
fn long_pieces_are_found_in_long_texts() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut found = [0, 0];
    for round in 0..2_000 {
        let letters = LETTERS[round % LETTERS.len()];
        let length = LENGTHS[numbers.below(LENGTHS.len())];
        let spare = numbers.below(3 * length);
        let text = numbers.text(letters, length + spare);
        let start = numbers.below(spare + 1);
        let gaps = 1 + numbers.below(12);
        let mut piece: Vec<Element> = text[start..start + length]
            .iter()
            .map(|c| (numbers.below(gaps) > 0).then_some(*c))
            .collect();
        if numbers.below(2) == 0 {
            piece[numbers.below(length)] = Some(letters[numbers.below(letters.len())]);
        }
        let text: String = text.into_iter().collect();
        found[usize::from(compare(&piece, &text))] += 1;
    }
    assert!(found.iter().all(|count| *count > 300), "{found:?}");
}

/// Texts are searched window by window, so places at both sides of each boundary are tried.
#[test]
fn long_pieces_are_found_at_every_place() {
    for length in [2, 64, 128, 129, 192] {
        let middle = "a".repeat(length - 2);
        let piece: Vec<Element> = format!("x{middle}y").chars().map(Some).collect();
        let mut with_gap = piece.clone();
        with_gap[length / 2] = None;
        for before in 0..2 * length + 66 {
            let text = format!(
                "{}x{middle}y{}",
                "a".repeat(before),
                "a".repeat(before % 70)
            );
            assert!(compare(&piece, &text) && compare(&with_gap, &text));
        }
    }
}

/// Computes row by row which prefixes of the text the pattern matches so far.
fn matches_by_table(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut matched = vec![false; text.len() + 1];
    matched[0] = true;
    for wanted in pattern.chars() {
        let before = matched.clone();
        matched[0] = before[0] && wanted == '*';
        for (at, found) in text.iter().enumerate() {
            matched[at + 1] = match wanted {
                '*' => before[at + 1] || matched[at],
                '?' => before[at],
                wanted => before[at] && wanted == *found,
            };
        }
    }
    matched[text.len()]
}

#[test]
fn patterns_of_many_pieces_equal_a_table_of_prefixes() {
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    let mut found = [0, 0];
    for round in 0..600 {
        let letters = LETTERS[round % LETTERS.len()];
        let length = 1 + numbers.below(500);
        let text = numbers.text(letters, length);
        let (gaps, stars) = (1 + numbers.below(12), 1 + numbers.below(150));
        let mut pattern = String::from("*");
        let mut rest = text.iter();
        while let Some(c) = rest.next() {
            let is_gap = numbers.below(gaps) == 0;
            pattern.push(if is_gap { '?' } else { *c });
            if numbers.below(stars) == 0 {
                pattern.push('*');
                for _ in 0..numbers.below(20) {
                    rest.next();
                }
            }
        }
        if numbers.below(2) == 0 {
            pattern.push(letters[numbers.below(letters.len())]);
        }
        pattern.push('*');
        let text: String = text.into_iter().collect();
        let expected = matches_by_table(&pattern, &text);
        assert_eq!(
            Wildcard::new(&pattern).matches(&text),
            expected,
            "{pattern} {text}"
        );
        found[usize::from(expected)] += 1;
    }
    assert!(found.iter().all(|count| *count > 100), "{found:?}");
}
