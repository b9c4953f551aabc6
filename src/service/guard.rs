//! The guard of one authorizer, which decides about each request. All services with an authorizer share it.

use std::{any::type_name, fmt, mem, sync::Arc, time::Duration};

use http::{Request, request::Parts};
use tower_service::Service;

use crate::{
    authorizer::{Authorizer, AuthorizerContext},
    observe::{CancelWatch, Decided, Outcome, Witness, events},
    pipeline::{Asked, Checked, Otherwise, Pending, ask, look_up, settings::Settings},
    request::{context::Arrival, preflight::is_preflight, resource::ResourceMatch},
    service::{
        future::{ResponseFuture, Waiting},
        refuse::{Consequence, Refused, refuse},
    },
};

/// An authorizer and the settings of its layer.
pub(crate) struct Guard<A> {
    pub(super) authorizer: Arc<A>,
    pub(super) settings: Arc<Settings>,
}

impl<A> Guard<A> {
    pub(crate) fn new(authorizer: Arc<A>, settings: Arc<Settings>) -> Self {
        Self {
            authorizer,
            settings,
        }
    }

    pub(crate) fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }
}

impl<A: Authorizer> Guard<A> {
    /// Decides immediately if a check fails or the authorizer's result is cached. Otherwise calls the authorizer, and
    /// the service that is ready for the request waits for the result. If the request is refused, that service is
    /// dropped.
    ///
    /// `matched` is the router's match, if the caller has it already. Otherwise the router is asked only if something
    /// needs its match.
    pub(crate) fn call<S, B>(
        &self,
        inner: &mut S,
        mut parts: Parts,
        body: B,
        mut matched: Option<ResourceMatch>,
    ) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>> + Clone,
    {
        let settings = &*self.settings;
        if settings.exempt_preflights && is_preflight(&parts) {
            parts.extensions.remove::<AuthorizerContext>();
            events::exempt();
            self.report_passed(&mut parts, matched, &Arrival::default(), Outcome::Exempt);
            return ResponseFuture::serving(inner, Request::from_parts(parts, body));
        }
        if settings.asks_the_router && matched.is_none() {
            matched = Some(settings.reader.resource_resolver.resolve(&mut parts));
        }
        let arrival = Arrival::default();
        match look_up(settings, &parts, matched.as_ref(), &arrival) {
            Ok(caller) => {
                let hit = || Asked::Kept {
                    age: Duration::ZERO,
                    is_stale: false,
                };
                events::allowed(settings, &parts, matched.as_ref(), hit);
                let witness = Witness::of(&parts);
                witness.hit(&settings.reader.clock);
                witness.passed(&caller);
                parts.extensions.insert(caller);
                ResponseFuture::serving(inner, Request::from_parts(parts, body))
            }
            Err(otherwise) => self.ask_or_refuse(inner, parts, body, matched, &arrival, otherwise),
        }
    }

    /// Asks the authorizer, refuses, or lets an anonymous request through: no cached result allows the request.
    #[inline(never)] // A hit does not pay for moving the request here.
    fn ask_or_refuse<S, B>(
        &self,
        inner: &mut S,
        mut parts: Parts,
        body: B,
        matched: Option<ResourceMatch>,
        arrival: &Arrival,
        otherwise: Otherwise,
    ) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>> + Clone,
    {
        match otherwise {
            Otherwise::Missed(checked) => {
                let resolver = &self.settings.reader.resource_resolver;
                let matched = matched.unwrap_or_else(|| resolver.resolve(&mut parts));
                let service = take_ready(inner);
                self.ask(service, parts, body, matched, arrival, checked)
            }
            Otherwise::Anonymous => {
                parts.extensions.remove::<AuthorizerContext>();
                events::anonymous();
                self.report_passed(&mut parts, matched, arrival, Outcome::Anonymous);
                ResponseFuture::serving(inner, Request::from_parts(parts, body))
            }
            Otherwise::Denied(denied) => {
                let resolver = &self.settings.reader.resource_resolver;
                let matched = matched.unwrap_or_else(|| resolver.resolve(&mut parts));
                let noted = arrival.noted(&self.settings.reader.clock);
                let refused = Refused::new(&self.settings, parts, matched, noted, denied);
                refuse_or_shadow(inner, body, refused)
            }
        }
    }

    /// Notifies the observers of a request that is let through without a result.
    fn report_passed(
        &self,
        parts: &mut Parts,
        matched: Option<ResourceMatch>,
        arrival: &Arrival,
        outcome: Outcome,
    ) {
        let settings = &self.settings;
        if settings.observers.is_none() {
            return;
        }
        // The application's function may be the only one that knows the whole path.
        let resolver = &settings.reader.resource_resolver;
        let resolved = matched.or_else(|| resolver.is_custom().then(|| resolver.resolve(parts)));
        let decided = Decided {
            settings,
            parts,
            matched: resolved.as_ref(),
            arrival,
        };
        decided.without_result(outcome);
    }

    #[inline] // Otherwise the request's parts would be moved once more.
    fn ask<S, B>(
        &self,
        service: S,
        parts: Parts,
        body: B,
        matched: ResourceMatch,
        arrival: &Arrival,
        checked: Checked,
    ) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>>,
    {
        let looked_up = checked.looked_up;
        let pending = Pending::new(checked, &self.settings, parts, matched, arrival);
        let asking = ask(
            &self.authorizer,
            &self.settings,
            &pending.request,
            looked_up,
        );
        let waiting = Waiting {
            request: CancelWatch::new(pending, &self.settings),
            service,
            body,
        };
        ResponseFuture::asking(asking, waiting)
    }
}

/// Refuses a request, or lets it through if the layer is in shadow.
pub(crate) fn refuse_or_shadow<S, B>(
    inner: &mut S,
    body: B,
    refused: Refused,
) -> ResponseFuture<S, B>
where
    S: Service<Request<B>> + Clone,
{
    if !refused.is_let_through() {
        drop(take_ready(inner));
    }
    match refused.consequence() {
        Consequence::Answered(denial, witness) => ResponseFuture::refused(refuse(denial, &witness)),
        Consequence::Shadowed(parts, denial) => {
            ResponseFuture::shadowed(inner, Request::from_parts(*parts, body), denial)
        }
    }
}

/// Takes the service that is ready for a request, and puts a clone in its place that is not ready. Otherwise an idle
/// connection whose request was refused could keep the permit of a concurrency limit.
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
        let mut shown = f.debug_struct("Guard");
        self.settings.note_shadow(&mut shown);
        shown
            .field("authorizer", &type_name::<A>())
            .field("settings", &self.settings)
            .finish()
    }
}
