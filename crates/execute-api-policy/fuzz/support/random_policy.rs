//! Random policies that consist of a few words.

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Value, json};

use crate::policy_words::{ACTIONS, HEADS, KEYS, OPERATORS, PATTERNS, WHOLE_RESOURCES};

/// The words that differ between targets.
pub(crate) struct Words {
    /// The text before a resource's name. The first is used most often.
    pub(crate) heads: &'static [&'static str],
    pub(crate) patterns: &'static [&'static str],
    pub(crate) operators: &'static [(&'static str, &'static [&'static str])],
    pub(crate) keys: &'static [&'static str],
    pub(crate) most_statements: usize,
}

#[allow(dead_code, reason = "not all targets use them")]
pub(crate) const GENERAL: Words = Words {
    heads: &HEADS,
    patterns: &PATTERNS,
    operators: &OPERATORS,
    keys: &KEYS,
    most_statements: 60,
};

pub(crate) fn policy(bytes: &mut Unstructured<'_>, words: &Words) -> Result<Value> {
    let version = *bytes.choose(&["2012-10-17", "2008-10-17"])?;
    let mut statements = Vec::new();
    while !bytes.is_empty() && statements.len() < words.most_statements {
        statements.push(statement(bytes, words)?);
    }
    Ok(json!({ "Version": version, "Statement": statements }))
}

fn statement(bytes: &mut Unstructured<'_>, words: &Words) -> Result<Value> {
    let mut statement = Map::new();
    let effect = if bytes.ratio(1, 4)? { "Deny" } else { "Allow" };
    statement.insert("Effect".into(), effect.into());
    let action = if bytes.ratio(1, 8)? {
        "NotAction"
    } else {
        "Action"
    };
    let actions = if bytes.ratio(1, 8)? {
        several(bytes, &ACTIONS, 2)?
    } else {
        vec![ACTIONS[0].to_owned()]
    };
    statement.insert(action.into(), actions.into());
    let resource = if bytes.ratio(1, 8)? {
        "NotResource"
    } else {
        "Resource"
    };
    let mut resources = Vec::new();
    for _ in 0..bytes.int_in_range(0..=2)? {
        resources.push(entry(bytes, words)?);
    }
    statement.insert(resource.into(), resources.into());
    if bytes.ratio(1, 3)? {
        statement.insert("Condition".into(), conditions(bytes, words)?);
    }
    Ok(statement.into())
}

fn entry(bytes: &mut Unstructured<'_>, words: &Words) -> Result<String> {
    if bytes.ratio(1, 16)? {
        return bytes
            .choose(&WHOLE_RESOURCES)
            .map(|entry| (*entry).to_owned());
    }
    let head = frequent(bytes, words.heads)?;
    Ok(format!(
        "{head}{}",
        several(bytes, words.patterns, 8)?.concat()
    ))
}

fn conditions(bytes: &mut Unstructured<'_>, words: &Words) -> Result<Value> {
    let mut conditions = Map::new();
    for _ in 0..bytes.int_in_range(1..=2)? {
        let quantifier = *bytes.choose(&["", "", "ForAllValues:", "ForAnyValue:"])?;
        let (name, texts) = bytes.choose(words.operators)?;
        let if_exists = if *name != "Null" && bytes.ratio(1, 4)? {
            "IfExists"
        } else {
            ""
        };
        let key = *bytes.choose(words.keys)?;
        let values = several(bytes, texts, 3)?;
        let operator = format!("{quantifier}{name}{if_exists}");
        conditions.insert(operator, json!({ key: values }));
    }
    Ok(conditions.into())
}

pub(crate) fn several(
    bytes: &mut Unstructured<'_>,
    words: &[&str],
    most: usize,
) -> Result<Vec<String>> {
    let count = bytes.int_in_range(0..=most)?;
    (0..count)
        .map(|_| bytes.choose(words).map(|word| (*word).to_owned()))
        .collect()
}

/// Chooses the first word as often as all others together.
pub(crate) fn frequent<'w>(bytes: &mut Unstructured<'_>, words: &'w [&'w str]) -> Result<&'w str> {
    if bytes.ratio(1, 2)? {
        Ok(words[0])
    } else {
        bytes.choose(words).copied()
    }
}
