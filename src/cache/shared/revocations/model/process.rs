//! A process: a layer with its own memory.

use std::{convert::Infallible, sync::Arc};

use http::{Request, Response};
use shuttle::future::{block_on, yield_now};
use tower::{Layer, ServiceExt, service_fn};

use super::{
    BOUND,
    gate::Gate,
    link::{Link, Mood},
    oracle::{Moment, Oracle, Revocation, TAG},
    server::Server,
};
use crate::{
    Authorizer, AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    LambdaAuthorizerLayer, shared_cache::SharedCache,
};

const DECIDED: &str = "decided";

/// Allows every request, and says when it decided that.
struct Decider {
    oracle: Arc<Oracle>,
    gate: Arc<Gate>,
}

impl Authorizer for Decider {
    async fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> Result<AuthorizerResponse, AuthorizerError> {
        yield_now().await;
        let decided = self.oracle.decides();
        yield_now().await;
        self.gate.pass().await;
        Ok(AuthorizerResponse::allow("*")
            .with_principal_id(request.token().unwrap_or_default())
            .with_context(DECIDED, decided.to_string())
            .with_tag(TAG))
    }
}

pub(super) struct Process {
    number: usize,
    layer: LambdaAuthorizerLayer<Decider>,
    link: Arc<Link>,
    oracle: Arc<Oracle>,
}

impl Process {
    pub(super) fn new(
        number: usize,
        server: &Arc<Server>,
        oracle: &Arc<Oracle>,
        gate: &Arc<Gate>,
    ) -> Arc<Self> {
        let link = Link::new(number, server, oracle);
        let shared = SharedCache::with_revocations(Arc::clone(&link), [7; 32]).unwrap();
        let shared = shared.revocation_bound(BOUND).unwrap().no_circuit_breaker();
        let (asked, gate) = (Arc::clone(oracle), Arc::clone(gate));
        let decider = Decider {
            oracle: asked,
            gate,
        };
        let layer = LambdaAuthorizerLayer::token(decider)
            .no_authorizer_timeout()
            .shared_cache(shared, "model");
        Arc::new(Self {
            number,
            layer,
            link,
            oracle: Arc::clone(oracle),
        })
    }

    pub(super) fn link(&self) -> &Arc<Link> {
        &self.link
    }

    pub(super) fn link_is(&self, mood: Mood) {
        self.link.is(mood);
    }

    pub(super) fn requests(&self, token: &str) {
        let begun = self.oracle.begins(self.number);
        let service = self.layer.layer(service_fn(tell));
        let request = Request::get("/").header("authorization", token);
        let response = block_on(service.oneshot(request.body(()).unwrap())).unwrap();
        let decided = response.extensions().get::<Moment>().expect("it passes");
        self.oracle.passes(begun, token, *decided);
    }

    pub(super) fn revokes(&self, revocation: Revocation) {
        let number = self.oracle.revokes(self.number, revocation);
        let results = self.layer.results();
        let published = block_on(async {
            match revocation {
                Revocation::Nobody => results.invalidate(["nobody"]).await,
                Revocation::Identity(token) => results.invalidate([token]).await,
                Revocation::Principal(token) => results.invalidate_principal(token).await,
                Revocation::Tag => results.invalidate_tag(TAG).await,
                Revocation::Everything => results.clear().await,
            }
        });
        if published.is_ok() {
            self.oracle.is_confirmed(number);
        }
    }
}

/// The service behind the layer tells when the authorizer has decided.
async fn tell(request: Request<()>) -> Result<Response<String>, Infallible> {
    let caller = request.extensions().get::<AuthorizerContext>().unwrap();
    let decided: Moment = caller.get(DECIDED).unwrap().parse().unwrap();
    let mut response = Response::new(String::new());
    response.extensions_mut().insert(decided);
    Ok(response)
}
