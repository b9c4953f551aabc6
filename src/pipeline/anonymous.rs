//! The identity of a request without a credential, if the layer accepts such requests.

use super::values::{Values, read};
use crate::{
    decision::DenialReason,
    identity::{AnonymousRequests, IdentityProblem},
    pipeline::settings::Settings,
    request::context::RequestContext,
};

/// Returns the identity of an anonymous request: the values of the sources that a client does not send. Any other
/// request has more values, so the two never have the same key. Fails with `reason` if anonymous requests are refused,
/// or if the request is not anonymous.
#[cold]
pub(super) fn anonymous_values<'r>(
    settings: &Settings,
    request: &'r RequestContext<'_>,
    reason: DenialReason,
) -> Result<Values<'r>, DenialReason> {
    let is_missing = matches!(reason, DenialReason::IdentitySourceMissing { .. });
    if settings.anonymous_requests == AnonymousRequests::Refuse || !is_missing {
        return Err(reason);
    }
    let mut values = Values::new();
    let mut is_anonymous = false;
    for source in settings.kind.sources() {
        if !source.place().is_sent_by_client() {
            values.push(read(source, request)?);
        } else if source.read_bytes(request) == Err(IdentityProblem::Missing) {
            is_anonymous = true;
        } else {
            return Err(reason);
        }
    }
    if is_anonymous {
        Ok(values)
    } else {
        Err(reason)
    }
}
