//! A request without a credential, if the layer does not simply refuse it.

use smallvec::SmallVec;

use super::{
    check::{Checked, check_where, read},
    target::Target,
};
use crate::{
    context::RequestContext,
    decision::DenialReason,
    identity::{AnonymousRequests, IdentityProblem},
};

/// Checks a request that lacks an identity source: fails with that reason if anonymous requests are refused, or if it is
/// none. Its identity is what a client does not send, which is fewer values than any other request's, so no two of them
/// have one key.
pub(super) fn check_anonymous<'r>(
    request: &'r RequestContext<'_>,
    target: &Target<'_>,
    reason: DenialReason,
) -> Result<Checked<'r>, DenialReason> {
    let settings = request.settings;
    let is_missing = matches!(reason, DenialReason::IdentitySourceMissing { .. });
    if settings.anonymous_requests == AnonymousRequests::Refuse || !is_missing {
        return Err(reason);
    }
    let mut identity: SmallVec<[_; 2]> = SmallVec::new();
    let mut is_anonymous = false;
    for source in settings.kind.sources() {
        if !source.place().is_sent_by_client() {
            identity.push(read(source, request)?);
        } else if source.read(request) == Err(IdentityProblem::Missing) {
            is_anonymous = true;
        } else {
            return Err(reason);
        }
    }
    match is_anonymous {
        true => check_where(request, target, identity),
        false => Err(reason),
    }
}
