//! The guard of one authorizer: what becomes of a request, shared by every service that has one.

use std::{any::type_name, fmt, sync::Arc};

use http::{Method, Request, header, request::Parts};
use tower_service::Service;

use crate::{
    authorizer::Authorizer,
    authorizer_context::AuthorizerContext,
    context::Arrival,
    future::{ResponseFuture, Waiting},
    pipeline::{admit, authorize, refuse},
    resource::ResourceMatch,
    settings::Settings,
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
    /// Admits or refuses a request, and has the authorizer asked before the service that was made ready
    /// for it is called. A refusal drops that service.
    pub(crate) fn call<S, B>(
        &self,
        service: S,
        mut parts: Parts,
        body: B,
        matched: ResourceMatch,
    ) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>>,
    {
        if self.settings.exempt_preflights && is_preflight(&parts) {
            parts.extensions.remove::<AuthorizerContext>();
            return ResponseFuture::serving(service, Request::from_parts(parts, body));
        }
        let arrival = Arrival::now(&self.settings.clock);
        match admit(&self.settings, &parts, &matched, arrival) {
            Err(reason) => {
                let response = refuse(&self.settings, &parts, &matched, arrival, reason, None);
                ResponseFuture::refused(response)
            }
            Ok(admission) => {
                let authorizer = Arc::clone(&self.authorizer);
                let settings = Arc::clone(&self.settings);
                let authorization = authorize(authorizer, Arc::clone(&settings), admission);
                let authorization = Box::pin(authorization);
                let request = Request::from_parts(parts, body);
                let waiting = Waiting {
                    service,
                    request,
                    matched,
                    arrival,
                    settings,
                };
                ResponseFuture::authorizing(authorization, waiting)
            }
        }
    }
}

/// A browser's question before it sends the request itself.
fn is_preflight(parts: &Parts) -> bool {
    parts.method == Method::OPTIONS
        && parts.headers.contains_key(header::ORIGIN)
        && parts
            .headers
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
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
