//! Values of path parameters for which a policy may decide differently.

use std::collections::{BTreeSet, HashSet};

use tower_lambda_authorizer::policy::PolicyDocument;

/// A resource such as `/pets/{petId}`, character by character.
pub(crate) struct Template(Vec<Item>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Character(char),
    /// A parameter: one character or more, without a slash.
    Parameter,
    /// `{proxy+}`: one character or more.
    Greedy,
}

/// The parts of a pattern in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Token {
    Character(char),
    /// `?`
    One,
    /// `*`
    Any,
}

/// The patterns of a policy's resources.
pub(crate) struct Values {
    patterns: BTreeSet<Vec<Token>>,
    /// One value has one character, and the other is longer than any pattern. No pattern contains them, so only
    /// wildcards match them.
    unnamed: [String; 2],
}

/// The most places that the search for one pattern may visit. It remembers all of them.
const MAX_PLACES: usize = 2_000_000;

/// This many places take about as long as matching one pattern may take.
const PLACES_FOR_A_LOOK: usize = 300;

impl Template {
    pub(crate) fn new(resource: &str) -> Self {
        if resource.ends_with("$default") {
            return Self(vec![Item::Character('/'), Item::Greedy]);
        }
        let mut items = Vec::new();
        for segment in resource.split('/').skip(1) {
            items.push(Item::Character('/'));
            let name = segment.strip_prefix('{');
            match name.and_then(|name| name.strip_suffix('}')) {
                None => items.extend(segment.chars().map(Item::Character)),
                Some(name) if name.ends_with('+') => items.push(Item::Greedy),
                Some(_) => items.push(Item::Parameter),
            }
        }
        Self(items)
    }

    fn has_parameters(&self) -> bool {
        let mut items = self.0.iter();
        items.any(|item| !matches!(item, Item::Character(_)))
    }

    /// The path in which the parameters have these values in turn, starting again after the last one.
    fn path(&self, values: &[&str]) -> String {
        let mut values = values.iter().cycle();
        let mut path = String::new();
        for item in &self.0 {
            match item {
                Item::Character(character) => path.push(*character),
                Item::Parameter | Item::Greedy => path.extend(values.next().copied()),
            }
        }
        path
    }
}

impl Values {
    /// `entries` has what an entry that excludes covers of the layer's requests, as entries for its stage.
    pub(crate) fn of(policy: &PolicyDocument, entries: impl Fn(&str) -> Vec<String>) -> Self {
        let statements = policy.statements().iter();
        let texts = statements.flat_map(|statement| statement.resources().texts());
        let texts: Vec<&str> = texts.map(AsRef::as_ref).collect();
        let tokens_of = |text: &str| text.splitn(6, ':').nth(5).map(tokens);
        let as_written = texts.iter().filter_map(|text| tokens_of(text));
        let of_stage = texts.iter().flat_map(|text| entries(text));
        let of_stage = of_stage.filter_map(|text| tokens_of(&text));
        Self {
            unnamed: unnamed(&texts),
            patterns: as_written.chain(of_stage).collect(),
        }
    }

    /// The paths of a template to evaluate: with values that no pattern names, and one that each pattern matches.
    ///
    /// If no pattern is in a `NotResource`, this is enough. A verdict that differs from the one for unnamed values needs a
    /// pattern that matches only some values, and then it differs for the path that this pattern matches, too: from "no
    /// statement" to "allowed" or "denied", or from "allowed" to "denied".
    ///
    /// `name` is the ARN's last part before the path. `None` if there are too many patterns to try.
    pub(crate) fn paths(
        &self,
        name: &str,
        template: &Template,
        most: usize,
    ) -> Option<BTreeSet<String>> {
        let [short, long] = &self.unnamed;
        let mut paths = BTreeSet::from([template.path(&[long])]);
        if !template.has_parameters() {
            return Some(paths);
        }
        let length = name.len() + template.0.len();
        let longest = self.patterns.iter().map(Vec::len).max().unwrap_or(0);
        let all: usize = self.patterns.iter().map(Vec::len).sum();
        if self.patterns.len() > most
            || longest.saturating_mul(length) > MAX_PLACES
            || all.saturating_mul(length) > most.saturating_mul(PLACES_FOR_A_LOOK)
        {
            return None;
        }
        paths.extend(
            [&[short.as_str()][..], &[short, long], &[long, short]]
                .map(|values| template.path(values)),
        );
        let items = name.chars().map(Item::Character);
        let items: Vec<_> = items.chain(template.0.iter().copied()).collect();
        for pattern in &self.patterns {
            let found = common(pattern, &items, short.chars().next().unwrap_or('~'));
            paths.extend(found.and_then(|found| found.get(name.len()..).map(str::to_owned)));
        }
        Some(paths)
    }
}

/// Values that no text contains.
fn unnamed(texts: &[&str]) -> [String; 2] {
    let longest = texts.iter().map(|text| text.len()).max().unwrap_or(0);
    let is_named = |letter: char| texts.iter().any(|text| text.contains(letter));
    let mut letters = ('a'..='z')
        .chain('A'..='Z')
        .chain('0'..='9')
        .chain(['~', '_']);
    let letter = letters.find(|letter| !is_named(*letter)).unwrap_or('~');
    let long = longest.clamp(8, 512) + 1;
    [letter.to_string(), letter.to_string().repeat(long)]
}

/// A variable matches its value, which may be any text.
fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let Some(character) = rest.chars().next() {
        let variable = rest
            .strip_prefix("${")
            .and_then(|rest| rest.split_once('}'));
        tokens.push(match (variable, character) {
            (Some(("*" | "?" | "$", _)), _) => {
                rest.chars().nth(2).map_or(Token::Any, Token::Character)
            }
            (Some(_), _) | (None, '*') => Token::Any,
            (None, '?') => Token::One,
            (None, character) => Token::Character(character),
        });
        rest = match variable {
            Some((_, after)) => after,
            None => rest.get(character.len_utf8()..).unwrap_or_default(),
        };
    }
    tokens
}

/// How far a search has come: in the pattern, in the items, and whether the parameter there has a character already.
type Place = (usize, usize, bool);

/// A text that both the pattern and the items match, if there is one. Wildcards and parameters become `filler`, unless
/// the other side has a character in that position.
fn common(pattern: &[Token], items: &[Item], filler: char) -> Option<String> {
    // Each step has the index of the step before it.
    let mut steps: Vec<(Place, Option<char>, usize)> = vec![((0, 0, false), None, 0)];
    let mut seen = HashSet::from([(0, 0, false)]);
    let mut open = vec![0];
    while let Some(at) = open.pop() {
        let (place, ..) = *steps.get(at)?;
        if (place.0, place.1) == (pattern.len(), items.len()) {
            return Some(text(&steps, at));
        }
        for (next, character) in successors(pattern, items, filler, place) {
            if seen.insert(next) {
                open.push(steps.len());
                steps.push((next, character, at));
            }
        }
    }
    None
}

/// The characters on the way to a step.
fn text(steps: &[(Place, Option<char>, usize)], mut at: usize) -> String {
    let mut characters: Vec<char> = Vec::new();
    while let Some((_, character, from)) = steps.get(at).filter(|_| at > 0) {
        characters.extend(*character);
        at = *from;
    }
    characters.iter().rev().collect()
}

/// The places that one step leads to, each with the character that it takes.
fn successors(
    pattern: &[Token],
    items: &[Item],
    filler: char,
    (in_pattern, in_items, has_begun): Place,
) -> impl Iterator<Item = (Place, Option<char>)> {
    let (token, item) = (pattern.get(in_pattern), items.get(in_items));
    let leave_wildcard = match token {
        Some(Token::Any) => Some(((in_pattern + 1, in_items, has_begun), None)),
        _ => None,
    };
    let leave_parameter = has_begun.then_some(((in_pattern, in_items + 1, false), None));
    let character = match (token, item) {
        (Some(Token::Character(a)), Some(Item::Character(b))) => (a == b).then_some(*a),
        (Some(Token::Character(character)), Some(Item::Parameter)) => {
            (*character != '/').then_some(*character)
        }
        (Some(Token::Character(character)), Some(Item::Greedy))
        | (Some(Token::One | Token::Any), Some(Item::Character(character))) => Some(*character),
        (Some(Token::One | Token::Any), Some(Item::Parameter | Item::Greedy)) => Some(filler),
        (None, _) | (_, None) => None,
    };
    let take = character.map(|character| {
        let after = in_pattern + usize::from(token != Some(&Token::Any));
        let place = match item {
            Some(Item::Parameter | Item::Greedy) => (after, in_items, true),
            _ => (after, in_items + 1, false),
        };
        (place, Some(character))
    });
    [leave_wildcard, leave_parameter, take]
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, resource: &str) -> Option<String> {
        common(&tokens(pattern), &Template::new(resource).0, 'z')
    }

    #[test]
    fn a_path_is_found_that_pattern_and_resource_match() {
        for (pattern, resource, path) in [
            ("/pets", "/pets", Some("/pets")),
            ("/pets", "/dogs", None),
            ("/pets/7", "/pets/{petId}", Some("/pets/7")),
            ("/pets/", "/pets/{petId}", None),
            ("/pets/7/8", "/pets/{petId}", None),
            ("/pets/7/8", "/pets/{proxy+}", Some("/pets/7/8")),
            ("/a*b", "/{p}/{q}", Some("/a/zb")),
            ("*", "/{p}", Some("/z")),
            ("/???", "/{p}", Some("/zzz")),
            ("/p?ts", "/pets", Some("/pets")),
            ("/${*}${?}", "/{p}", Some("/*?")),
            ("/${aws:SourceIp}/x", "/{p}/x", Some("/z/x")),
            ("/a", "$default", Some("/a")),
        ] {
            assert_eq!(
                found(pattern, resource).as_deref(),
                path,
                "{pattern} {resource}"
            );
        }
    }
}
