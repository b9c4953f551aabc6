//! Decides about a request without calling the authorizer, if that is possible.

use http::request::Parts;

use super::{
    check::{Identity, check_before_asking, check_hosts, check_identity},
    decide::{Asked, Denied, allowed_by_routes, decide},
    target::{Target, check_target},
    values::Values,
};
use crate::{
    authorizer::{AuthorizerContext, IdentityValues},
    cache::{Hit, LastInserted},
    decision::DenialReason,
    key::{Key, KeyParts},
    observe::Decided,
    pipeline::settings::Settings,
    request::{
        arn_spellings::Spellings,
        context::{Arrival, RequestContext},
        resource::ResourceMatch,
    },
};

/// What happens to a request that no cached result allows.
pub(crate) enum Otherwise {
    Denied(Denied),
    /// The authorizer has to be called.
    Missed(Checked),
    /// The request has no credential and is passed on.
    Anonymous,
}

/// What the checks of a request found out.
#[derive(Clone)]
pub(crate) struct Checked {
    /// `None` if it is that of the key.
    pub(crate) identity: Option<IdentityValues>,
    pub(crate) spellings: Spellings,
    /// The key of the result, if it is cached. It has the request's method ARN.
    pub(crate) key: Option<Key>,
    /// The last insertion into the cache before it was asked for the key.
    pub(crate) looked_up: LastInserted,
}

/// Checks a request, and decides about it if a result is cached. Returns the caller if the request is allowed.
pub(crate) fn look_up(
    settings: &Settings,
    parts: &Parts,
    matched: Option<&ResourceMatch>,
    arrival: &Arrival,
) -> Result<AuthorizerContext, Otherwise> {
    let request = settings.reader.context(parts, matched, arrival);
    let target = Target::new(settings, parts, request.uri);
    let mut values = Values::new();
    let Some((identity, spellings)) = check_request(&request, target, &mut values)? else {
        return Err(Otherwise::Anonymous);
    };
    let caching = &settings.caching;
    let looked_up = caching.cache.last_inserted();
    if caching.ttl.is_zero() {
        check_before_asking(settings, parts)?;
        return Err(Otherwise::Missed(Checked::new(
            settings, identity, spellings, None, looked_up,
        )));
    }
    let target = target.with_spellings(&spellings);
    let key = {
        let key = identity.key(settings);
        let pinned = caching.cache.pin();
        if let Some(hit) = pinned.hit(&key, caching) {
            return decide_hit(settings, &request, target, &spellings, hit);
        }
        build_key(&key, settings, &request, &spellings)
    };
    Err(miss(settings, parts, identity, spellings, key, looked_up))
}

/// What every request is checked for, even one with a cached result, in this order. Returns `None` if the request has no
/// credential and is passed on.
#[inline(always)] // A hit would pay for a call.
fn check_request<'v, 'r: 'v>(
    request: &'r RequestContext<'_>,
    target: Target<'_>,
    values: &'v mut Values<'r>,
) -> Result<Option<(Identity<'v>, Spellings)>, DenialReason> {
    let settings = target.settings;
    let identity = check_identity(settings, request, values)?;
    check_hosts(settings, request)?;
    let spellings = check_target(target)?;
    Ok((!identity.is_passed_on(settings)).then_some((identity, spellings)))
}

/// Decides about a request whose result is cached.
#[inline(always)] // A hit would pay for the call.
fn decide_hit(
    settings: &Settings,
    request: &RequestContext<'_>,
    target: Target<'_>,
    spellings: &Spellings,
    hit: Hit<'_>,
) -> Result<AuthorizerContext, Otherwise> {
    let caller = match allowed_by_routes(target, hit.cached()) {
        Some(caller) => caller,
        None => decide_by_all(settings, request, spellings, hit)?,
    };
    if settings.observers.is_some() {
        notify_of_hit(request, hit, settings);
    }
    Ok(caller)
}

/// Decides with the whole result: neither a simple response nor the routes of a policy allow the request.
#[inline(never)] // Almost no hit pays for it, or for a target in memory.
fn decide_by_all(
    settings: &Settings,
    request: &RequestContext<'_>,
    spellings: &Spellings,
    hit: Hit<'_>,
) -> Result<AuthorizerContext, Otherwise> {
    let target = Target::new(settings, request.parts, request.uri).with_spellings(spellings);
    let asked = || Asked::kept(hit, &settings.caching);
    decide(request.parts, &target, hit.cached(), asked).map_err(Otherwise::Denied)
}

/// The key for this request.
#[cold]
#[inline(never)] // A hit does not pay for it.
fn build_key(
    key: &KeyParts<'_>,
    settings: &Settings,
    request: &RequestContext<'_>,
    spellings: &Spellings,
) -> Key {
    let target = Target::new(settings, request.parts, request.uri);
    key.build_with(&target.with_spellings(spellings).method_arn_parts())
}

/// There is no result for this key.
#[cold]
#[inline(never)] // A hit does not pay for it.
fn miss(
    settings: &Settings,
    parts: &Parts,
    identity: Identity<'_>,
    spellings: Spellings,
    key: Key,
    looked_up: LastInserted,
) -> Otherwise {
    match check_before_asking(settings, parts) {
        Ok(()) => Otherwise::Missed(Checked::new(
            settings,
            identity,
            spellings,
            Some(key),
            looked_up,
        )),
        Err(reason) => reason.into(),
    }
}

/// Notifies the observers that a cached result allows the request.
#[cold]
#[inline(never)] // A hit without observers does not pay for it.
fn notify_of_hit(request: &RequestContext<'_>, hit: Hit<'_>, settings: &Settings) {
    let decided = Decided {
        settings,
        parts: request.parts,
        matched: request.matched,
        arrival: request.arrival,
    };
    decided.allowed(hit.cached(), || Asked::kept(hit, &settings.caching));
}

/// A check has failed.
impl From<DenialReason> for Otherwise {
    fn from(reason: DenialReason) -> Self {
        Self::Denied(Denied::without_policy(reason, Asked::Not))
    }
}

/// Checks a request as [`look_up`] does, without looking into the cache. If the authorizer has to be called,
/// [`check_before_asking`] follows. Returns `None` if the request has no credential and is passed on.
pub(crate) fn prepare(
    settings: &Settings,
    parts: &Parts,
    matched: &ResourceMatch,
    arrival: &Arrival,
) -> Result<Option<Checked>, DenialReason> {
    let request = settings.reader.context(parts, Some(matched), arrival);
    let target = Target::new(settings, parts, request.uri);
    let mut values = Values::new();
    let Some((identity, spellings)) = check_request(&request, target, &mut values)? else {
        return Ok(None);
    };
    let is_kept = !settings.caching.ttl.is_zero();
    let key = is_kept.then(|| {
        let target = target.with_spellings(&spellings);
        identity
            .key(settings)
            .build_with(&target.method_arn_parts())
    });
    let looked_up = settings.caching.cache.last_inserted();
    let checked = Checked::new(settings, identity, spellings, key, looked_up);
    Ok(Some(checked))
}

impl Checked {
    fn new(
        settings: &Settings,
        identity: Identity<'_>,
        spellings: Spellings,
        key: Option<Key>,
        looked_up: LastInserted,
    ) -> Self {
        Self {
            identity: identity.into_texts(settings, key.as_ref()),
            spellings,
            key,
            looked_up,
        }
    }
}
