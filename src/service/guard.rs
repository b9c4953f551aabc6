//! The guard of one authorizer: what becomes of a request, shared by every service that has one.

use std::{any::type_name, fmt, mem, sync::Arc, time::Duration};

use http::{Request, Response, request::Parts};
use tower_service::Service;

use crate::{
    authorizer::{Authorizer, AuthorizerContext},
    cache::{Cached, Kept},
    explanation::{Circumstances, Explanation, Outcome},
    observe::{self, Witness},
    pipeline::{
        Asked, Denied, LookedUp, Prepared, Question, Target, ask, check_host_header, decide,
        look_up, prepare, settings::Settings,
    },
    request::{context::Arrival, preflight::is_preflight, resource::ResourceMatch},
    service::{
        body::GatewayBody,
        future::{ResponseFuture, Waiting},
        refuse::{Refused, refuse},
    },
};

/// An authorizer and how it is asked.
pub(crate) struct Guard<A> {
    authorizer: Arc<A>,
    settings: Arc<Settings>,
}

impl<A> Guard<A> {
    pub(crate) fn new(authorizer: Arc<A>, settings: Arc<Settings>) -> Self {
        Self {
            authorizer,
            settings,
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }
}

impl<A: Authorizer> Guard<A> {
    /// Decides at once where that can be done: before the authorizer is asked, and where its result is kept.
    /// Otherwise has it asked, and the service that was made ready for the request waits for the result. A
    /// refusal drops that service.
    ///
    /// What the router knows is given by who has asked it; else it is asked only where somebody needs it.
    pub(crate) fn call<S, B>(
        &self,
        inner: &mut S,
        mut parts: Parts,
        body: B,
        matched: Option<ResourceMatch>,
    ) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>> + Clone,
    {
        let settings = &*self.settings;
        if settings.exempt_preflights && is_preflight(&parts) {
            parts.extensions.remove::<AuthorizerContext>();
            observe::exempt();
            return ResponseFuture::serving(inner, Request::from_parts(parts, body));
        }
        let resolver = &settings.reader.resource_resolver;
        let matched = match matched {
            None if settings.asks_the_router => Some(resolver.resolve(&mut parts)),
            matched => matched,
        };
        let arrival = Arrival::default();
        match look_up(settings, &parts, matched.as_ref(), &arrival) {
            Ok(LookedUp::Allowed(caller)) => {
                let hit = || Asked::Kept {
                    age: Duration::ZERO,
                };
                observe::allowed(settings, &parts, matched.as_ref(), hit);
                Witness::of(&parts).passed(&caller);
                parts.extensions.insert(caller);
                ResponseFuture::serving(inner, Request::from_parts(parts, body))
            }
            Ok(LookedUp::Missed(question)) => {
                let matched = matched.unwrap_or_else(|| resolver.resolve(&mut parts));
                let service = take_ready(inner);
                self.ask(service, parts, body, matched, arrival, question)
            }
            Ok(LookedUp::Anonymous) => {
                parts.extensions.remove::<AuthorizerContext>();
                observe::anonymous();
                ResponseFuture::serving(inner, Request::from_parts(parts, body))
            }
            Ok(LookedUp::Denied(denied)) => {
                drop(take_ready(inner));
                ResponseFuture::refused(self.refuse(parts, matched, arrival, denied))
            }
            Err(reason) => {
                drop(take_ready(inner));
                let denied = Denied::without_policy(reason, Asked::Not);
                ResponseFuture::refused(self.refuse(parts, matched, arrival, denied))
            }
        }
    }

    /// Goes the way of a request as far as the service, and tells of it.
    pub(crate) async fn explain(
        &self,
        mut parts: Parts,
        matched: Option<ResourceMatch>,
    ) -> Explanation {
        let settings = &self.settings;
        let matched =
            matched.unwrap_or_else(|| settings.reader.resource_resolver.resolve(&mut parts));
        let arrival = Arrival::default();
        let is_exempt = settings.exempt_preflights && is_preflight(&parts);
        let outcome = match is_exempt {
            true => Ok(Allowed::unguarded("a CORS preflight, which is exempt")),
            false => self.decide(&parts, &matched, &arrival).await,
        };
        let (asked, result, ended) = match outcome {
            Ok(allowed) => (allowed.asked, allowed.result, Ok(allowed.unguarded)),
            Err(denied) => (denied.asked, denied.result, Err(denied.reason)),
        };
        let circumstances = Circumstances {
            settings: Arc::clone(settings),
            noted: arrival.noted(&settings.reader.clock),
            parts,
            matched,
            asked,
            result,
        };
        let outcome = match &ended {
            Err(reason) => Outcome::Refused(reason),
            Ok(Some(why)) => Outcome::Unguarded(why),
            Ok(None) => Outcome::Allowed,
        };
        Explanation::of(&circumstances, outcome)
    }

    /// As [`call`](Self::call) decides, with what an explanation needs.
    async fn decide(
        &self,
        parts: &Parts,
        matched: &ResourceMatch,
        arrival: &Arrival,
    ) -> Result<Allowed, Denied> {
        let settings = &self.settings;
        let refused = |reason| Denied::without_policy(reason, Asked::Not);
        let prepared = prepare(settings, parts, matched, arrival).map_err(refused)?;
        let Prepared::Question(mut question) = prepared else {
            return Ok(Allowed::unguarded(
                "it has no credential: anonymous requests are passed on",
            ));
        };
        let kept = question.key.as_deref().and_then(|key| {
            let look =
                |cached: &_, kept: Kept| (Arc::clone(cached), kept.age(cached, &settings.results));
            settings.results.cache.hit(key, &settings.results, look)
        });
        let (result, asked) = match kept {
            Some((cached, age)) => (Ok(cached), Asked::Kept { age }),
            None => {
                check_host_header(settings, &parts.headers).map_err(refused)?;
                let began = settings.reader.clock.now();
                let key = question.key.take();
                let request = || question.request(settings, parts, matched, arrival);
                let mut asking = ask(&self.authorizer, settings, key, request);
                let result = (&mut asking).await;
                let took = || settings.reader.clock.now().duration_since(began);
                let asked = asking.asked(|| took().unwrap_or_default());
                (result, asked)
            }
        };
        let cached = result.map_err(|reason| Denied::without_policy(reason, asked))?;
        let uri = matched.original_uri(&parts.uri);
        let target = Target::new(settings, &parts.method, uri);
        let target = target.with_spellings(&question.spellings);
        decide(parts, &target, &cached, || asked)?;
        Ok(Allowed {
            asked,
            result: Some(cached),
            unguarded: None,
        })
    }

    fn ask<S, B>(
        &self,
        service: S,
        parts: Parts,
        body: B,
        matched: ResourceMatch,
        arrival: Arrival,
        mut question: Question,
    ) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>>,
    {
        let key = question.key.take();
        let request = || question.request(&self.settings, &parts, &matched, &arrival);
        let asking = ask(&self.authorizer, &self.settings, key, request);
        let waiting = Waiting {
            service,
            parts,
            body,
            matched,
            arrival,
            settings: Arc::clone(&self.settings),
            spellings: question.spellings,
            identity: question.identity,
        };
        ResponseFuture::asking(asking, waiting)
    }

    fn refuse(
        &self,
        mut parts: Parts,
        matched: Option<ResourceMatch>,
        arrival: Arrival,
        denied: Denied,
    ) -> Response<GatewayBody> {
        let settings = &self.settings;
        let resolver = &settings.reader.resource_resolver;
        let matched = matched.unwrap_or_else(|| resolver.resolve(&mut parts));
        let refused = Refused {
            parts,
            matched,
            arrival,
        };
        refuse(settings, refused, denied, &[])
    }
}

/// A request that would be let through.
struct Allowed {
    asked: Asked,
    result: Option<Arc<Cached>>,
    /// Why it needs no authorizer.
    unguarded: Option<&'static str>,
}

impl Allowed {
    fn unguarded(why: &'static str) -> Self {
        Self {
            asked: Asked::Not,
            result: None,
            unguarded: Some(why),
        }
    }
}

/// Takes the service that was made ready for a request, and leaves a clone that is not. A limit's permit must
/// not stay behind in a connection that was refused and then idles.
pub(crate) fn take_ready<S: Clone>(inner: &mut S) -> S {
    let clone = inner.clone();
    mem::replace(inner, clone)
}

impl<A> Clone for Guard<A> {
    fn clone(&self) -> Self {
        Self {
            authorizer: Arc::clone(&self.authorizer),
            settings: Arc::clone(&self.settings),
        }
    }
}

impl<A> fmt::Debug for Guard<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("authorizer", &type_name::<A>())
            .field("settings", &self.settings)
            .finish()
    }
}
