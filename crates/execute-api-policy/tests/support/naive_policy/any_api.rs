//! The ARNs that a request would have in other APIs: enough of them, so that an entry covers one of them if it covers any.
//!
//! If an entry covers the ARN of some API, each name in that ARN is matched by neighbouring tokens of the entry. The
//! characters that a star matches can be left out, and those that a `?` matches can be replaced. So it is enough to try the
//! names that such tokens have without their stars.

use std::collections::BTreeSet;

use super::{
    Known,
    glob::{Token, tokens},
};

/// Takes the place of a character that only wildcards match.
const ANY: char = 'z';

/// The resource in other APIs. `entry` has the six parts of an entry, and `names` the tokens of its last part.
pub(super) fn of_some_apis(
    resource: &str,
    entry: &[&str],
    names: &[Vec<Token>],
    known: Known,
) -> Vec<String> {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    if parts.len() < 6 || parts[0] != "arn" {
        return Vec::new();
    }
    let segments: Vec<&str> = parts[5].splitn(3, '/').collect();
    let [_, stage, rest] = segments[..] else {
        return Vec::new();
    };
    let [partition, region, account] = [1, 3, 4].map(|part| {
        let tokens = tokens(entry[part], true, None).expect("no variables");
        name_of(&tokens)
    });
    let (Some(partition), Some(region), Some(account)) = (partition, region, account) else {
        return Vec::new();
    };
    let apis: BTreeSet<String> = names.iter().flat_map(|tokens| names_in(tokens)).collect();
    let stages = match known {
        Known::Nothing => apis.clone(),
        Known::Stage | Known::Everything => [stage.to_owned()].into(),
    };
    let mut resources = Vec::new();
    for api in &apis {
        for stage in &stages {
            resources.push(format!(
                "arn:{partition}:execute-api:{region}:{account}:{api}/{stage}/{rest}"
            ));
        }
    }
    resources
}

/// The names of all neighbouring tokens.
fn names_in(tokens: &[Token]) -> Vec<String> {
    let mut names = vec![ANY.to_string()];
    for start in 0..tokens.len() {
        for end in start + 1..=tokens.len() {
            names.extend(name_of(&tokens[start..end]));
        }
    }
    names
}

/// A name that these tokens match, if they match any.
fn name_of(tokens: &[Token]) -> Option<String> {
    let mut name = String::new();
    for token in tokens {
        match token {
            Token::Star => {}
            Token::Any => name.push(ANY),
            Token::Char(c) | Token::Value(c)
                if c.is_ascii_alphanumeric() || "-_.$".contains(*c) =>
            {
                name.push(*c);
            }
            Token::Char(_) | Token::Value(_) => return None,
        }
    }
    if name.is_empty() && !tokens.is_empty() {
        name.push(ANY);
    }
    Some(name).filter(|name| !name.is_empty())
}
