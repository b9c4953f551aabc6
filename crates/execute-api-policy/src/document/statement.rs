//! A statement of a policy.

use smallvec::smallvec;

use super::Entries;
use crate::{
    condition::{Condition, InvalidCondition, Operator},
    effect::Effect,
    evaluation::INVOKE,
    heap::heap_bytes,
    resource::Resource,
};

/// One statement of a policy.
///
/// ```
/// use execute_api_policy::{Condition, Effect, Statement};
///
/// let office = Condition::new("IpAddress", "aws:SourceIp", ["203.0.113.0/24"])?;
/// let statement = Statement::invoke(Effect::Allow, ["arn:aws:execute-api:*:*:*/prod/GET/*"])
///     .with_condition(office)?;
/// assert_eq!(statement.resources().texts(), ["arn:aws:execute-api:*:*:*/prod/GET/*"]);
/// assert_eq!(statement.conditions()[0].values(), ["203.0.113.0/24"]);
/// # Ok::<(), execute_api_policy::InvalidCondition>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub(crate) sid: Option<String>,
    pub(crate) effect: Effect,
    pub(crate) actions: Entries,
    pub(crate) resources: Entries,
    pub(crate) conditions: Vec<Condition>,
    /// The operators without keys if there are any, or if `Condition` has no operators. They have no effect, but lint
    /// reports them because their author meant something.
    pub(crate) empty_condition: Option<Vec<Operator>>,
}

heap_bytes!(Statement {
    sid,
    actions,
    resources,
    conditions,
    empty_condition
});

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
            actions: Entries::new(false, smallvec![INVOKE.to_owned()]),
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
