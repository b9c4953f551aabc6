//! Policies that take too long to explain while a request waits.

use serde_json::{Value, json};
use tower_lambda_authorizer::{
    Denial, DenialReason,
    observing::Decision,
    policy::{Condition, Entries, PolicyDocument, Statement},
};

/// A policy is long if it has more entries and values of conditions than this, or more bytes in them than [`MAX_BYTES`].
const MAX_ENTRIES: usize = 1_000;
const MAX_BYTES: usize = 256 * 1024;

pub(crate) fn is_long(policy: &PolicyDocument) -> bool {
    let (mut entries, mut bytes) = (0, 0);
    for text in policy.statements().iter().flat_map(texts) {
        entries += 1;
        bytes += text.len();
        if entries > MAX_ENTRIES || bytes > MAX_BYTES {
            return true;
        }
    }
    false
}

fn texts(statement: &Statement) -> impl Iterator<Item = &String> {
    let entries = [statement.actions(), statement.resources()];
    let values = statement.conditions().iter();
    let values = values.flat_map(Condition::values);
    let entries = entries.into_iter().flat_map(Entries::texts);
    entries.chain(values)
}

/// The facts about the evaluation that are known without an explanation, in the form of an explanation.
pub(crate) fn outline(decision: &Decision<'_>, policy: &PolicyDocument) -> Value {
    let reason = decision.denial().map(Denial::reason);
    let (verdict, deciding) = match reason {
        None => ("Allow", None),
        Some(DenialReason::ExplicitDeny { statement, .. }) => ("ExplicitDeny", Some(statement)),
        Some(_) => ("ImplicitDeny", None),
    };
    let count = policy.statements().len();
    json!({
        "verdict": verdict,
        "reason": format!("the policy is too long to be explained: it has {count} statements"),
        "decidingStatement": deciding,
        "nearestMiss": null,
        "action": "execute-api:Invoke",
        "resource": decision.method_arn().as_str(),
        "statements": [],
    })
}
