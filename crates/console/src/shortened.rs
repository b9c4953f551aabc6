//! Explanations of limited size.

use serde_json::{Map, Value, value::RawValue};

use crate::bounded::cut;

/// An explanation as JSON, and how many statements of its policy were left out.
pub(crate) struct Shortened {
    /// `None` if it is too large even without them.
    pub(crate) explanation: Option<Box<RawValue>>,
    pub(crate) statements_left_out: usize,
}

/// How much of a policy is kept: statements, entries of each list in them, and bytes of each text.
struct Limits {
    statements: usize,
    entries: usize,
    text: usize,
}

const LIMITS: [Limits; 5] = [
    Limits::of(200, 100, 2_000),
    Limits::of(200, 10, 500),
    Limits::of(50, 10, 300),
    Limits::of(10, 5, 300),
    Limits::of(2, 2, 200),
];

impl Limits {
    const fn of(statements: usize, entries: usize, text: usize) -> Self {
        Self {
            statements,
            entries,
            text,
        }
    }
}

/// Shortens an explanation until it has at most this many bytes. The statement that decided, the one that came nearest,
/// and the entries that match are kept longest. `policy_at` finds the policy's explanation.
pub(crate) fn shorten(
    mut explanation: Value,
    most: usize,
    policy_at: fn(&mut Value) -> Option<&mut Value>,
) -> Shortened {
    let mut statements_left_out = 0;
    for limits in &LIMITS {
        if let Some(policy) = policy_at(&mut explanation) {
            statements_left_out += leave_out_statements(policy, limits);
        }
        shorten_value(&mut explanation, limits);
        let text = explanation.to_string();
        if text.len() <= most {
            return Shortened {
                explanation: RawValue::from_string(text).ok(),
                statements_left_out,
            };
        }
    }
    Shortened {
        explanation: None,
        statements_left_out,
    }
}

/// The policy of a whole explanation.
pub(crate) fn policy(explanation: &mut Value) -> Option<&mut Value> {
    explanation.get_mut("policy")
}

fn leave_out_statements(policy: &mut Value, limits: &Limits) -> usize {
    let told = ["decidingStatement", "nearestMiss"].map(|name| policy.get(name).cloned());
    let is_told = |statement: &Value| {
        let index = statement.get("index");
        told.iter().flatten().any(|told| Some(told) == index)
    };
    let Some(Value::Array(statements)) = policy.get_mut("statements") else {
        return 0;
    };
    let before = statements.len();
    keep(statements, limits.statements, is_told);
    before - statements.len()
}

/// Keeps the first items, and those that must not be left out.
fn keep(items: &mut Vec<Value>, most: usize, is_told: impl Fn(&Value) -> bool) {
    if items.len() <= most {
        return;
    }
    let told = items.iter().filter(|item| is_told(item)).count();
    let (mut told, mut others) = (most.min(told), most.saturating_sub(told));
    items.retain(|item| {
        let left = if is_told(item) {
            &mut told
        } else {
            &mut others
        };
        let is_kept = *left > 0;
        *left = left.saturating_sub(1);
        is_kept
    });
}

fn shorten_value(value: &mut Value, limits: &Limits) {
    match value {
        Value::String(text) => cut(text, limits.text),
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| shorten_value(item, limits)),
        Value::Object(members) => shorten_members(members, limits),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn shorten_members(members: &mut Map<String, Value>, limits: &Limits) {
    for (name, value) in members {
        match value {
            // The statements have a limit of their own.
            Value::Array(items) if name != "statements" => {
                keep(items, limits.entries, |item| {
                    item.get("matches") == Some(&Value::Bool(true))
                });
            }
            _ => {}
        }
        shorten_value(value, limits);
    }
}
