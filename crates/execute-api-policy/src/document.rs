//! The policy document: a policy in its source form.

use std::sync::Arc;

use smallvec::SmallVec;

use super::{
    condition::{Condition, InvalidCondition, Operator},
    effect::Effect,
    evaluation::INVOKE,
    resource::Resource,
};
use crate::heap::heap_bytes;

/// A policy in its source form. It is cheap to clone.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Version {
    /// `2008-10-17`, the default if a policy has no version. `${` is plain text.
    V2008,
    /// `2012-10-17`, the version with policy variables.
    V2012,
}

/// One statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub(super) sid: Option<String>,
    pub(super) effect: Effect,
    pub(super) actions: Entries,
    pub(super) resources: Entries,
    pub(super) conditions: Vec<Condition>,
    /// The operators without keys if there are any, or if `Condition` has no operators. They have no effect, but lint
    /// reports them because their author meant something.
    pub(super) empty_condition: Option<Vec<Operator>>,
}

/// The entries of `Action`, `NotAction`, `Resource` or `NotResource`. A statement has exactly one member of each pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries {
    pub(super) excluding: bool,
    pub(super) texts: SmallVec<[String; 1]>,
    /// The entries that are escaped because they were made of method ARNs, whatever the version of the document.
    pub(super) escaped: Vec<u32>,
}

heap_bytes!(Members { id, statements });
heap_bytes!(Statement {
    sid,
    actions,
    resources,
    conditions,
    empty_condition
});
heap_bytes!(Entries { texts, escaped });

impl PolicyDocument {
    /// Creates a policy with these statements in version `2008-10-17`, which has no policy variables. [`Resource`]
    /// describes when it is written in version `2012-10-17`. To write policies for an API,
    /// [`PolicyBuilder`](super::PolicyBuilder) is more convenient.
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

impl Statement {
    /// Creates a statement about invoking these resources. A resource is `*`, an ARN with `*` and `?` as wildcards, or
    /// a [method ARN](Resource), which is literal.
    ///
    /// ```
    /// use execute_api_policy::{Effect, Statement};
    ///
    /// let statement = Statement::invoke(Effect::Deny, ["*"]).with_sid("nothing");
    /// assert_eq!(statement.sid(), Some("nothing"));
    /// assert_eq!(statement.actions().texts(), ["execute-api:Invoke"]);
    /// ```
    pub fn invoke<R: Into<Resource>>(
        effect: Effect,
        resources: impl IntoIterator<Item = R>,
    ) -> Self {
        Self {
            sid: None,
            effect,
            actions: Entries::new(false, [INVOKE.to_owned()]),
            resources: Entries::resources(resources),
            conditions: Vec::new(),
            empty_condition: None,
        }
    }

    /// Names the statement. Explanations show the name.
    #[must_use]
    pub fn with_sid(mut self, sid: impl Into<String>) -> Self {
        self.sid = Some(sid.into());
        self
    }

    /// Adds a condition. The statement applies if all of its conditions hold.
    ///
    /// ```
    /// use execute_api_policy::{Condition, Effect, Statement};
    ///
    /// let browser = Condition::new("StringLike", "aws:UserAgent", ["Mozilla/*"])?;
    /// let statement = Statement::invoke(Effect::Allow, ["*"]).with_condition(browser.clone())?;
    /// assert_eq!(statement.conditions(), [browser.clone()]);
    /// assert!(statement.with_condition(browser).is_err());
    /// # Ok::<(), execute_api_policy::InvalidCondition>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidCondition::Duplicate`] if the statement already has a condition with this operator and key, because a
    /// policy's JSON cannot express both. Give one condition several values, or use another operator.
    pub fn with_condition(mut self, condition: Condition) -> Result<Self, InvalidCondition> {
        if self
            .conditions
            .iter()
            .any(|known| known.is_alike(&condition))
        {
            return Err(InvalidCondition::Duplicate {
                operator: condition.operator,
                key: condition.key,
            });
        }
        // In JSON, the conditions of one operator are one object.
        let beside = |known: &Condition| known.operator == condition.operator;
        let last_beside = self.conditions.iter().rposition(beside);
        let at = last_beside.map_or(self.conditions.len(), |last| last + 1);
        // The operator has a key from now on.
        if let Some(without_keys) = &mut self.empty_condition {
            without_keys.retain(|operator| *operator != condition.operator);
        }
        self.empty_condition = self
            .empty_condition
            .filter(|without_keys| !without_keys.is_empty());
        self.conditions.insert(at, condition);
        Ok(self)
    }

    /// The name of the statement, if it has one.
    #[must_use]
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// What the statement does if it applies.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// `Action` or `NotAction`.
    #[must_use]
    pub fn actions(&self) -> &Entries {
        &self.actions
    }

    /// `Resource` or `NotResource`.
    #[must_use]
    pub fn resources(&self) -> &Entries {
        &self.resources
    }

    /// Whether a condition or a variable of the statement reads this key.
    pub(crate) fn reads_key(&self, key: &str) -> bool {
        let variable = format!("${{{}", key.to_ascii_lowercase());
        let has_variable = |text: &String| text.to_ascii_lowercase().contains(&variable);
        self.resources.texts.iter().any(has_variable)
            || self.conditions.iter().any(|condition| {
                condition.key.eq_ignore_ascii_case(key) || condition.values.iter().any(has_variable)
            })
    }

    /// The conditions. The statement applies only if all of them hold.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }
}

impl Entries {
    pub(super) fn new(excluding: bool, texts: impl IntoIterator<Item = String>) -> Self {
        Self {
            excluding,
            texts: texts.into_iter().collect(),
            escaped: Vec::new(),
        }
    }

    fn resources<R: Into<Resource>>(resources: impl IntoIterator<Item = R>) -> Self {
        let mut entries = Self::new(false, []);
        for (number, resource) in (0..).zip(resources) {
            let (text, is_escaped) = resource.into().into_parts();
            entries.texts.push(text);
            entries.escaped.extend(is_escaped.then_some(number));
        }
        entries
    }

    /// Whether an entry is read in the version with escapes, whatever the version of the document.
    pub(super) fn is_escaped(&self, index: usize) -> bool {
        self.escaped
            .iter()
            .any(|escaped| *escaped as usize == index)
    }

    /// Whether this is `NotAction` or `NotResource`. The statement then applies if none of the entries matches.
    /// Otherwise it applies if one of them matches.
    #[must_use]
    pub fn is_excluding(&self) -> bool {
        self.excluding
    }

    /// The entries, included or excluded.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.texts
    }
}
