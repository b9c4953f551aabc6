//! The guard of one authorizer: what becomes of a request, shared by every service that has one.

use std::{any::type_name, fmt, sync::Arc};

use http::{Request, request::Parts};
use tower_service::Service;

use crate::{
    authorizer::Authorizer,
    context::RequestIds,
    decision::Denial,
    future::{ResponseFuture, Waiting},
    gateway_response::default_response,
    pipeline::{admit, authorize},
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
        parts: Parts,
        body: B,
        matched: ResourceMatch,
    ) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>>,
    {
        let ids = RequestIds::draw();
        match admit(&self.settings, &parts, matched, ids) {
            Err(reason) => {
                let denial = Denial::new(reason);
                ResponseFuture::refused(default_response(&parts.method, ids, denial))
            }
            Ok(admission) => {
                let authorizer = Arc::clone(&self.authorizer);
                let settings = Arc::clone(&self.settings);
                let authorization = Box::pin(authorize(authorizer, settings, admission));
                let request = Request::from_parts(parts, body);
                let waiting = Waiting {
                    service,
                    request,
                    ids,
                };
                ResponseFuture::authorizing(authorization, waiting)
            }
        }
    }
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
