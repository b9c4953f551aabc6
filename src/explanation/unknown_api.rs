//! Entries of a policy that refuse a request only because the layer does not know its API.

use super::{Circumstances, MAX_ENTRIES};
use crate::{
    decision::DenialReason,
    policy::{Effect, KnownParts, PolicyDocument, Statement, Verdict},
};

/// The entry because of which the request is refused, if it would not refuse requests to an API with the placeholder's name.
pub(super) fn entry_of_some_api(
    circumstances: &Circumstances,
    reason: &DenialReason,
) -> Option<String> {
    let api = &*circumstances.settings.reader.api;
    if api.known() == KnownParts::ApiAndStage {
        return None;
    }
    let document = circumstances.policy()?.document();
    let as_it_is = |policy: &PolicyDocument| {
        circumstances.verdict_as(api.clone().with_everything_known(), &policy.compile())
    };
    // Often something else refuses the request as well.
    let is_refused_anyway = match (reason, as_it_is(document)) {
        (_, Verdict::ExplicitDeny) | (DenialReason::ImplicitDeny { .. }, Verdict::ImplicitDeny) => {
            true
        }
        (_, Verdict::Allow | Verdict::ImplicitDeny) => false,
    };
    if is_refused_anyway {
        return None;
    }
    let statements = excluding(document, reason)?;
    let mut entries = statements
        .flat_map(|it| it.resources().texts())
        .take(MAX_ENTRIES);
    let entry = entries.find(|entry| {
        let alone = denying(entry).with_version(document.version());
        circumstances.verdict_of(&alone.compile()) == Verdict::ExplicitDeny
            && as_it_is(&alone) == Verdict::Allow
    })?;
    Some(entry.clone())
}

/// The statements whose entries may have refused the request by excluding it.
fn excluding<'p>(
    document: &'p PolicyDocument,
    reason: &DenialReason,
) -> Option<impl Iterator<Item = &'p Statement>> {
    let (statements, effect) = match *reason {
        DenialReason::ExplicitDeny { statement, .. } => (
            document.statements().get(statement..=statement)?,
            Effect::Deny,
        ),
        DenialReason::ImplicitDeny { .. } => (document.statements(), Effect::Allow),
        _ => return None,
    };
    let statements = statements.iter();
    Some(statements.filter(move |it| {
        it.effect() == effect && it.resources().is_excluding() == (effect == Effect::Allow)
    }))
}

/// A policy that allows everything except what this entry covers.
fn denying(entry: &str) -> PolicyDocument {
    PolicyDocument::new([
        Statement::invoke(Effect::Allow, ["*"]),
        Statement::invoke(Effect::Deny, [entry]),
    ])
}
