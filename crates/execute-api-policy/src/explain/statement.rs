//! Explains why one statement applies or does not apply.

use std::cmp::Reverse;

use serde::Serialize;

use super::{condition::ConditionExplanation, name, part::PartExplanation};
use crate::{
    compiled::{CompiledStatements, PreparedRequest},
    document::PolicyDocument,
    effect::Effect,
    evaluation::EvaluationRequest,
    one_line::OneLine,
};

/// The explanation of one statement, part by part.
///
/// ```
/// use execute_api_policy::{EvaluationRequest, PolicyDocument};
///
/// let policy = PolicyDocument::from_json(br#"{"Statement": {
///     "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/prod/GET/pets"
/// }}"#)?
/// .compile();
///
/// let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/dogs");
/// let explanation = policy.explain(&request);
/// let statement = &explanation.statements()[0];
/// assert!(statement.action().applies() && !statement.resource().applies());
/// # Ok::<(), execute_api_policy::PolicyError>(())
/// ```
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementExplanation {
    index: usize,
    sid: Option<String>,
    #[serde(serialize_with = "name")]
    effect: Effect,
    applies: bool,
    action: PartExplanation,
    resource: PartExplanation,
    conditions: Vec<ConditionExplanation>,
}

impl StatementExplanation {
    pub(super) fn new(
        document: &PolicyDocument,
        statements: &CompiledStatements,
        index: usize,
        request: &EvaluationRequest<'_>,
    ) -> Option<Self> {
        let statement = document.statements().get(index)?;
        let (compiled, table) = (statements.list.get(index)?, &statements.table);
        let prepared = PreparedRequest::new(request);
        let conditions = statement.conditions().iter().zip(&compiled.tests);
        let conditions = conditions.map(|(condition, test)| {
            let variables = document.has_variables();
            ConditionExplanation::new(condition, test, statement.effect(), variables, request)
        });
        Some(Self {
            index,
            sid: statement.sid().map(str::to_owned),
            effect: statement.effect(),
            applies: compiled.applies(table, &prepared),
            action: PartExplanation::of_actions(
                statement.actions(),
                compiled.action_applies(request),
                statement.effect(),
                request,
            ),
            resource: PartExplanation::of_resources(
                statement.resources(),
                compiled.resource_applies(table, &prepared),
                statement.effect(),
                document.has_variables(),
                request,
            ),
            conditions: conditions.collect(),
        })
    }

    /// The statement's index.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// The statement's name.
    #[must_use]
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// What the statement does if it applies.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Whether the statement applies, which means that all of its parts apply.
    #[must_use]
    pub fn applies(&self) -> bool {
        self.applies
    }

    /// `Action` or `NotAction`.
    #[must_use]
    pub fn action(&self) -> &PartExplanation {
        &self.action
    }

    /// `Resource` or `NotResource`.
    #[must_use]
    pub fn resource(&self) -> &PartExplanation {
        &self.resource
    }

    /// The conditions.
    #[must_use]
    pub fn conditions(&self) -> &[ConditionExplanation] {
        &self.conditions
    }

    /// The statement's index and name, for use in a sentence.
    pub(crate) fn title(&self) -> String {
        match &self.sid {
            Some(sid) => format!("`Statement[{}]` (`{}`)", self.index, OneLine(sid)),
            None => format!("`Statement[{}]`", self.index),
        }
    }

    /// For a `Deny` that does not apply only because a variable has no value: the remark about that variable.
    pub(super) fn denies_nothing_by(&self) -> Option<&str> {
        let is_met = self.action.applies()
            && self.conditions.iter().all(ConditionExplanation::holds)
            && !self.applies;
        match (self.effect, is_met) {
            (Effect::Deny, true) => self.resource.unresolved(),
            _ => None,
        }
    }

    /// How far the statement is from applying: the number of parts that do not apply, then how much of the ARN
    /// matches.
    pub(super) fn distance(&self) -> (usize, Reverse<usize>) {
        let parts = [self.action.applies(), self.resource.applies()];
        let conditions = self.conditions.iter().map(ConditionExplanation::holds);
        let missing = parts
            .into_iter()
            .chain(conditions)
            .filter(|applies| !applies)
            .count();
        (missing, Reverse(self.resource.fitting()))
    }

    /// Why the statement applies: the entry that covers the request, and the conditions that hold.
    pub(super) fn hit(&self) -> String {
        let mut reasons = Vec::new();
        // The usual action that covers the request needs no mention.
        reasons.extend(self.action.hit().filter(|_| self.action.is_unusual_hit()));
        let mut conditions = self.conditions.iter();
        let first = conditions.next().map(ConditionExplanation::sentence);
        let is_bare = first.is_none() || !self.resource.covers_everything();
        reasons.extend(self.resource.hit().filter(|_| is_bare));
        reasons.extend(first);
        match conditions.len() {
            0 => {}
            1 => reasons.push("another condition holds, too".to_owned()),
            count => reasons.push(format!("{count} more conditions hold, too")),
        }
        reasons.join("; ")
    }

    /// Why the first part that does not apply does not apply.
    pub(crate) fn first_miss(&self) -> Option<String> {
        self.miss_with(ConditionExplanation::sentence)
    }

    /// The same in a few words.
    pub(crate) fn brief_miss(&self) -> Option<String> {
        self.miss_with(ConditionExplanation::brief)
    }

    fn miss_with(&self, told: impl Fn(&ConditionExplanation) -> String) -> Option<String> {
        let mut conditions = self.conditions.iter();
        self.action
            .miss()
            .or_else(|| self.resource.miss())
            .or_else(|| conditions.find(|condition| !condition.holds()).map(told))
    }
}
