//! Checks the identity sources and the host, before the cache and the authorizer.

use std::borrow::Cow;

use http::{HeaderMap, header};
use smallvec::SmallVec;

use super::anonymous::anonymous_values;
use crate::{
    authorizer::IdentityValues,
    cache::KeyParts,
    decision::DenialReason,
    identity::{
        AnonymousRequests, AuthorizerKind, IdentityProblem, IdentitySource, Unread,
        ValidationExpression, mark,
    },
    pipeline::settings::Settings,
    request::{
        context::RequestContext,
        host::{AmbiguousHosts, check_header, check_host},
    },
};

/// The values of identity sources, in their order. They are UTF-8, but only a miss needs them as text.
pub(super) type Values<'r> = SmallVec<[Cow<'r, [u8]>; 2]>;

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
    pub(super) fn key(&self, settings: &Settings) -> KeyParts<impl Iterator<Item = &[u8]> + Clone> {
        let values = self.values.iter().map(AsRef::as_ref);
        settings.results.scope().key_parts(values)
    }

    /// The values as the authorizer receives them. An anonymous request has no credential, though it may have a key.
    pub(super) fn into_texts(self, settings: &Settings) -> IdentityValues {
        if self.is_anonymous {
            return IdentityValues::new();
        }
        let mut values = self.values.drain(..);
        let texts = settings.kind.sources().iter().filter_map(|source| {
            let value = values.next()?;
            if !source.alternatives().is_empty() {
                // The mark is only for the key.
                values.next();
            }
            Some(into_text(value))
        });
        texts.collect()
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

pub(super) fn read<'r>(
    source: &IdentitySource,
    request: &'r RequestContext<'_>,
) -> Result<Cow<'r, [u8]>, DenialReason> {
    source
        .read_bytes(request)
        .map_err(|problem| not_read(source, problem))
}

/// Reads the first alternative that is present. Its mark follows the value, so that the same value of another alternative
/// is another identity.
#[cold]
fn read_otherwise<'r>(
    source: &IdentitySource,
    unread: Unread,
    request: &'r RequestContext<'_>,
    values: &mut Values<'r>,
) -> Result<(), DenialReason> {
    if let Unread::Problem(problem) = unread {
        return Err(not_read(source, problem));
    }
    let found = source.first_present(request);
    let (index, value) = found.map_err(|(source, problem)| not_read(source, problem))?;
    values.push(value);
    values.push(Cow::Borrowed(mark(index)));
    Ok(())
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
