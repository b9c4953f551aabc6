//! The service behind the layers, which reports every request to the oracle.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use tokio::task::yield_now;
use tower::{Layer, Service};
use tower_lambda_authorizer::{AuthorizerContext, Denial};

use crate::{
    attempt::{Answered, Answering},
    scene::Scene,
    traffic::NUMBER,
};

/// Sends requests to the service behind a layer.
pub(super) fn send<L, S, B>(
    scene: &Arc<Scene>,
    layer: &L,
) -> Box<dyn Fn(Request<()>) -> Answering + Send + Sync>
where
    L: Layer<Protected, Service = S>,
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
    B: 'static,
{
    let scene = Arc::clone(scene);
    let service = layer.layer(Protected { scene });
    Box::new(move |request| {
        let answering = service.clone().call(request);
        Box::pin(async move {
            let Ok(response) = answering.await;
            Answered {
                status: response.status().as_u16(),
                denial: response.extensions().get::<Denial>().cloned(),
            }
        })
    })
}

/// The service behind the layers.
#[derive(Debug, Clone)]
pub(crate) struct Protected {
    scene: Arc<Scene>,
}

impl Service<Request<()>> for Protected {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<String>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        let number = request.headers()[NUMBER].to_str().unwrap().parse();
        let caller = request.extensions().get::<AuthorizerContext>();
        let answer = caller.map(answer_of);
        let date = self.scene.date(self.scene.now());
        let mut oracle = self.scene.oracle();
        oracle.passed(number.unwrap(), answer.as_deref(), date);
        drop(oracle);
        let yields = self.scene.random(|random| random.u8(..3));
        Box::pin(async move {
            for _ in 0..yields {
                yield_now().await;
            }
            Ok(Response::new(String::new()))
        })
    }
}

/// The number of the answer that let a request pass, if the whole context comes from one answer.
fn answer_of(caller: &AuthorizerContext) -> String {
    let answer = caller.get("answer").unwrap_or_default();
    match caller.principal_id() {
        Some(principal) if principal != format!("caller {answer}") => {
            format!("{answer} of {principal}")
        }
        _ => answer.to_owned(),
    }
}
