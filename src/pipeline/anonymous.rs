//! A request without a credential, if the layer does not simply refuse it.

use smallvec::SmallVec;

use super::{
    check::{Checked, check_hosts, not_read},
    target::{Target, check_target},
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
            let value = source.read(request);
            identity.push(value.map_err(|problem| not_read(source, problem))?);
        } else if source.read(request) == Err(IdentityProblem::Missing) {
            is_anonymous = true;
        } else {
            return Err(reason);
        }
    }
    if !is_anonymous {
        return Err(reason);
    }
    check_hosts(request)?;
    Ok(Checked {
        identity,
        spellings: check_target(target)?,
    })
}
