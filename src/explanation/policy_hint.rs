//! The most useful fact about a policy that refused a request, in one short sentence: what an implicit deny lacks, or
//! why an entry for some API counts.

use super::{
    Circumstances,
    explain::policy,
    unknown_api::{EntryOfSomeApi, entry_of_some_api},
};
use crate::{
    decision::DenialReason,
    policy::{OneLine, PolicyDocument, brief_miss, title},
};

/// A policy with more entries and conditions than this would take too long to explain in a line of a log.
const MAX_PARTS: usize = 1_000;

/// The most characters that are shown. A policy's entry may be long.
const MAX_CHARACTERS: usize = 500;

/// Names the statement that comes closest to allowing the request, and the part of it that does not apply. The value of
/// a header is not shown. For an explicit deny, names the entry that denies only because the layer does not know its API.
/// `None` for other reasons.
pub(super) fn policy_hint(circumstances: &Circumstances, reason: &DenialReason) -> Option<String> {
    if parts(circumstances.policy()?.document()) > MAX_PARTS {
        return None;
    }
    let text = match reason {
        DenialReason::ExplicitDeny { .. } => of_some_api(circumstances, reason)?,
        DenialReason::ImplicitDeny { .. } => closest(circumstances)?,
        _ => return None,
    };
    Some(cut(&OneLine(text).to_string()))
}

fn of_some_api(circumstances: &Circumstances, reason: &DenialReason) -> Option<String> {
    let EntryOfSomeApi { text, stage } = entry_of_some_api(circumstances, reason)?;
    let counts = match stage {
        None => "counts for any API, because the layer does not know its own".to_owned(),
        Some(stage) => format!(
            "counts, because `{}` may be the stage, which the layer does not know",
            cut(&stage)
        ),
    };
    Some(format!(
        "`{}` {counts}: set that with `.api(…)`, or on the command line with `--api`",
        cut(&text)
    ))
}

fn closest(circumstances: &Circumstances) -> Option<String> {
    let policy = policy(circumstances)?;
    let nearest = policy.nearest_miss();
    let nearest = nearest.and_then(|index| policy.statements().get(index));
    Some(match nearest {
        None => "the policy has no `Allow`".to_owned(),
        Some(nearest) => format!("{} comes closest: {}", title(nearest), brief_miss(nearest)?),
    })
}

fn parts(policy: &PolicyDocument) -> usize {
    let statements = policy.statements().iter();
    let parts = statements.map(|statement| {
        let entries =
            [statement.actions(), statement.resources()].map(|entries| entries.texts().len());
        let values = statement
            .conditions()
            .iter()
            .map(|condition| condition.values().len());
        entries.into_iter().chain(values).sum::<usize>() + 1
    });
    parts.sum()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARACTERS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
