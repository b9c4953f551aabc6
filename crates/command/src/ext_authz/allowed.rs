//! The service behind the guard. It is called only for requests that are allowed, and notes what changes in them.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request, Response};
use http_body_util::Empty;
use tower::Service;
use tower_lambda_authorizer::AuthorizerContext;

use super::untrusted::{self, Sender};
use crate::live::ContextHeaders;

/// A request is allowed, and this changes in it on its way to the upstream. It is in the extensions of the response.
#[derive(Clone)]
pub(super) struct Allowed {
    pub(super) caller: Option<AuthorizerContext>,
    pub(super) set: HeaderMap,
    pub(super) remove: Vec<HeaderName>,
}

#[derive(Clone)]
pub(super) struct Upstream {
    own: ContextHeaders,
    /// Headers of the client that the server must not get.
    unwanted: Arc<[HeaderName]>,
}

impl Upstream {
    pub(super) fn new(own: &ContextHeaders, sent: &HeaderMap, sender: Sender) -> Self {
        let is_unwanted = |name: &&HeaderName| sender.is_unwanted(name.as_str(), own);
        let seen = sent.keys().filter(is_unwanted).cloned();
        Self {
            own: own.clone(),
            unwanted: seen.chain(untrusted::overrides()).collect(),
        }
    }
}

impl<B> Service<Request<B>> for Upstream {
    type Response = Response<Empty<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let mut set = HeaderMap::new();
        for name in self.own.names() {
            if let Some(value) = request.headers().get(name) {
                set.insert(name, value.clone());
            }
        }
        // Envoy may pass on headers that it hides from this server, so names that were not seen are removed, too.
        let names = self.own.names().chain(&*self.unwanted);
        let mut remove: Vec<_> = names
            .filter(|name| !set.contains_key(*name))
            .cloned()
            .collect();
        remove.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        remove.dedup();

        let mut response = Response::new(Empty::new());
        response.extensions_mut().insert(Allowed {
            caller: request.extensions().get::<AuthorizerContext>().cloned(),
            set,
            remove,
        });
        ready(Ok(response))
    }
}
