//! Decides about a request without calling the authorizer, if that is possible.

use std::{borrow::Cow, sync::Arc};

use http::request::Parts;

use super::{
    check::{Checked, check, check_host_header},
    decide::{Asked, Denied, decide},
    target::{Spellings, Target},
};
use crate::{
    authorizer::{AuthorizerContext, IdentityValues},
    cache::{Cached, Kept, Key, KeyParts},
    decision::DenialReason,
    identity::AnonymousRequests,
    pipeline::settings::Settings,
    request::{
        body::{BodyProblem, RequestBody},
        context::Arrival,
        resource::ResourceMatch,
    },
};

/// The outcome of a look-up.
pub(crate) enum LookedUp {
    Allowed(AuthorizerContext),
    Denied(Denied),
    /// The authorizer has to be called.
    Missed(Question),
    /// The request has no credential and is passed on.
    Anonymous,
}

/// What a request needs if no result is cached.
pub(crate) enum Prepared {
    Question(Question),
    /// The request has no credential and is passed on.
    Anonymous,
}

/// The input for a call of the authorizer.
#[derive(Clone)]
pub(crate) struct Question {
    pub(crate) identity: IdentityValues,
    pub(crate) spellings: Spellings,
    /// The key of the result, if it is cached.
    pub(crate) key: Option<Key>,
}

/// Checks a request, and decides about it if a result is cached.
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
    let target = target.with_spellings(&checked.spellings);
    let decide = |cached: &Arc<Cached>, kept: Kept| {
        let age = || kept.age(cached, &settings.results);
        decide(parts, &target, cached, || Asked::Kept { age: age() })
    };
    let results = &settings.results;
    let hit = results.cache.hit(&checked.key(settings), results, decide);
    match hit {
        Some(Ok(caller)) => Ok(LookedUp::Allowed(caller)),
        Some(Err(denied)) => Ok(LookedUp::Denied(denied)),
        None => {
            check_host_header(settings, &parts.headers)?;
            let key = checked.key(settings).build();
            Ok(checked.missed(Some(key)))
        }
    }
}

/// Checks a request, without a look into the cache.
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
    let is_kept = !settings.results.ttl.is_zero();
    let key = is_kept.then(|| checked.key(settings).build());
    Ok(Prepared::Question(checked.question(key)))
}

impl Checked<'_> {
    fn is_passed_on(&self, settings: &Settings) -> bool {
        self.is_anonymous && settings.anonymous_requests == AnonymousRequests::PassOn
    }

    /// The key of the result, in parts.
    fn key(&self, settings: &Settings) -> KeyParts<impl Iterator<Item = &[u8]> + Clone> {
        let identity = self.identity.iter().map(|value| value.as_bytes());
        settings.results.scope.key_parts(identity)
    }

    fn missed(self, key: Option<Key>) -> LookedUp {
        LookedUp::Missed(self.question(key))
    }

    fn question(self, key: Option<Key>) -> Question {
        let identity = self.identity.into_iter().map(Cow::into_owned);
        Question {
            // An anonymous request has no credential, though it may have a key.
            identity: identity.filter(|_| !self.is_anonymous).collect(),
            spellings: self.spellings,
            key,
        }
    }
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
