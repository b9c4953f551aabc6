//! What a resource pattern leaves for the method and the path, whatever the API is.
//!
//! The resources of an API's ARNs begin with `{apiId}/{stage}/`. Here, a pattern is matched against all such beginnings at
//! once: those of any API, and of any stage or of one. Each place of the pattern that some beginning leads to leaves a suffix
//! of the pattern. The pattern matches some beginning followed by a text exactly if one of the suffixes matches the text. For
//! example, `abc/prod/GET/pets` leaves `GET/pets`, and `*/GET/pets` leaves itself, `GET/pets` and, because `GET` may be the
//! stage, `pets`.
//!
//! A suffix that begins with a star matches whatever an earlier suffix matches, so nothing before the last star is needed.

use smallvec::{SmallVec, smallvec};

use super::{api_names::is_of_name, parts::Part};

/// More suffixes than this are left only by patterns with many `?`.
const MAX: usize = 8;

/// Up to this many steps and places are kept on the stack.
const USUAL: usize = 16;

/// For each number of steps, whether the pattern so far matches a text that takes them.
type Taken = SmallVec<[bool; USUAL]>;

/// The suffixes of a pattern for a text behind `{apiId}/{stage}/`. `stage` is `None` if it may be any stage. Returns `None`
/// if there are more than a few.
///
/// The time is linear in the pattern, for each character of the stage.
pub(crate) fn left_for_any_api<'p>(
    pattern: &'p str,
    stage: Option<&str>,
) -> Option<SmallVec<[&'p str; MAX]>> {
    let symbols = pattern
        .char_indices()
        .map(|(at, c)| (at, Symbol::of_pattern(c)));
    let places = places_behind_api(symbols, stage);
    let suffixes = places.iter().filter_map(|at| pattern.get(*at..));
    (places.len() <= MAX).then(|| suffixes.collect())
}

/// The same for the parts of a pattern without variables. If there are many suffixes, one that covers all of them replaces
/// them.
pub(crate) fn parts_left_for_any_api(parts: &[Part], stage: Option<&str>) -> Vec<Vec<Part>> {
    let symbols = parts.iter().enumerate().flat_map(|(number, part)| {
        let symbols = symbols(part).into_iter();
        symbols.map(move |(at, symbol)| ((number, at), symbol))
    });
    let places = places_behind_api(symbols, stage);
    let suffix = |(number, at): &(usize, usize)| match parts.get(*number..) {
        Some([Part::Text(text), behind @ ..]) => {
            let text = text.get(*at..).unwrap_or_default();
            [&[Part::Text(text.to_owned())], behind].concat()
        }
        suffix => suffix.unwrap_or_default().to_vec(),
    };
    match places.last() {
        Some(last) if places.len() > MAX => vec![[vec![Part::Star], suffix(last)].concat()],
        _ => places.iter().map(suffix).collect(),
    }
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

/// A step of the beginning of a resource.
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
}

/// The steps of `{apiId}/{stage}/`.
fn steps(stage: Option<&str>) -> SmallVec<[Step; USUAL]> {
    let mut steps = smallvec![Step::Name, Step::Char('/')];
    match stage {
        Some(stage) => steps.extend(stage.chars().map(Step::Char)),
        None => steps.push(Step::Name),
    }
    steps.push(Step::Char('/'));
    steps
}

/// The places of a pattern that some beginning leads to, from the last star on, in ascending order.
///
/// Reads the pattern symbol by symbol, and notes in `taken` how many steps a text may take that the symbols so far match. Where
/// it may take all of them, a beginning may end, so the pattern from there on is left. A star also matches any further steps.
fn places_behind_api<P>(
    pattern: impl Iterator<Item = (P, Symbol)>,
    stage: Option<&str>,
) -> SmallVec<[P; MAX]> {
    let steps = steps(stage);
    let mut taken: Taken = smallvec![false; steps.len() + 1];
    if let Some(none) = taken.first_mut() {
        *none = true;
    }
    let mut places = SmallVec::new();
    let mut is_behind_star = false;
    for (place, symbol) in pattern {
        let Some(fewest) = taken.iter().position(|taken| *taken) else {
            break;
        };
        if let Symbol::Star = symbol {
            taken
                .iter_mut()
                .skip(fewest)
                .for_each(|taken| *taken = true);
            places.clear();
            places.push(place);
            is_behind_star = true;
            continue;
        }
        // What is directly behind a star matches nothing that the star does not.
        if taken.last() == Some(&true) && !is_behind_star {
            places.push(place);
        }
        is_behind_star = false;
        taken = advanced(&taken, &steps, symbol);
    }
    places
}

/// The numbers of steps that are taken with one more character.
fn advanced(taken: &[bool], steps: &[Step], symbol: Symbol) -> Taken {
    let pairs = taken.iter().zip(taken.iter().skip(1)).zip(steps);
    let advanced = pairs.map(|((before, behind), step)| {
        let goes_on = matches!(step, Step::Name) && *behind;
        (*before || goes_on) && step.takes(symbol)
    });
    [false].into_iter().chain(advanced).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            parts::{Syntax, parse},
            wildcard::Wildcard,
        },
        *,
    };

    fn parts(pattern: &str) -> Vec<Part> {
        let syntax = Syntax {
            wildcards: true,
            variables: false,
        };
        parse(pattern, syntax)
    }

    #[test]
    fn the_rest_of_the_pattern_is_left() {
        for (pattern, stage, expected) in [
            ("abc/prod/GET/a", None, &["GET/a"][..]),
            ("abc/prod/GET/a", Some("prod"), &["GET/a"]),
            ("abc/prod/GET/a", Some("dev"), &[]),
            ("abc/*/GET/a", Some("dev"), &["*/GET/a", "GET/a"]),
            ("abc/*/GET/a", None, &["*/GET/a", "GET/a"]),
            ("*/GET/a", None, &["*/GET/a", "GET/a", "a"]),
            ("*/GET/a", Some("prod"), &["*/GET/a", "GET/a"]),
            ("*/*/*/a", None, &["*/a"]),
            ("abc/prod*", Some("prod"), &["*"]),
            ("*", None, &["*"]),
            ("abc/p?od/GET", Some("prod"), &["GET"]),
            ("abc?prod?GET", None, &["GET"]),
            ("abc", None, &[]),
            ("abc/prod", None, &[]),
            ("abc/prod/", None, &[]),
            ("/prod/GET", None, &[]),
            ("abc//GET", None, &[]),
            ("a:b/prod/GET", None, &[]),
            ("\u{e9}/prod/GET", None, &[]),
            ("", None, &[]),
        ] {
            let left = left_for_any_api(pattern, stage).unwrap();
            assert_eq!(left.as_slice(), expected, "{pattern} {stage:?}");
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

    /// A name that a pattern of these characters matches may as well consist of `a`, and need not be longer than the pattern.
    #[test]
    fn what_is_left_matches_like_the_whole_behind_some_beginning_for_every_short_pattern() {
        const LONGEST: u32 = 5;
        let names: Vec<_> = (1..=LONGEST as usize)
            .map(|length| "a".repeat(length))
            .collect();
        let rests = texts("a/", 3);
        let mut counts = [0; MAX + 1];
        for pattern in texts("a/?*", LONGEST) {
            let whole = Wildcard::new(&pattern);
            for stage in [None, Some("a"), Some("aa"), Some("b")] {
                let stages = match stage {
                    None => names.clone(),
                    Some(stage) => vec![stage.to_owned()],
                };
                let left = left_for_any_api(&pattern, stage).unwrap();
                counts[left.len()] += 1;
                let left: Vec<_> = left.iter().map(|left| Wildcard::new(left)).collect();
                let of_parts = parts_left_for_any_api(&parts(&pattern), stage);
                let of_parts = of_parts.iter().map(|left| Wildcard::from_parts(left));
                let of_parts: Vec<_> = of_parts.collect();
                for rest in rests.iter().filter(|rest| !rest.is_empty()) {
                    let expected = names.iter().any(|api| {
                        let mut stages = stages.iter();
                        stages.any(|stage| whole.matches(&format!("{api}/{stage}/{rest}")))
                    });
                    for left in [&left, &of_parts] {
                        let found = left.iter().any(|left| left.matches(rest));
                        assert_eq!(found, expected, "{pattern} {stage:?} {rest}");
                    }
                }
            }
        }
        assert!(counts[..4].iter().all(|count| *count > 20), "{counts:?}");
    }

    /// One suffix covers what all of them would.
    #[test]
    fn many_suffixes_are_replaced() {
        let pattern = "*???????????x/y";
        assert_eq!(left_for_any_api(pattern, None), None);
        let left = parts_left_for_any_api(&parts(pattern), None);
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
            let left = parts_left_for_any_api(&parts(&pattern), Some("prod"));
            assert!(left.len() <= MAX);
        }
    }
}
