//! Conditions. If IAM does not define the result, it is `Undefined`, which holds in a `Deny` and not in an `Allow`.

use serde_json::Value;

use super::{
    Key, Question, objects,
    values::{Comparison, compare, truth},
};

/// The result of a condition or of one comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    True,
    False,
    Undefined,
}

pub(super) fn holds(conditions: &Value, deny: bool, question: &Question, variables: bool) -> bool {
    let Some(operators) = conditions.as_object() else {
        return true;
    };
    operators.iter().all(|(operator, keys)| {
        let keys = keys.as_object().expect("an object of keys");
        keys.iter().all(|(key, values)| {
            let values: Vec<String> = objects(values).into_iter().map(text).collect();
            match outcome(operator, key, &values, question, variables) {
                Outcome::True => true,
                Outcome::False => false,
                Outcome::Undefined => deny,
            }
        })
    })
}

/// Reads numbers and booleans as their text.
fn text(value: &Value) -> String {
    value.as_str().map_or(value.to_string(), str::to_owned)
}

fn outcome(
    operator: &str,
    key: &str,
    values: &[String],
    question: &Question,
    variables: bool,
) -> Outcome {
    let (quantifier, name) = operator.split_once(':').unwrap_or(("", operator));
    let base = name.strip_suffix("IfExists").unwrap_or(name);
    let if_exists = base != name;
    let negated = base.contains("Not");
    let found = question.keys.get(&key.to_ascii_lowercase());
    let found = found.filter(|found| !matches!(found, Key::List(texts) if texts.is_empty()));
    let said = |text: &str| one(base, negated, text, values, question, variables);
    match (quantifier, found) {
        (_, Some(Key::Unknown)) => Outcome::Undefined,
        ("ForAllValues", _) if base == "Null" => Outcome::True,
        ("ForAnyValue", _) if base == "Null" => Outcome::False,
        ("", _) if base == "Null" && values.is_empty() => Outcome::Undefined,
        ("", found) if base == "Null" => of(values
            .iter()
            .any(|value| truth(value) == Some(found.is_none()))),
        // A set operator ignores empty text.
        ("ForAllValues", Some(found)) if is_empty_text(found) => Outcome::True,
        ("ForAnyValue", Some(found)) if is_empty_text(found) => Outcome::False,
        // The key is absent.
        (_, None) if if_exists => Outcome::True,
        ("ForAllValues", None) => Outcome::True,
        ("ForAnyValue", None) => Outcome::False,
        (_, None) if values.is_empty() => Outcome::Undefined,
        (_, None) => of(negated),
        // The condition has no values.
        ("", Some(_)) if values.is_empty() && !if_exists => Outcome::Undefined,
        (_, Some(_)) if values.is_empty() => Outcome::False,
        // The key has one value.
        (_, Some(Key::Text(text))) => said(text),
        // The key has several values.
        ("", Some(Key::List(_))) if negated => Outcome::Undefined,
        ("", Some(Key::List(_))) => Outcome::False,
        ("ForAllValues", Some(Key::List(texts))) => {
            let said: Vec<_> = texts.iter().map(|text| said(text)).collect();
            first_of(&said, [Outcome::False, Outcome::Undefined, Outcome::True])
        }
        (_, Some(Key::Anything)) => unreachable!("no question has it"),
        (_, Some(Key::List(texts))) => {
            let said: Vec<_> = texts.iter().map(|text| said(text)).collect();
            first_of(&said, [Outcome::True, Outcome::Undefined, Outcome::False])
        }
    }
}

fn is_empty_text(key: &Key) -> bool {
    match key {
        Key::Text(text) => text.is_empty(),
        Key::List(texts) => texts.iter().all(String::is_empty),
        Key::Unknown | Key::Anything => false,
    }
}

/// Compares one value of the key. It has to equal one of the policy's values or, if negated, none.
fn one(
    base: &str,
    negated: bool,
    found: &str,
    values: &[String],
    question: &Question,
    variables: bool,
) -> Outcome {
    let keys = variables.then_some(&question.keys);
    let compared = values
        .iter()
        .map(|wanted| compare(base, wanted, found, keys));
    let compared: Vec<_> = compared.collect();
    if compared.contains(&Comparison::Equal) {
        of(!negated)
    } else if compared.contains(&Comparison::Unknown)
        || negated && compared.contains(&Comparison::Impossible)
    {
        Outcome::Undefined
    } else {
        of(negated)
    }
}

fn first_of(said: &[Outcome], order: [Outcome; 3]) -> Outcome {
    let found = order.into_iter().find(|outcome| said.contains(outcome));
    found.expect("a list that is not empty")
}

fn of(holds: bool) -> Outcome {
    if holds { Outcome::True } else { Outcome::False }
}
