//! The policy document: a policy in its source form.

mod entries;
mod statement;

use std::sync::Arc;

pub use self::{entries::Entries, statement::Statement};
use crate::heap::heap_bytes;

/// A policy in its source form. It is cheap to clone.
///
/// ```
/// use execute_api_policy::{Effect, PolicyDocument, Version};
///
/// let json = br#"{"Version": "2012-10-17", "Statement": [
///     {"Sid": "ReadPets", "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
/// ]}"#;
/// let document = PolicyDocument::from_json(json)?;
/// assert_eq!(document.version(), Version::V2012);
/// let statement = &document.statements()[0];
/// assert_eq!((statement.sid(), statement.effect()), (Some("ReadPets"), Effect::Allow));
/// assert!(PolicyDocument::from_json(br#"{"Statement": {"Effect": "allow"}}"#).is_err());
/// # Ok::<(), execute_api_policy::PolicyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDocument {
    pub(super) members: Arc<Members>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Members {
    pub(super) version: Option<Version>,
    pub(super) id: Option<String>,
    pub(super) statements: Vec<Statement>,
}

/// The version of the policy language.
///
/// ```
/// use execute_api_policy::{
///     ConditionContext, Effect, EvaluationRequest, PolicyDocument, Statement, Verdict, Version,
/// };
///
/// let own = Statement::invoke(Effect::Allow, ["arn:aws:execute-api:*:*:*/prod/GET/${aws:username}"]);
/// let document = PolicyDocument::new([own]);
/// let keys = ConditionContext::new().with("aws:username", "ann");
/// let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/ann").with_keys(&keys);
///
/// assert_eq!(document.compile().evaluate(&request).verdict(), Verdict::ImplicitDeny);
/// let document = document.with_version(Version::V2012);
/// assert_eq!(document.compile().evaluate(&request).verdict(), Verdict::Allow);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Version {
    /// `2008-10-17`, the default if a policy has no version. `${` is plain text.
    V2008,
    /// `2012-10-17`, the version with policy variables.
    V2012,
}

heap_bytes!(Members { id, statements });

impl PolicyDocument {
    /// Creates a policy with these statements in version `2008-10-17`, which has no policy variables.
    /// [`Resource`](crate::Resource) describes when it is written in version `2012-10-17`. To write policies for an
    /// API, [`PolicyBuilder`](super::PolicyBuilder) is more convenient.
    ///
    /// ```
    /// use execute_api_policy::{
    ///     Effect, EvaluationRequest, PolicyDocument, Statement, Verdict,
    /// };
    ///
    /// let pets = "arn:aws:execute-api:*:*:*/prod/GET/pets";
    /// let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, [pets])]).compile();
    /// let arn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets";
    /// assert_eq!(policy.evaluate(&EvaluationRequest::invoke(arn)).verdict(), Verdict::Allow);
    /// ```
    pub fn new(statements: impl Into<Vec<Statement>>) -> Self {
        Self::from_members(Members {
            version: None,
            id: None,
            statements: statements.into(),
        })
    }

    pub(super) fn from_members(members: Members) -> Self {
        Self {
            members: Arc::new(members),
        }
    }

    /// Sets the version of the language. In `2012-10-17`, `${…}` is a policy variable.
    #[must_use]
    pub fn with_version(mut self, version: Version) -> Self {
        Arc::make_mut(&mut self.members).version = Some(version);
        self
    }

    /// The version of the language: `2008-10-17` if the policy has none.
    #[must_use]
    pub fn version(&self) -> Version {
        self.members.version.unwrap_or(Version::V2008)
    }

    /// The policy's `Id`, which has no effect.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.members.id.as_deref()
    }

    /// The statements in document order.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.members.statements
    }

    /// A copy in which `other` replaces entries of `Resource`, or `None` if it replaces none.
    pub(crate) fn with_resources(&self, other: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let mut changed = self.clone();
        let statements = Arc::make_mut(&mut changed.members).statements.iter_mut();
        let including = statements.filter(|statement| !statement.resources.is_excluding());
        let mut is_other = false;
        for text in including.flat_map(|statement| &mut statement.resources.texts) {
            if let Some(other) = other(text) {
                *text = other;
                is_other = true;
            }
        }
        is_other.then_some(changed)
    }

    pub(super) fn has_variables(&self) -> bool {
        self.version() == Version::V2012
    }

    /// Whether a resource has to be written in the version with escapes.
    pub(super) fn is_escaped(&self) -> bool {
        let mut statements = self.statements().iter();
        statements.any(|statement| !statement.resources.escaped.is_empty())
    }
}
