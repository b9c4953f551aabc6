//! Writes a policy as JSON in one canonical form. Members are in the order of IAM's documentation, a list with one
//! entry is written as that entry, and absent members are left out.

mod conditions;

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::SerializeMap};

use self::conditions::Operators;
use super::{
    document::{PolicyDocument, Statement, Version},
    effect::Effect,
    pattern::cut_arn,
    resource::without_variables,
};

impl PolicyDocument {
    /// Writes the policy as compact JSON. Parsing the result gives an equal policy, or a policy with the same meaning
    /// if a method ARN had to be [escaped](super::Resource).
    ///
    /// ```
    /// use execute_api_policy::{Condition, Effect, PolicyDocument, Statement};
    ///
    /// let office = Condition::new("IpAddress", "aws:SourceIp", ["203.0.113.0/24"])?;
    /// let statement = Statement::invoke(Effect::Allow, ["*"]).with_condition(office)?;
    /// let policy = PolicyDocument::new([statement]);
    /// assert_eq!(
    ///     policy.to_json(),
    ///     r#"{"Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}]}"#
    /// );
    /// assert_eq!(PolicyDocument::from_json(policy.to_json().as_bytes())?, policy);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("all keys are strings, and nothing else can fail")
    }
}

/// Writes the same as [`to_json`](PolicyDocument::to_json).
impl Serialize for PolicyDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        let raises = self.is_escaped() && !self.has_variables();
        let version = if raises {
            Some(Version::V2012)
        } else {
            self.members.version
        };
        if let Some(version) = version {
            members.serialize_entry("Version", version_text(version))?;
        }
        if let Some(id) = self.id() {
            members.serialize_entry("Id", id)?;
        }
        members.serialize_entry(
            "Statement",
            &Statements {
                statements: self.statements(),
                raises,
            },
        )?;
        members.end()
    }
}

/// Always written as a list, because some readers of policies accept nothing else.
struct Statements<'d> {
    statements: &'d [Statement],
    /// Whether the policy is written in a later version than it has, in which `${` would no longer be plain text.
    raises: bool,
}

impl Serialize for Statements<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raises = self.raises;
        let statements = self.statements.iter();
        serializer.collect_seq(statements.map(|statement| StatementMembers { statement, raises }))
    }
}

struct StatementMembers<'d> {
    statement: &'d Statement,
    raises: bool,
}

impl Serialize for StatementMembers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { statement, raises } = *self;
        let mut members = serializer.serialize_map(None)?;
        if let Some(sid) = statement.sid() {
            members.serialize_entry("Sid", sid)?;
        }
        members.serialize_entry("Effect", effect_text(statement.effect()))?;
        let actions = statement.actions();
        let name = if actions.is_excluding() {
            "NotAction"
        } else {
            "Action"
        };
        members.serialize_entry(name, &OneOrMany(actions.texts()))?;
        let resources = statement.resources();
        let name = if resources.is_excluding() {
            "NotResource"
        } else {
            "Resource"
        };
        let texts = resources.texts().iter().enumerate();
        let texts: Vec<_> = texts
            .map(|(index, text)| {
                if raises && !resources.is_escaped(index) {
                    raised(text)
                } else {
                    Cow::Borrowed(&**text)
                }
            })
            .collect();
        members.serialize_entry(name, &OneOrMany(&texts))?;
        if !statement.conditions().is_empty() || statement.empty_condition.is_some() {
            members.serialize_entry("Condition", &Operators { statement, raises })?;
        }
        members.end()
    }
}

/// Escapes a resource for the later version. Variables are replaced in the resource part only.
fn raised(text: &str) -> Cow<'_, str> {
    match cut_arn(text) {
        Some((head, name)) if name.contains("${") => {
            format!("arn:{head}:{}", without_variables(name)).into()
        }
        _ => Cow::Borrowed(text),
    }
}

/// A single entry is written without a list.
struct OneOrMany<'d, T>(&'d [T]);

impl<T: AsRef<str> + Serialize> Serialize for OneOrMany<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [text] => serializer.serialize_str(text.as_ref()),
            texts => serializer.collect_seq(texts),
        }
    }
}

fn version_text(version: Version) -> &'static str {
    match version {
        Version::V2008 => "2008-10-17",
        Version::V2012 => "2012-10-17",
    }
}

fn effect_text(effect: Effect) -> &'static str {
    match effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let policy = PolicyDocument::from_json(text.as_bytes()).unwrap();
        let written = policy.to_json();
        assert_eq!(
            PolicyDocument::from_json(written.as_bytes()),
            Ok(policy),
            "{text}"
        );
        written
    }

    #[test]
    fn members_are_ordered_and_a_single_entry_has_no_list() {
        let policy = written(
            r#"{"Statement": {"NotResource": ["a", "b"], "NotAction": ["s3:*"], "Effect": "Deny",
                "Condition": {"Bool": {"aws:SecureTransport": false},
                    "StringLikeIfExists": {"k": ["x", 5], "l": ["y"]}}, "Sid": "s"},
                "Id": "i", "Version": "2012-10-17"}"#,
        );
        assert_eq!(
            policy,
            concat!(
                r#"{"Version":"2012-10-17","Id":"i","Statement":[{"Sid":"s","Effect":"Deny","#,
                r#""NotAction":"s3:*","NotResource":["a","b"],"#,
                r#""Condition":{"Bool":{"aws:SecureTransport":"false"},"#,
                r#""StringLikeIfExists":{"k":["x","5"],"l":"y"}}}]}"#
            )
        );
    }

    #[test]
    fn empty_lists_stay_empty() {
        assert_eq!(written(r#"{"Statement":[]}"#), r#"{"Statement":[]}"#);
        let empty = concat!(
            r#"{"Statement":[{"Sid":"","Effect":"Allow","Action":[],"Resource":[],"#,
            r#""Condition":{"Bool":{"a":[]}}}]}"#
        );
        assert_eq!(written(empty), empty);
        for condition in ["{}", r#"{"Bool":{}}"#, r#"{"Null":{"a":"true"},"Bool":{}}"#] {
            let policy = format!(
                r#"{{"Statement":[{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}]}}"#
            );
            assert_eq!(written(&policy), policy);
        }
        assert_eq!(
            written(
                r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{},"Null":{"a":true}}}}"#
            ),
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Null":{"a":"true"},"Bool":{}}}]}"#
        );
    }

    #[test]
    fn conditions_of_one_operator_are_written_as_one_object() {
        let condition = |operator, key| crate::Condition::new(operator, key, ["x"]).unwrap();
        let statement = Statement::invoke(Effect::Allow, ["*"])
            .with_condition(condition("StringEquals", "a"))
            .and_then(|statement| statement.with_condition(condition("StringLike", "a")))
            .and_then(|statement| statement.with_condition(condition("StringEquals", "b")))
            .unwrap();
        let policy = PolicyDocument::new([statement]);
        let written = policy.to_json();
        assert!(
            written.contains(
                r#""Condition":{"StringEquals":{"a":"x","b":"x"},"StringLike":{"a":"x"}}"#
            )
        );
        assert_eq!(PolicyDocument::from_json(written.as_bytes()), Ok(policy));
    }
}
