//! Checks the identity sources, the host and the body, before the cache and the authorizer.

use std::borrow::Cow;

use http::{HeaderMap, header, request::Parts};

use super::{
    anonymous::anonymous_values,
    values::{Values, read_otherwise},
};
use crate::{
    authorizer::IdentityValues,
    decision::DenialReason,
    identity::{AnonymousRequests, AuthorizerKind, IdentitySource, ValidationExpression},
    key::{Key, KeyParts},
    pipeline::settings::Settings,
    request::{
        body::{BodyProblem, RequestBody},
        context::RequestContext,
        host::{AmbiguousHosts, check_header, check_host},
    },
};

/// The identity of a request that has all that it needs. It borrows its values, since a hit would pay for moving them.
pub(super) struct Identity<'v, 'r> {
    /// For an anonymous request, only the values that a client does not send.
    values: &'v mut Values<'r>,
    is_anonymous: bool,
}

/// Reads the values into a list that is empty. Fails if the request does not have the identity sources, unless it may be
/// anonymous.
pub(super) fn check_identity<'v, 'r>(
    settings: &Settings,
    request: &'r RequestContext<'_>,
    values: &'v mut Values<'r>,
) -> Result<Identity<'v, 'r>, DenialReason> {
    let is_anonymous = match read_all(&settings.kind, request, values) {
        Ok(()) => false,
        Err(reason) => {
            *values = anonymous_values(settings, request, reason)?;
            true
        }
    };
    Ok(Identity {
        values,
        is_anonymous,
    })
}

impl Identity<'_, '_> {
    pub(super) fn is_passed_on(&self, settings: &Settings) -> bool {
        self.is_anonymous && settings.anonymous_requests == AnonymousRequests::PassOn
    }

    /// The key of the result, in parts.
    pub(super) fn key<'k>(
        &'k self,
        settings: &'k Settings,
    ) -> KeyParts<'k, impl Iterator<Item = &'k [u8]> + Clone> {
        let values = self.values.iter().map(AsRef::as_ref);
        settings.results.scope().key_parts(values)
    }

    /// The values as the authorizer receives them, or `None` if they are those of the key. An anonymous request has no
    /// credential, though it may have a key.
    pub(super) fn into_texts(
        self,
        settings: &Settings,
        key: Option<&Key>,
    ) -> Option<IdentityValues> {
        if self.is_anonymous {
            return Some(IdentityValues::new());
        }
        // A mark is only for the key.
        let has_marks = |source: &IdentitySource| !source.alternatives().is_empty();
        if key.is_some() && !settings.kind.sources().iter().any(has_marks) {
            return None;
        }
        let mut values = self.values.drain(..);
        let texts = settings.kind.sources().iter().filter_map(|source| {
            let value = values.next()?;
            if has_marks(source) {
                values.next();
            }
            Some(into_text(value))
        });
        Some(texts.collect())
    }
}

fn into_text(value: Cow<'_, [u8]>) -> String {
    String::from_utf8(value.into_owned()).expect("a value was checked when it was read")
}

fn read_all<'r>(
    kind: &AuthorizerKind,
    request: &'r RequestContext<'_>,
    values: &mut Values<'r>,
) -> Result<(), DenialReason> {
    if kind.differences().one_authorization_header {
        check_authorization_headers(&request.parts.headers)?;
    }
    for source in kind.sources() {
        match source.read_one(request) {
            Ok(value) => values.push(value),
            Err(unread) => read_otherwise(source, unread, request, values)?,
        }
    }
    match (kind.expression(), values.first()) {
        (Some(expression), Some(token)) => check_token(kind, expression, token),
        _ => Ok(()),
    }
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
