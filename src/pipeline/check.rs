//! Checks the identity sources, the host and the path, before the cache and the authorizer.

use std::borrow::Cow;

use http::{HeaderMap, header};
use smallvec::SmallVec;

use super::{
    anonymous::anonymous_identity,
    target::{Spellings, Target, check_target},
};
use crate::{
    decision::DenialReason,
    identity::{AuthorizerKind, IdentityProblem, IdentitySource, ValidationExpression},
    pipeline::settings::Settings,
    request::{
        context::RequestContext,
        host::{AmbiguousHosts, check_header, check_host},
    },
};

/// The values of the identity sources, in their order.
pub(crate) type Identity<'r> = SmallVec<[Cow<'r, str>; 2]>;

/// A request that has passed the checks.
pub(crate) struct Checked<'r> {
    /// For an anonymous request, only the values that a client does not send.
    pub(crate) identity: Identity<'r>,
    pub(crate) is_anonymous: bool,
    pub(crate) spellings: Spellings,
}

/// Runs all checks that do not need the authorizer.
pub(crate) fn check<'r>(
    request: &'r RequestContext<'_>,
    target: &Target<'_>,
) -> Result<Checked<'r>, DenialReason> {
    let settings = target.settings;
    let (identity, is_anonymous) = match identity(&settings.kind, request) {
        Ok(identity) => (identity, false),
        Err(reason) => (anonymous_identity(settings, request, reason)?, true),
    };
    check_hosts(settings, request)?;
    Ok(Checked {
        identity,
        is_anonymous,
        spellings: check_target(target)?,
    })
}

fn identity<'r>(
    kind: &AuthorizerKind,
    request: &'r RequestContext<'_>,
) -> Result<Identity<'r>, DenialReason> {
    if kind.differences().one_authorization_header {
        check_authorization_headers(&request.parts.headers)?;
    }
    let mut identity = Identity::new();
    for source in kind.sources() {
        identity.push(read(source, request)?);
    }
    if let (Some(expression), Some(token)) = (kind.expression(), identity.first()) {
        check_token(kind, expression, token)?;
    }
    Ok(identity)
}

fn check_hosts(settings: &Settings, request: &RequestContext<'_>) -> Result<(), DenialReason> {
    if settings.ambiguous_hosts == AmbiguousHosts::AsReceived {
        return Ok(());
    }
    let parts = request.parts;
    check_host(request.uri, &parts.uri, &parts.headers)
        .map_err(|ambiguity| DenialReason::AmbiguousHost { ambiguity })
}

/// Fails if the `Host` header is ambiguous, before the authorizer receives it. A hit does not need this check: the
/// cached result was made for another request, and no result is cached for a request with such a header.
pub(crate) fn check_host_header(
    settings: &Settings,
    headers: &HeaderMap,
) -> Result<(), DenialReason> {
    if settings.ambiguous_hosts == AmbiguousHosts::AsReceived {
        return Ok(());
    }
    check_header(headers).map_err(|ambiguity| DenialReason::AmbiguousHost { ambiguity })
}

fn check_authorization_headers(headers: &HeaderMap) -> Result<(), DenialReason> {
    match headers.get_all(header::AUTHORIZATION).iter().nth(1) {
        Some(_) => Err(DenialReason::SeveralAuthorizationHeaders),
        None => Ok(()),
    }
}

fn check_token(
    kind: &AuthorizerKind,
    expression: &ValidationExpression,
    token: &str,
) -> Result<(), DenialReason> {
    match kind.sources().iter().next() {
        Some(source) if !expression.accepts(token) => {
            let source = source.clone();
            Err(DenialReason::RefusedByValidationExpression { source })
        }
        _ => Ok(()),
    }
}

pub(super) fn read<'r>(
    source: &IdentitySource,
    request: &'r RequestContext<'_>,
) -> Result<Cow<'r, str>, DenialReason> {
    source
        .read(request)
        .map_err(|problem| not_read(source, problem))
}

/// The reason of the refusal if a source has no usable value.
#[cold]
fn not_read(source: &IdentitySource, problem: IdentityProblem) -> DenialReason {
    let source = source.clone();
    match problem {
        IdentityProblem::Missing => DenialReason::IdentitySourceMissing { source },
        IdentityProblem::Empty => DenialReason::IdentitySourceEmpty { source },
        IdentityProblem::NotUtf8 => DenialReason::IdentitySourceNotUtf8 { source },
        IdentityProblem::Ambiguous => DenialReason::IdentitySourceAmbiguous { source },
    }
}
