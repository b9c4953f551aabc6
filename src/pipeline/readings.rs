//! An `Allow` for a path that servers may read as another one.
//!
//! A wildcard also matches empty segments: `/*/orders` allows `//orders`, and a server that merges slashes serves `/orders`.
//! So each reading has to be allowed, unless the policy allows this very path, as one does that was made of the method ARN.

use http::request::Parts;

use super::{decide::verdict, target::Target};
use crate::{
    decision::DenialReason,
    policy::{Effect, Entries, INVOKE, StagePolicy, Verdict},
};

/// Why the request is refused if the policy does not allow one of the readings, although it allows the path as received.
#[inline]
pub(super) fn reading_that_is_not_allowed(
    policy: &StagePolicy,
    parts: &Parts,
    target: &Target<'_>,
) -> Option<DenialReason> {
    // A path with a reading has other spellings. Almost no path has any.
    if target.has_other_spellings() {
        not_allowed(policy, parts, target)
    } else {
        None
    }
}

#[cold]
#[inline(never)] // A hit does not pay for it.
fn not_allowed(policy: &StagePolicy, parts: &Parts, target: &Target<'_>) -> Option<DenialReason> {
    let readings = target.readings();
    let verdict_of = |path: &str| verdict(policy, parts, &target.read_as(path));
    let reading = readings
        .iter()
        .find(|path| verdict_of(path) != Verdict::Allow)?;
    let method_arn = target.method_arn().to_string();
    (!allows_by_name(policy, &method_arn)).then(|| DenialReason::ReadingNotAllowed {
        method_arn,
        reading: target.read_as(reading).method_arn().to_string(),
    })
}

/// Whether an `Allow` names the method ARN itself, without wildcards. It has to apply to every request for it: a statement with a
/// condition or another action does not count.
fn allows_by_name(policy: &StagePolicy, method_arn: &str) -> bool {
    let mut statements = policy.document().statements().iter();
    statements.any(|statement| {
        statement.effect() == Effect::Allow
            && statement.conditions().is_empty()
            && includes(statement.actions(), |action| {
                action == "*" || action.eq_ignore_ascii_case(INVOKE)
            })
            && includes(statement.resources(), |resource| resource == method_arn)
    })
}

fn includes(entries: &Entries, is_it: impl Fn(&str) -> bool) -> bool {
    !entries.is_excluding() && entries.texts().iter().any(|text| is_it(text))
}
