//! The way of a request until it is decided or the authorizer has to be asked.

use std::{borrow::Cow, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Uri, header, request::Parts};

use super::{
    check::{Checked, check, check_host_header},
    decide::{Asked, Denied, decide},
    target::{Spellings, Target},
};
use crate::{
    authorizer::{AuthorizerContext, AuthorizerRequest, RequestFacts},
    cache::{Cached, Kept, Key},
    decision::DenialReason,
    identity::AnonymousRequests,
    observe::Witness,
    pipeline::settings::Settings,
    request::{
        body::{BodyProblem, RequestBody},
        context::{Arrival, host_in_target},
        resource::ResourceMatch,
    },
};

/// What is known without asking the authorizer.
pub(crate) enum LookedUp {
    Allowed(AuthorizerContext),
    Denied(Denied),
    /// The authorizer has to be asked.
    Missed(Question),
    /// Without a credential, and let through.
    Anonymous,
}

/// What is to be done about a request, if no result is kept.
pub(crate) enum Prepared {
    Question(Question),
    /// Without a credential, and let through.
    Anonymous,
}

/// What the authorizer has to be asked.
pub(crate) struct Question {
    pub(crate) identity: Arc<[String]>,
    pub(crate) spellings: Spellings,
    /// Under which the result is kept, if it is.
    pub(crate) key: Option<Key>,
}

/// Checks a request, and decides about it where a result is kept.
pub(crate) fn look_up(
    settings: &Settings,
    parts: &Parts,
    matched: Option<&ResourceMatch>,
    arrival: &Arrival,
) -> Result<LookedUp, DenialReason> {
    let request = settings.reader.context(parts, matched, arrival);
    let target = Target::new(settings, &parts.method, request.uri);
    let checked = check(&request, &target)?;
    if checked.is_passed_on(settings) {
        return Ok(LookedUp::Anonymous);
    }
    if settings.results.ttl.is_zero() {
        check_host_header(settings, &parts.headers)?;
        check_body(settings, parts)?;
        return Ok(checked.missed(None));
    }
    let identity = checked.identity.iter().map(|value| value.as_bytes());
    let decided = settings.results.scope.with_key(identity, |key| {
        let target = target.with_spellings(&checked.spellings);
        let decide = |cached: &Arc<Cached>, kept: Kept| {
            let age = || kept.age(cached, &settings.results);
            decide(parts, &target, cached, || Asked::Kept { age: age() })
        };
        let decided = settings.results.cache.hit(key, &settings.results, decide);
        decided.ok_or_else(|| Key::from(key))
    });
    Ok(match decided {
        Ok(Ok(caller)) => LookedUp::Allowed(caller),
        Ok(Err(denied)) => LookedUp::Denied(denied),
        Err(key) => {
            check_host_header(settings, &parts.headers)?;
            checked.missed(Some(key))
        }
    })
}

/// Checks a request, without looking for a kept result.
pub(crate) fn prepare(
    settings: &Settings,
    parts: &Parts,
    matched: &ResourceMatch,
    arrival: &Arrival,
) -> Result<Prepared, DenialReason> {
    let request = settings.reader.context(parts, Some(matched), arrival);
    let target = Target::new(settings, &parts.method, request.uri);
    let checked = check(&request, &target)?;
    if checked.is_passed_on(settings) {
        return Ok(Prepared::Anonymous);
    }
    check_body(settings, parts)?;
    let key = (!settings.results.ttl.is_zero()).then(|| {
        let identity = checked.identity.iter().map(|value| value.as_bytes());
        Key::from(settings.results.scope.key(identity))
    });
    Ok(Prepared::Question(checked.question(key)))
}

impl Checked<'_> {
    fn is_passed_on(&self, settings: &Settings) -> bool {
        self.is_anonymous && settings.anonymous_requests == AnonymousRequests::PassOn
    }

    fn missed(self, key: Option<Key>) -> LookedUp {
        LookedUp::Missed(self.question(key))
    }

    fn question(self, key: Option<Key>) -> Question {
        let mut identity = self.identity.into_iter().map(Cow::into_owned);
        let identity: Arc<[String]> = match (identity.next(), identity.len()) {
            // What an anonymous request is kept under is not a credential.
            _ if self.is_anonymous => Arc::default(),
            // Without a list in between.
            (Some(only), 0) => Arc::new([only]),
            (first, _) => first.into_iter().chain(identity).collect(),
        };
        Question {
            identity,
            spellings: self.spellings,
            key,
        }
    }
}

impl Question {
    /// As the authorizer is told it.
    pub(crate) fn request(
        &self,
        settings: &Settings,
        parts: &Parts,
        matched: &ResourceMatch,
        arrival: &Arrival,
    ) -> AuthorizerRequest {
        let (method, uri) = (&parts.method, matched.original_uri(&parts.uri));
        let target = Target::new(settings, method, uri).with_spellings(&self.spellings);
        AuthorizerRequest::new(RequestFacts {
            api: Arc::clone(&settings.reader.api),
            method: method.clone(),
            uri: uri.clone(),
            version: parts.version,
            headers: headers(parts, uri),
            identity: Arc::clone(&self.identity),
            differences: settings.kind.differences(),
            matched: matched.clone(),
            source_ip: settings.reader.client_ip.of(parts),
            body: body(settings, parts),
            method_arn: target.method_arn(),
            arrival: arrival.noted(&settings.reader.clock),
            witness: Witness::of(parts),
        })
    }
}

/// Fails if the authorizer is to be given a body and there is none to give.
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

fn body(settings: &Settings, parts: &Parts) -> Option<Bytes> {
    let body = parts.extensions.get::<RequestBody>();
    let body = body.filter(|_| settings.gives_body)?;
    body.whole().ok().cloned()
}

/// With the `Host` that counts.
fn headers(parts: &Parts, original: &Uri) -> HeaderMap {
    let mut headers = parts.headers.clone();
    let host = host_in_target(original, &parts.uri);
    let host = host.and_then(|host| HeaderValue::from_str(host.as_str()).ok());
    if let Some(host) = host {
        headers.insert(header::HOST, host);
    }
    headers
}
