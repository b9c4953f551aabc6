//! A compiled statement.

use super::{
    prepared_request::PreparedRequest,
    resources::Resources,
    table::{Covering, ResourceTable},
};
use crate::{
    condition::Test,
    document::{Entries, Statement},
    effect::Effect,
    evaluation::{EvaluationRequest, INVOKE},
    heap::{HeapBytes, heap_bytes},
    pattern::ActionPattern,
};

/// A compiled statement. Its resource patterns without variables are in the policy's [`ResourceTable`].
#[derive(Debug, Clone)]
pub(crate) struct CompiledStatement {
    pub(crate) effect: Effect,
    /// Whether the action part applies to `execute-api:Invoke`, the action of almost all requests.
    invokes: bool,
    /// `None` for `"Action": "execute-api:Invoke"`, which almost all statements have.
    actions: Option<Box<Part<ActionPattern>>>,
    pub(crate) resources: Resources,
    pub(crate) tests: Vec<Test>,
}

#[derive(Debug, Clone)]
pub(crate) enum Part<P> {
    AnyOf(Vec<P>),
    NoneOf(Vec<P>),
}

heap_bytes!(CompiledStatement {
    actions,
    resources,
    tests
});

impl<P: HeapBytes> HeapBytes for Part<P> {
    fn heap_bytes(&self) -> usize {
        let (Self::AnyOf(patterns) | Self::NoneOf(patterns)) = self;
        patterns.heap_bytes()
    }
}

impl CompiledStatement {
    pub(super) fn new(statement: &Statement, variables: bool, resources: Resources) -> Self {
        let conditions = statement.conditions.iter();
        let actions = actions(&statement.actions);
        Self {
            effect: statement.effect,
            invokes: apply_to_invoke(actions.as_deref(), statement.effect),
            actions,
            resources,
            tests: conditions
                .map(|condition| Test::new(condition, variables))
                .collect(),
        }
    }

    /// Whether the statement's resource part can apply only if the search finds one of its patterns.
    pub(super) fn is_found_by_index(&self) -> bool {
        let resources = &self.resources;
        let broken = resources.broken && self.effect == Effect::Deny;
        !(resources.excluding || resources.everything || broken) && resources.variable.is_empty()
    }

    pub(crate) fn applies(&self, table: &ResourceTable, request: &PreparedRequest<'_>) -> bool {
        self.action_applies(request.original)
            && self.resource_applies(table, request)
            && self.conditions_hold(request.original)
    }

    pub(crate) fn action_applies(&self, request: &EvaluationRequest<'_>) -> bool {
        if request.is_invoke {
            self.invokes
        } else {
            match &self.actions {
                None => request.action.eq_ignore_ascii_case(INVOKE),
                Some(actions) => action_applies(actions, self.effect, request.action),
            }
        }
    }

    pub(crate) fn conditions_hold(&self, request: &EvaluationRequest<'_>) -> bool {
        let mut tests = self.tests.iter();
        tests.all(|test| test.outcome(request.keys).holds(self.effect))
    }

    /// If an entry excludes, the wider reading counts, and an invalid entry counts as matching, so that a mistake in a
    /// policy never lets a request through.
    pub(crate) fn resource_applies(
        &self,
        table: &ResourceTable,
        request: &PreparedRequest<'_>,
    ) -> bool {
        let resources = &self.resources;
        match (resources.excluding, self.effect) {
            (false, Effect::Allow) => {
                resources.cover(table, request, Covering::AsReceived) == Some(true)
            }
            (false, Effect::Deny) => {
                resources.broken
                    || resources.cover(table, request, Covering::AnySpelling) == Some(true)
            }
            (true, Effect::Allow) => {
                !resources.broken
                    && !resources.is_empty()
                    && resources.cover(table, request, Covering::AnySpelling) == Some(false)
            }
            (true, Effect::Deny) => {
                resources.cover(table, request, Covering::AsReceived) != Some(true)
            }
        }
    }
}

fn actions(entries: &Entries) -> Option<Box<Part<ActionPattern>>> {
    let texts = entries.texts();
    let is_invoke = matches!(texts, [text] if text == INVOKE || text.eq_ignore_ascii_case(INVOKE));
    if is_invoke && !entries.is_excluding() {
        return None;
    }
    let patterns = texts.iter().map(|text| ActionPattern::new(text)).collect();
    Some(Box::new(if entries.is_excluding() {
        Part::NoneOf(patterns)
    } else {
        Part::AnyOf(patterns)
    }))
}

/// Whether the action part of a statement applies to `execute-api:Invoke`.
pub(super) fn invokes(statement: &Statement) -> bool {
    apply_to_invoke(actions(&statement.actions).as_deref(), statement.effect)
}

fn apply_to_invoke(actions: Option<&Part<ActionPattern>>, effect: Effect) -> bool {
    actions.is_none_or(|actions| action_applies(actions, effect, INVOKE))
}

fn action_applies(actions: &Part<ActionPattern>, effect: Effect, action: &str) -> bool {
    let matches = |pattern: &ActionPattern| pattern.matches(action);
    let excludes = |pattern: &ActionPattern| matches(pattern) || !pattern.is_action();
    match (actions, effect) {
        (Part::AnyOf(patterns), Effect::Allow) => patterns.iter().any(matches),
        (Part::AnyOf(patterns), Effect::Deny) => patterns.iter().any(excludes),
        (Part::NoneOf(patterns), Effect::Allow) => {
            !patterns.is_empty() && !patterns.iter().any(excludes)
        }
        (Part::NoneOf(patterns), Effect::Deny) => !patterns.iter().any(matches),
    }
}
