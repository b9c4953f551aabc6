//! An `Allow` for a path that servers may read as another one.

use http::request::Parts;

use super::{
    evaluate::{verdict, with_evaluation_request},
    target::Target,
};
use crate::{
    decision::DenialReason,
    policy::{self, StagePolicy, Verdict},
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

/// The method ARNs of the readings that the policy does not allow.
pub(crate) fn readings_that_are_not_allowed(
    policy: &StagePolicy,
    parts: &Parts,
    target: &Target<'_>,
) -> Vec<String> {
    let readings = target.readings().iter();
    let refused = readings.filter(|arn| !is_allowed(policy, parts, target, arn));
    refused.cloned().collect()
}

fn is_allowed(policy: &StagePolicy, parts: &Parts, target: &Target<'_>, reading: &str) -> bool {
    verdict(policy, parts, &target.read_as(reading)) == Verdict::Allow
}

#[cold]
#[inline(never)] // A hit does not pay for it.
fn not_allowed(policy: &StagePolicy, parts: &Parts, target: &Target<'_>) -> Option<DenialReason> {
    let readings = target.readings();
    if readings.is_empty() {
        return None;
    }
    let is_allowed = |reading: &str| is_allowed(policy, parts, target, reading);
    let reading = with_evaluation_request(parts, target, |request| {
        policy::reading_that_is_not_allowed(policy.document(), request, readings, is_allowed)
    })?;
    Some(DenialReason::ReadingNotAllowed {
        method_arn: target.method_arn().to_string(),
        reading: reading.to_owned(),
    })
}
