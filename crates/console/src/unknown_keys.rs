//! Condition keys of a request that does not exist yet.

use std::{net::IpAddr, time::SystemTime};

use serde_json::Value;
use tower_lambda_authorizer::policy::{ConditionKeys, KeyValue, Policy, PolicyDocument};

/// The keys that the editor knows: the client's address, if it is given, and the time. All other keys depend on the
/// request.
pub(crate) struct EditorsKeys {
    pub(crate) source_ip: Option<IpAddr>,
    /// `None` if the time should count as unknown.
    pub(crate) now: Option<SystemTime>,
}

impl EditorsKeys {
    /// Whether the key has a value. Case does not matter.
    pub(crate) fn know(&self, key: &str) -> bool {
        let value = self.get(&key.to_ascii_lowercase());
        !matches!(value, Some(KeyValue::Unknown(_)))
    }
}

impl ConditionKeys for EditorsKeys {
    fn get(&self, key: &str) -> Option<KeyValue<'_>> {
        let known = match key {
            "aws:sourceip" => self.source_ip.map(KeyValue::Address),
            "aws:currenttime" => self.now.map(KeyValue::Time),
            "aws:epochtime" => self.now.map(KeyValue::Epoch),
            _ => None,
        };
        Some(known.unwrap_or(KeyValue::Unknown("it depends on the request")))
    }
}

/// The same policy, but everything that depends on unknown keys is decided so that the policy allows as much as
/// possible: such a `Deny` does not apply, and such an `Allow` does. (An evaluation with unknown keys does the
/// opposite.) If both give the same verdict, the verdict does not depend on the keys.
pub(crate) fn most_lenient(text: &str, keys: &EditorsKeys) -> Option<Policy> {
    let mut policy: Value = serde_json::from_str(text).ok()?;
    let has_variables = policy
        .get("Version")
        .is_some_and(|version| version == "2012-10-17");
    let statement = policy.get_mut("Statement")?;
    let statements = match statement.take() {
        Value::Array(statements) => statements,
        statement => vec![statement],
    };
    let lenient = statements.into_iter();
    let lenient = lenient.filter_map(|statement| lenient_statement(statement, has_variables, keys));
    *statement = Value::Array(lenient.collect());
    let policy = PolicyDocument::from_json(policy.to_string().as_bytes()).ok()?;
    Some(policy.compile())
}

/// The statement at its most lenient. `None` if it then does not apply.
fn lenient_statement(
    mut statement: Value,
    has_variables: bool,
    keys: &EditorsKeys,
) -> Option<Value> {
    let is_deny = statement
        .get("Effect")
        .is_some_and(|effect| effect == "Deny");
    let members = statement.as_object_mut()?;
    let mut depends = false;
    if let Some(Value::Object(operators)) = members.get_mut("Condition") {
        for conditions in operators.values_mut().filter_map(Value::as_object_mut) {
            let before = conditions.len();
            conditions.retain(|key, _| keys.know(key));
            depends |= conditions.len() < before;
        }
        operators
            .retain(|_, conditions| conditions.as_object().is_some_and(|keys| !keys.is_empty()));
        if operators.is_empty() {
            members.remove("Condition");
        }
    }
    for name in ["Resource", "NotResource"] {
        if let Some(resources) = members.get_mut(name).filter(|_| has_variables) {
            depends |= lenient_resources(resources, name == "NotResource", keys);
        }
    }
    (!(is_deny && depends)).then_some(statement)
}

/// Returns whether an entry has a variable without a value.
fn lenient_resources(resources: &mut Value, is_excluding: bool, keys: &EditorsKeys) -> bool {
    let entries = match resources.take() {
        Value::Array(entries) => entries,
        entry => vec![entry],
    };
    let open = entries
        .iter()
        .map(|entry| with_stars(entry.as_str().unwrap_or_default(), keys));
    let open: Vec<_> = open.collect();
    let depends = open.iter().any(Option::is_some);
    let lenient = entries
        .into_iter()
        .zip(open)
        .filter_map(|(entry, open)| match open {
            None => Some(entry),
            // The entry excludes something only for some values, so at its most lenient it excludes nothing.
            Some(_) if is_excluding => None,
            Some(open) => Some(Value::String(open)),
        });
    let mut lenient: Vec<_> = lenient.collect();
    if lenient.is_empty() {
        // A list with an entry that matches nothing excludes nothing. No resource begins like this.
        lenient.push(Value::String("arn:aws:execute-api:::/".to_owned()));
    }
    *resources = Value::Array(lenient);
    depends
}

/// The entry with a wildcard for each variable without a value. `None` if it has none.
fn with_stars(entry: &str, keys: &EditorsKeys) -> Option<String> {
    let (mut open, mut rest, mut depends) = (String::new(), entry, false);
    while let Some((before, after)) = rest.split_once("${") {
        let Some((variable, after)) = after.split_once('}') else {
            break;
        };
        open.push_str(before);
        let is_escape = ["*", "?", "$"].contains(&variable);
        if is_escape || keys.know(variable) {
            open.extend(["${", variable, "}"]);
        } else {
            open.push('*');
            depends = true;
        }
        rest = after;
    }
    open.push_str(rest);
    depends.then_some(open)
}
