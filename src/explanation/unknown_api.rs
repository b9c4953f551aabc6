//! Entries of a policy that refuse a request only because the layer does not know its API.

use super::{Circumstances, MAX_ENTRIES};
use crate::{
    api::Api,
    decision::DenialReason,
    policy::{Effect, KnownParts, PolicyDocument, Statement, Verdict, possible_stages},
};

/// An entry because of which a request is refused. It would not refuse requests to an API with the placeholder's name.
pub(super) struct EntryOfSomeApi {
    pub(super) text: String,
    /// If the entry would not refuse the request in a stage with the placeholder's name: a name of the stage with which it
    /// does. `None` if the entry does not have it after a star.
    pub(super) stage: Option<String>,
}

/// The entry because of which the request is refused.
pub(super) fn entry_of_some_api(
    circumstances: &Circumstances,
    reason: &DenialReason,
) -> Option<EntryOfSomeApi> {
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
    entries.find_map(|entry| {
        let alone = denying(entry).with_version(document.version());
        let counts = circumstances.verdict_of(&alone.compile()) == Verdict::ExplicitDeny
            && as_it_is(&alone) == Verdict::Allow;
        counts.then(|| EntryOfSomeApi {
            text: entry.clone(),
            stage: stage_in_which_it_counts(circumstances, api, entry, &alone),
        })
    })
}

/// The name of the stage with which the policy denies the request, if that depends on the stage. `entry` is the policy's entry.
fn stage_in_which_it_counts(
    circumstances: &Circumstances,
    api: &Api,
    entry: &str,
    policy: &PolicyDocument,
) -> Option<String> {
    let denies_in = |stage: &str| {
        let api = api.clone().with_stage(stage).ok();
        api.is_some_and(|api| {
            circumstances.verdict_as(api, &policy.compile()) == Verdict::ExplicitDeny
        })
    };
    if denies_in(api.stage()) {
        return None;
    }
    let mut stages = possible_stages(entry);
    stages.find(|stage| denies_in(stage)).map(str::to_owned)
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
