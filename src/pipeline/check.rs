//! Checks the identity sources, the host and the body, before the cache and the authorizer.

use std::borrow::Cow;

use http::{HeaderMap, header, request::Parts};
use smallvec::SmallVec;

use super::{
    anonymous::anonymous_values,
    values::{Values, read_several, read_single},
};
use crate::{
    authorizer::IdentityValues,
    decision::DenialReason,
    identity::{AnonymousRequests, AuthorizerKind, IdentitySource, ValidationExpression},
    key::{IdentityParts, Key, KeyParts},
    pipeline::settings::Settings,
    request::{
        body::{BodyProblem, RequestBody},
        context::RequestContext,
        host::{AmbiguousHosts, check_header, check_host},
    },
};

/// The identity of a request that has all that it needs.
pub(super) enum Identity<'v> {
    Complete(IdentityParts<'v>),
    /// The values of an anonymous request: only those that a client does not send.
    Anonymous(&'v [Cow<'v, [u8]>]),
}

/// Reads the values, into an empty list if it needs one. Fails if the request does not have the identity sources, unless
/// it may be anonymous.
pub(super) fn check_identity<'v, 'r: 'v>(
    settings: &Settings,
    request: &'r RequestContext<'_>,
    list: &'v mut Values<'r>,
) -> Result<Identity<'v>, DenialReason> {
    match read_all(&settings.kind, request, list) {
        Ok(Some(only)) => Ok(Identity::Complete(IdentityParts::One(only))),
        Ok(None) => Ok(Identity::Complete(IdentityParts::Several(list))),
        Err(reason) => {
            *list = anonymous_values(settings, request, reason)?;
            Ok(Identity::Anonymous(list))
        }
    }
}

impl Identity<'_> {
    pub(super) fn is_passed_on(&self, settings: &Settings) -> bool {
        matches!(self, Self::Anonymous(_))
            && settings.anonymous_requests == AnonymousRequests::PassOn
    }

    /// The key of the result, in parts.
    #[inline(always)] // With the feature `axum`, a hit would pay for the call.
    pub(super) fn key<'k>(&'k self, settings: &'k Settings) -> KeyParts<'k> {
        let values = match *self {
            Self::Complete(values) => values,
            Self::Anonymous(values) => IdentityParts::Several(values),
        };
        settings.caching.scope().key_parts(values)
    }

    /// The values as the authorizer receives them, or `None` if they are those of the key. An anonymous request has no
    /// credential, though it may have a key.
    pub(super) fn into_texts(
        self,
        settings: &Settings,
        key: Option<&Key>,
    ) -> Option<IdentityValues> {
        let Self::Complete(parts) = self else {
            return Some(IdentityValues::new());
        };
        // A mark is only for the key.
        let has_marks = |source: &IdentitySource| !source.alternatives().is_empty();
        if key.is_some() && !settings.kind.sources().iter().any(has_marks) {
            return None;
        }
        let mut values = SmallVec::<[_; 2]>::new();
        parts.for_each(|value| values.push(value));
        let mut values = values.into_iter();
        let texts = settings.kind.sources().iter().filter_map(|source| {
            let value = values.next()?;
            if has_marks(source) {
                values.next();
            }
            Some(text(value))
        });
        Some(texts.collect())
    }
}

fn text(value: &[u8]) -> String {
    let text = std::str::from_utf8(value);
    text.expect("a value was checked when it was read")
        .to_owned()
}

/// Returns the value of the only source, if it is in the request as it is. Otherwise the values are in the list.
fn read_all<'r>(
    kind: &AuthorizerKind,
    request: &'r RequestContext<'_>,
    list: &mut Values<'r>,
) -> Result<Option<&'r [u8]>, DenialReason> {
    if kind.differences().one_authorization_header {
        check_authorization_headers(&request.parts.headers)?;
    }
    let only = match kind.sources().iter().as_slice() {
        [source] => read_single(source, request, list)?,
        sources => {
            read_several(sources, request, list)?;
            None
        }
    };
    if let Some(expression) = kind.expression() {
        if let Some(token) = only.or_else(|| Some(list.first()?)) {
            check_token(kind, expression, token)?;
        }
    }
    Ok(only)
}

/// Fails if the request names its host in two ways.
pub(super) fn check_hosts(
    settings: &Settings,
    request: &RequestContext<'_>,
) -> Result<(), DenialReason> {
    if settings.ambiguous_hosts == AmbiguousHosts::AsReceived {
        return Ok(());
    }
    let parts = request.parts;
    check_host(request.uri, &parts.uri, &parts.headers)
        .map_err(|ambiguity| DenialReason::AmbiguousHost { ambiguity })
}

/// What a request is checked for before the authorizer is called, in this order. A hit does not need these checks: the
/// cached result was made for another request, and no result is cached for a request that fails here.
pub(crate) fn check_before_asking(settings: &Settings, parts: &Parts) -> Result<(), DenialReason> {
    if settings.ambiguous_hosts == AmbiguousHosts::Refuse {
        check_header(&parts.headers)
            .map_err(|ambiguity| DenialReason::AmbiguousHost { ambiguity })?;
    }
    check_body(settings, parts)
}

/// Fails if the authorizer needs the request's body, but it was not read completely.
fn check_body(settings: &Settings, parts: &Parts) -> Result<(), DenialReason> {
    if !settings.gives_body {
        return Ok(());
    }
    let body = parts.extensions.get::<RequestBody>();
    match body.map(RequestBody::whole) {
        Some(Ok(_)) => Ok(()),
        Some(Err(BodyProblem::TooLarge { limit })) => {
            Err(DenialReason::RequestBodyTooLarge { limit })
        }
        Some(Err(BodyProblem::Broken)) => Err(DenialReason::RequestBodyBroken),
        None => Err(DenialReason::RequestBodyNotRead),
    }
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
    token: &[u8],
) -> Result<(), DenialReason> {
    let is_accepted = std::str::from_utf8(token).is_ok_and(|token| expression.accepts(token));
    match kind.sources().iter().next() {
        Some(source) if !is_accepted => {
            let source = source.clone();
            Err(DenialReason::RefusedByValidationExpression { source })
        }
        _ => Ok(()),
    }
}
