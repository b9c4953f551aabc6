//! An `Allow` for a path that servers may read as another one.
//!
//! A wildcard matches empty segments, too: `/*/orders` allows `//orders`, and a server that merges slashes serves `/orders`.
//! In the same way, `/*.css` allows `/admin;.css`, which Java servers read as `/admin`. So each reading has to be allowed,
//! unless the policy itself names the empty segment or the `;`.

use http::request::Parts;

use super::{decide::verdict, target::Target};
use crate::{
    decision::DenialReason,
    policy::{StagePolicy, Verdict},
    request::path,
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
    (!is_named(policy, parts, target)).then(|| DenialReason::ReadingNotAllowed {
        method_arn: target.method_arn().to_string(),
        reading: target.read_as(reading).method_arn().to_string(),
    })
}

/// Whether the policy itself names each empty segment and each `;` of the path, as one does that an authorizer makes of the
/// method ARN or of a caller's name. Then no wildcard matches them: with anything else in their place, nothing allows the
/// path.
fn is_named(policy: &StagePolicy, parts: &Parts, target: &Target<'_>) -> bool {
    let replaced = path::with_marks_replaced(target.path());
    replaced.is_some_and(|mut paths| {
        paths.all(|path| verdict(policy, parts, &target.read_as(&path)) == Verdict::ImplicitDeny)
    })
}
