//! Sample method ARNs of a range.

use std::collections::{BTreeSet, HashMap, VecDeque};

use http::Method;

use crate::{
    api::Api,
    policy::{Entries, PolicyDocument, Statement, entries_of_stage},
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

/// Sample ARNs of the range, including those that an entry of the policy matches.
pub(super) fn of(policy: &PolicyDocument, api: &Api, method: &Method, path: &str) -> Vec<String> {
    let methods = match method.as_str() {
        "*" => METHODS.as_slice(),
        _ => std::slice::from_ref(method),
    };
    let ranges = methods.iter().map(|method| api.method_arn(method, path));
    let resources = policy.statements().iter().map(Statement::resources);
    // If the API is not known, an entry for another one counts where it excludes.
    let stage = &ArnBase::of(api).whole;
    let here = |entry: &String| {
        let of_stage = entries_of_stage(entry, stage, api.known());
        [entry.clone()].into_iter().chain(of_stage)
    };
    let entries: BTreeSet<_> = resources.flat_map(Entries::texts).flat_map(here).collect();
    let samples = ranges.flat_map(|range| {
        let range = range.as_str();
        let fillings = ANYTHING.map(|anything| filled(range, anything));
        let picked = entries.iter().filter_map(|entry| common(range, entry));
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
    let is_other = full != sample && common(range, &full).is_some();
    [is_other.then_some(full), Some(sample)]
        .into_iter()
        .flatten()
}

fn filled(range: &str, anything: &str) -> String {
    let range = range.replace('?', &ONE.to_string());
    range.replace('*', anything)
}

/// The shortest text that both patterns match.
///
/// This is a breadth-first search through both patterns at once. At a star in one pattern, the other may advance alone.
fn common(left: &str, right: &str) -> Option<String> {
    let (left, right): (Vec<_>, Vec<_>) = (left.chars().collect(), right.chars().collect());
    let mut came_from = HashMap::from([((0, 0), None)]);
    let mut open = VecDeque::from([(0, 0)]);
    while let Some(at) = open.pop_front() {
        let (l, r) = (left.get(at.0).copied(), right.get(at.1).copied());
        if l.is_none() && r.is_none() {
            return Some(way(&came_from, at));
        }
        for (next, spelled) in steps(at, l, r) {
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
fn steps((i, j): Place, left: Option<char>, right: Option<char>) -> Vec<Step> {
    let mut steps = Vec::new();
    if left == Some('*') {
        steps.push(((i + 1, j), None));
        steps.extend(
            right
                .filter(|c| *c != '*')
                .map(|c| ((i, j + 1), Some(spelled(c)))),
        );
    }
    if right == Some('*') {
        steps.push(((i, j + 1), None));
        steps.extend(
            left.filter(|c| *c != '*')
                .map(|c| ((i + 1, j), Some(spelled(c)))),
        );
    }
    match (left, right) {
        (Some('*'), _) | (_, Some('*')) | (None, _) | (_, None) => {}
        (Some('?'), Some(c)) | (Some(c), Some('?')) => {
            steps.push(((i + 1, j + 1), Some(spelled(c))));
        }
        (Some(l), Some(r)) if l == r => steps.push(((i + 1, j + 1), Some(l))),
        (Some(_), Some(_)) => {}
    }
    steps
}

fn spelled(c: char) -> char {
    if c == '?' { ONE } else { c }
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
            assert_eq!(common(left, right).as_deref(), text, "{left} and {right}");
        }
    }
}
