//! Sample method ARNs of a range.

use std::collections::{BTreeSet, HashMap, VecDeque};

use http::Method;

use crate::{
    api::Api,
    policy::{Entries, PolicyDocument, Statement, entries_of_stage, folded},
    request::arn::ArnBase,
};

/// Used in place of `*`: nothing, one character, and a text that no pattern contains by chance.
const ANYTHING: [&str; 3] = ["", "0", "any-5f1c/thing-9a04"];

/// Used in place of `?`.
const ONE: char = '0';

const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

/// In which case of its letters a sample matches both the range and an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LetterCase {
    /// Both have the same letters.
    Counts,
    /// They may differ in case. The sample has the letters of the range.
    OfRange,
    /// The same, but the sample has the letters of the entry.
    OfEntry,
}

/// Sample ARNs of the range, including those that an entry of the policy matches in one of these cases.
pub(super) fn of(
    policy: &PolicyDocument,
    api: &Api,
    (method, path): (&Method, &str),
    cases: &[LetterCase],
) -> Vec<String> {
    let methods = match method.as_str() {
        "*" => METHODS.as_slice(),
        _ => std::slice::from_ref(method),
    };
    let ranges = methods.iter().map(|method| api.method_arn(method, path));
    let resources = policy.statements().iter().map(Statement::resources);
    // If the API is not known, an entry for another one counts where it excludes.
    let stage = &ArnBase::of(api).whole;
    let ignores_case = cases.iter().any(|case| *case != LetterCase::Counts);
    let here = |entry: &String| {
        let mut entries = entries_of_stage(entry, stage, api.known());
        if ignores_case {
            let (entry, stage) = (folded(entry), folded(stage));
            entries.extend(entries_of_stage(&entry, &stage, api.known()));
        }
        entries.push(entry.clone());
        entries
    };
    let entries: BTreeSet<_> = resources.flat_map(Entries::texts).flat_map(here).collect();
    let samples = ranges.flat_map(|range| {
        let stage_and_method = range.as_str().len().saturating_sub(path.len());
        let range = range.as_str();
        // An entry's own letters must not make a sample of another stage or method.
        let is_of_range =
            |sample: &String| sample.get(..stage_and_method) == range.get(..stage_and_method);
        let fillings = ANYTHING.map(|anything| filled(range, anything));
        let picked = entries.iter().flat_map(|entry| {
            let samples = cases.iter().filter_map(|case| common(range, entry, *case));
            samples.filter(is_of_range)
        });
        let samples = fillings.into_iter().chain(picked);
        samples
            .flat_map(|sample| with_full_segments(range, sample))
            .collect::<Vec<_>>()
    });
    samples.collect()
}

/// The sample, and the same with a text in each empty segment, if that is in the range. An `Allow` of all texts does not
/// cover an empty one.
fn with_full_segments(range: &str, sample: String) -> impl Iterator<Item = String> {
    let mut full = sample.clone();
    while full.contains("//") {
        full = full.replace("//", "/0/");
    }
    let is_other = full != sample && common(range, &full, LetterCase::OfRange).is_some();
    [is_other.then_some(full), Some(sample)]
        .into_iter()
        .flatten()
}

fn filled(range: &str, anything: &str) -> String {
    let range = range.replace('?', &ONE.to_string());
    range.replace('*', anything)
}

/// A character of a pattern, and the form in which it is compared.
#[derive(Clone, Copy)]
struct Letter {
    written: char,
    compared: char,
}

impl Letter {
    /// The number of characters stays the same when they are folded.
    fn all_of(pattern: &str, case: LetterCase) -> Vec<Self> {
        let compared = match case {
            LetterCase::Counts => pattern.to_owned(),
            LetterCase::OfRange | LetterCase::OfEntry => folded(pattern),
        };
        let letters = pattern.chars().zip(compared.chars());
        letters
            .map(|(written, compared)| Self { written, compared })
            .collect()
    }
}

/// The shortest text that both patterns match.
///
/// This is a breadth-first search through both patterns at once. At a star in one pattern, the other may advance alone.
fn common(range: &str, entry: &str, case: LetterCase) -> Option<String> {
    let (left, right) = (Letter::all_of(range, case), Letter::all_of(entry, case));
    let mut came_from = HashMap::from([((0, 0), None)]);
    let mut open = VecDeque::from([(0, 0)]);
    while let Some(at) = open.pop_front() {
        let (l, r) = (left.get(at.0).copied(), right.get(at.1).copied());
        if l.is_none() && r.is_none() {
            return Some(way(&came_from, at));
        }
        for (next, spelled) in steps(at, l, r, case) {
            came_from.entry(next).or_insert_with(|| {
                open.push_back(next);
                Some((at, spelled))
            });
        }
    }
    None
}

type Place = (usize, usize);
type Step = (Place, Option<char>);

/// The places that can be reached from a place, and the character of each step.
fn steps(
    (i, j): Place,
    left: Option<Letter>,
    right: Option<Letter>,
    case: LetterCase,
) -> Vec<Step> {
    let is = |letter: Option<Letter>, sign| letter.is_some_and(|letter| letter.written == sign);
    let mut steps = Vec::new();
    if is(left, '*') {
        steps.push(((i + 1, j), None));
        steps.extend(
            right
                .filter(|letter| letter.written != '*')
                .map(|letter| ((i, j + 1), Some(spelled(letter)))),
        );
    }
    if is(right, '*') {
        steps.push(((i, j + 1), None));
        steps.extend(
            left.filter(|letter| letter.written != '*')
                .map(|letter| ((i + 1, j), Some(spelled(letter)))),
        );
    }
    if let (Some(l), Some(r), false) = (left, right, is(left, '*') || is(right, '*')) {
        let both = match (l.written, r.written) {
            ('?', _) => Some(spelled(r)),
            (_, '?') => Some(spelled(l)),
            _ if l.compared != r.compared => None,
            _ if case == LetterCase::OfEntry => Some(r.written),
            _ => Some(l.written),
        };
        steps.extend(both.map(|letter| ((i + 1, j + 1), Some(letter))));
    }
    steps
}

fn spelled(letter: Letter) -> char {
    match letter.written {
        '?' => ONE,
        written => written,
    }
}

fn way(came_from: &HashMap<Place, Option<Step>>, end: Place) -> String {
    let mut text = Vec::new();
    let mut at = end;
    while let Some(Some((before, spelled))) = came_from.get(&at) {
        text.extend(*spelled);
        at = *before;
    }
    text.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_text_that_two_patterns_match() {
        for (left, right, text) in [
            ("pets/*", "pets/secret", Some("pets/secret")),
            ("pets/*", "pets/*/toys", Some("pets//toys")),
            ("*/toys", "pets/*", Some("pets/toys")),
            ("a?c", "ab*", Some("abc")),
            ("*", "*", Some("")),
            ("?*", "*", Some("0")),
            ("*a*", "*b*", Some("ab")),
            ("pets", "pets", Some("pets")),
            ("pets", "dogs", None),
            ("pets/?", "pets/", None),
        ] {
            let found = common(left, right, LetterCase::Counts);
            assert_eq!(found.as_deref(), text, "{left} and {right}");
        }
    }

    #[test]
    fn the_text_has_the_letters_of_the_range_or_of_the_entry() {
        for (range, entry, of_range, of_entry) in [
            ("pets/*", "PETS/Toys", "pets/Toys", "PETS/Toys"),
            ("a?c", "AB*", "aBc", "ABc"),
            ("k", "\u{212a}", "k", "\u{212a}"),
        ] {
            let find = |case| common(range, entry, case);
            assert_eq!(find(LetterCase::Counts), None, "{range} {entry}");
            assert_eq!(find(LetterCase::OfRange).as_deref(), Some(of_range));
            assert_eq!(find(LetterCase::OfEntry).as_deref(), Some(of_entry));
        }
    }
}
