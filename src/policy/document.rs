//! The policy document: what may stand in it, read strictly.

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny},
};

use super::{
    action::ActionPattern,
    error::PolicyError,
    resource::{ResourcePattern, has_variable},
};
use crate::strict_json::{OneOrManyObjects, OneOrManyTexts, not_null, object};

/// A policy as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDocument {
    version: Version,
    statements: Vec<Statement>,
}

/// The version of the policy language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Version {
    /// `2008-10-17`, which is also meant where none is given: `${` is plain text.
    V2008,
    /// `2012-10-17`: the language with policy variables.
    V2012,
}

/// One statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub(super) sid: Option<String>,
    pub(super) effect: Effect,
    pub(super) actions: Entries,
    pub(super) resources: Entries,
}

/// What a statement does where it applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "IAM has these two")]
pub enum Effect {
    /// Lets the request through, unless another statement denies it.
    Allow,
    /// Refuses the request, whatever other statements say.
    Deny,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`: never both, never neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entries {
    AnyOf(Vec<String>),
    NoneOf(Vec<String>),
}

impl PolicyDocument {
    /// A policy of these statements. What looks like a policy variable in them is plain text.
    ///
    /// ```
    /// use tower_lambda_authorizer::policy::{
    ///     Effect, EvaluationRequest, PolicyDocument, Statement, Verdict,
    /// };
    ///
    /// let pets = "arn:aws:execute-api:*:*:*/prod/GET/pets";
    /// let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, [pets])]).compile();
    /// let arn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets";
    /// assert_eq!(policy.evaluate(&EvaluationRequest::invoke(arn)).verdict(), Verdict::Allow);
    /// ```
    pub fn new(statements: impl IntoIterator<Item = Statement>) -> Self {
        Self {
            version: Version::V2008,
            statements: statements.into_iter().collect(),
        }
    }

    /// Reads a policy from JSON text.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] where the text is not JSON or not a policy; see the [module](super) for what is
    /// refused.
    pub fn from_json(text: &[u8]) -> Result<Self, PolicyError> {
        Ok(serde_json::from_slice(text)?)
    }

    /// The version of the language that the policy is written in.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The statements in their order.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }
}

impl Statement {
    /// A statement about invoking these resources (ARNs, with `*` and `?` as wildcards, or `*`).
    pub fn invoke<R: Into<String>>(effect: Effect, resources: impl IntoIterator<Item = R>) -> Self {
        Self {
            sid: None,
            effect,
            actions: Entries::AnyOf(vec!["execute-api:Invoke".into()]),
            resources: Entries::AnyOf(resources.into_iter().map(Into::into).collect()),
        }
    }

    /// Names the statement; the name appears where a decision is explained.
    #[must_use]
    pub fn with_sid(mut self, sid: impl Into<String>) -> Self {
        self.sid = Some(sid.into());
        self
    }

    /// The name of the statement, if it has one.
    #[must_use]
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// What the statement does where it applies.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.effect
    }
}

/// From an object; see the [module](super) for what is refused.
impl<'de> Deserialize<'de> for PolicyDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members: DocumentMembers = object(deserializer)?;
        let version = match members.version.as_deref() {
            Some("2012-10-17") => Version::V2012,
            Some("2008-10-17") | None => Version::V2008,
            Some(other) => {
                return Err(de::Error::custom(format_args!(
                    "`Version` is `{other}`; allowed are `2012-10-17` and `2008-10-17`"
                )));
            }
        };
        let mut statements = Vec::with_capacity(members.statements.0.len());
        for (index, members) in members.statements.0.into_iter().enumerate() {
            let statement = members.into_statement(version);
            statements.push(statement.map_err(|problem| {
                de::Error::custom(format_args!("`Statement[{index}]`: {problem}"))
            })?);
        }
        Ok(Self {
            version,
            statements,
        })
    }
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a policy document, which is an object"
)]
struct DocumentMembers {
    #[serde(rename = "Version", default, deserialize_with = "not_null")]
    version: Option<String>,
    #[serde(rename = "Id", default, deserialize_with = "not_null")]
    _id: Option<String>,
    #[serde(rename = "Statement")]
    statements: OneOrManyObjects<StatementMembers>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementMembers {
    #[serde(rename = "Sid", default, deserialize_with = "not_null")]
    sid: Option<String>,
    #[serde(rename = "Effect")]
    effect: String,
    #[serde(rename = "Action", default, deserialize_with = "not_null")]
    action: Option<OneOrManyTexts>,
    #[serde(rename = "NotAction", default, deserialize_with = "not_null")]
    not_action: Option<OneOrManyTexts>,
    #[serde(rename = "Resource", default, deserialize_with = "not_null")]
    resource: Option<OneOrManyTexts>,
    #[serde(rename = "NotResource", default, deserialize_with = "not_null")]
    not_resource: Option<OneOrManyTexts>,
    #[serde(rename = "Condition", default, deserialize_with = "not_null")]
    condition: Option<IgnoredAny>,
}

impl StatementMembers {
    fn into_statement(self, version: Version) -> Result<Statement, String> {
        let statement = Statement {
            effect: match self.effect.as_str() {
                "Allow" => Effect::Allow,
                "Deny" => Effect::Deny,
                other => {
                    return Err(format!(
                        "`Effect` is `{other}`; allowed are `Allow` and `Deny`"
                    ));
                }
            },
            actions: one_of("Action", self.action, self.not_action)?,
            resources: one_of("Resource", self.resource, self.not_resource)?,
            sid: self.sid,
        };
        for action in statement.actions.texts() {
            ActionPattern::check(action)?;
        }
        if self.condition.is_some() {
            return Err("`Condition` is not supported yet".into());
        }
        let variable = |text: &&String| version == Version::V2012 && has_variable(text);
        if let Some(text) = statement.resources.texts().iter().find(variable) {
            return Err(format!(
                "policy variables are not supported yet, and `{text}` has one"
            ));
        }
        Ok(statement)
    }
}

fn one_of(
    name: &str,
    any_of: Option<OneOrManyTexts>,
    none_of: Option<OneOrManyTexts>,
) -> Result<Entries, String> {
    match (any_of, none_of) {
        (Some(texts), None) => Ok(Entries::AnyOf(texts.0)),
        (None, Some(texts)) => Ok(Entries::NoneOf(texts.0)),
        (Some(_), Some(_)) => Err(format!("has both `{name}` and `Not{name}`; one is allowed")),
        (None, None) => Err(format!(
            "has neither `{name}` nor `Not{name}`; one is needed"
        )),
    }
}

impl Entries {
    fn texts(&self) -> &[String] {
        let (Self::AnyOf(texts) | Self::NoneOf(texts)) = self;
        texts
    }

    pub(super) fn action_patterns(&self) -> Vec<ActionPattern> {
        self.texts()
            .iter()
            .map(|text| ActionPattern::new(text))
            .collect()
    }

    pub(super) fn resource_patterns(&self) -> Vec<ResourcePattern> {
        self.texts()
            .iter()
            .map(|text| ResourcePattern::new(text))
            .collect()
    }
}
