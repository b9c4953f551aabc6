//! The line of a finding. Readers of documents do not keep lines, so it is searched, and left out if it is not certain.

use serde_json::Value;

/// Finds the line that has a name: the only one that begins with it, as a member does, or the only one that contains it.
pub(super) fn of_name(text: &str, name: &str) -> Option<usize> {
    if name.is_empty() {
        return None;
    }
    let is_member = |line: &str| {
        let line = line.trim_start().trim_start_matches(['"', '\'']);
        let rest = line.strip_prefix(name);
        rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'']).starts_with(':'))
    };
    only(text, is_member).or_else(|| only(text, |line| contains_word(line, name)))
}

/// Finds the line of a place in a policy, such as `Statement[1].Resource[0]`.
pub(super) fn of_place(text: &str, place: &str) -> Option<usize> {
    let document = serde_json::from_str::<Value>(text).ok()?;
    let (mut value, mut rest, mut name) = (&document, place, "");
    while !rest.is_empty() {
        (value, rest) = match rest.strip_prefix('[') {
            Some(index) => {
                let (index, after) = index.split_once(']')?;
                // One value may stand for a list of it.
                let item = if value.is_array() {
                    value.get(index.parse::<usize>().ok()?)?
                } else {
                    value
                };
                (item, after)
            }
            None => {
                let rest = rest.trim_start_matches('.');
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let (member, after) = rest.split_at(end);
                name = member;
                (value.get(member)?, after)
            }
        };
    }
    let shown = match value {
        Value::String(_) => value.to_string(),
        Value::Object(members) => members.get("Sid")?.to_string(),
        _ => format!("\"{name}\""),
    };
    only(text, |line| line.contains(&shown))
}

/// The number of the only line like this, counted from one.
fn only(text: &str, is_like_this: impl Fn(&str) -> bool) -> Option<usize> {
    let mut lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| is_like_this(line));
    match (lines.next(), lines.next()) {
        (Some((number, _)), None) => Some(number),
        _ => None,
    }
}

/// Whether a line has this text, and not only as a part of a longer name or path.
fn contains_word(line: &str, word: &str) -> bool {
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | '{' | '}');
    line.match_indices(word).any(|(start, _)| {
        let (before, rest) = line.split_at(start);
        let after = rest.get(word.len()..).unwrap_or_default();
        !before.ends_with(is_inside) && !after.starts_with(is_inside)
    })
}
