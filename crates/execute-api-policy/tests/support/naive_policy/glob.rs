//! Patterns: their tokens, and whether they match.

use std::collections::BTreeMap;

use super::Key;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Char(char),
    /// A character from the value of a variable.
    Value(char),
    Any,
    Star,
}

/// The tokens of a text. If there are keys, variables are replaced by their values. `None` if a variable has no value.
pub(super) fn tokens(
    text: &str,
    wildcards: bool,
    keys: Option<&BTreeMap<String, Key>>,
) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let variable = keys.and_then(|keys| Some((keys, rest.strip_prefix("${")?)));
        if let Some((keys, (inside, after))) =
            variable.and_then(|(keys, from)| Some((keys, from.split_once('}')?)))
        {
            match inside {
                "*" | "?" | "$" => tokens.extend(inside.chars().map(Token::Char)),
                inside if matches!(named(inside, keys), Some(Key::Anything)) => {
                    tokens.push(Token::Star);
                }
                inside => tokens.extend(value(inside, keys)?.chars().map(Token::Value)),
            }
            rest = after;
            continue;
        }
        tokens.push(match c {
            '*' if wildcards => Token::Star,
            '?' if wildcards => Token::Any,
            c => Token::Char(c),
        });
        rest = &rest[c.len_utf8()..];
    }
    Some(tokens)
}

/// The keys, with a value that matches any text for each unknown one.
pub(super) fn with_anything(keys: &BTreeMap<String, Key>) -> BTreeMap<String, Key> {
    let guessed = keys.iter().map(|(name, key)| match key {
        Key::Unknown => (name.clone(), Key::Anything),
        key => (name.clone(), key.clone()),
    });
    guessed.collect()
}

/// Whether a text has a variable whose value is unknown.
pub(super) fn has_unknown(text: &str, keys: Option<&BTreeMap<String, Key>>) -> bool {
    let Some((keys, (_, from))) = keys.and_then(|keys| Some((keys, text.split_once("${")?))) else {
        return false;
    };
    let Some((inside, after)) = from.split_once('}') else {
        return false;
    };
    let is_unknown = matches!(named(inside, keys), Some(Key::Unknown));
    is_unknown || has_unknown(after, Some(keys))
}

fn named<'k>(variable: &str, keys: &'k BTreeMap<String, Key>) -> Option<&'k Key> {
    let key = variable.split_once(", '").map_or(variable, |(key, _)| key);
    keys.get(&key.to_ascii_lowercase())
}

/// Reads `key` or `key, 'default'`. An empty list and an empty text count as a missing value. Other lists have no
/// single value.
fn value(variable: &str, keys: &BTreeMap<String, Key>) -> Option<String> {
    let (key, default) = match variable.split_once(", '") {
        Some((key, default)) => (key, default.strip_suffix('\'')),
        None => (variable, None),
    };
    match keys.get(&key.to_ascii_lowercase()) {
        Some(Key::Text(text)) if !text.is_empty() => Some(text.clone()),
        Some(Key::List(texts)) if !texts.is_empty() => None,
        Some(Key::Unknown) => None,
        _ => default.map(str::to_owned),
    }
}

/// The tokens, with each `%XX` in the policy's own text replaced by its byte. `None` if the result is not text, or if
/// a variable has no value.
pub(super) fn percent_decoded(
    text: &str,
    keys: Option<&BTreeMap<String, Key>>,
) -> Option<Vec<Token>> {
    let mut decoded = Vec::new();
    let mut bytes = Vec::new();
    for token in tokens(text, true, keys)? {
        match token {
            Token::Char(c) => bytes.extend(c.to_string().into_bytes()),
            token => {
                decoded.extend(decode(&std::mem::take(&mut bytes))?);
                decoded.push(token);
            }
        }
    }
    decoded.extend(decode(&bytes)?);
    Some(decoded)
}

/// The tokens with all letters in one case.
pub(super) fn in_one_case(tokens: &[Token]) -> Vec<Token> {
    let tokens = tokens.iter().map(|token| match token {
        Token::Char(c) => Token::Char(letter_in_one_case(*c)),
        Token::Value(c) => Token::Value(letter_in_one_case(*c)),
        token => *token,
    });
    tokens.collect()
}

pub(super) fn text_in_one_case(text: &str) -> String {
    text.chars().map(letter_in_one_case).collect()
}

/// Letters whose other case has more characters stay as they are, except `İ`.
fn letter_in_one_case(letter: char) -> char {
    let upper: Vec<char> = letter.to_uppercase().collect();
    let upper = if upper.len() == 1 { upper[0] } else { letter };
    upper.to_lowercase().next().expect("a letter")
}

fn decode(bytes: &[u8]) -> Option<Vec<Token>> {
    let mut decoded = Vec::new();
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *byte == b'%');
        let hex = hex.filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        let value = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        let value = value.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(value.unwrap_or(*byte));
        rest = if value.is_some() { &after[2..] } else { after };
    }
    let text = String::from_utf8(decoded).ok()?;
    Some(text.chars().map(Token::Char).collect())
}

/// Computes row by row which prefixes of the text the pattern matches so far.
pub(super) fn glob(pattern: &[Token], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut matched = vec![false; text.len() + 1];
    matched[0] = true;
    for token in pattern {
        // Almost all patterns differ from the text at their beginning.
        if !matched.contains(&true) {
            return false;
        }
        let before = matched.clone();
        matched[0] = before[0] && *token == Token::Star;
        for (at, found) in text.iter().enumerate() {
            matched[at + 1] = match token {
                Token::Char(wanted) | Token::Value(wanted) => before[at] && wanted == found,
                Token::Any => before[at],
                Token::Star => before[at + 1] || matched[at],
            };
        }
    }
    matched[text.len()]
}
