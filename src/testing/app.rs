//! The service under test, behind one type.

use std::{
    error::Error,
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::{Buf, Bytes, BytesMut};
use futures_util::future::BoxFuture;
use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::TestBody;

type BoxError = Box<dyn Error + Send + Sync>;

/// The response, or why there is none.
pub(super) type Answer = Result<Response<Bytes>, String>;

/// A tower service of any type.
#[derive(Clone)]
pub(super) struct App(Arc<dyn Fn(Request<TestBody>) -> BoxFuture<'static, Answer> + Send + Sync>);

impl App {
    pub(super) fn new<S, In, Out>(
        service: S,
        body: impl Fn(TestBody) -> In + Send + Sync + 'static,
    ) -> Self
    where
        S: Service<Request<In>, Response = Response<Out>> + Clone + Send + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
        In: Send + 'static,
        Out: Body + Send + 'static,
        Out::Data: Send,
        Out::Error: Into<BoxError>,
    {
        // The service need not be `Sync`.
        let service = Mutex::new(service);
        Self(Arc::new(move |request| {
            let service = service.lock().unwrap_or_else(PoisonError::into_inner);
            let answering = answer(service.clone(), request.map(&body));
            Box::pin(answering)
        }))
    }

    pub(super) fn send(&self, request: Request<TestBody>) -> BoxFuture<'static, Answer> {
        (self.0)(request)
    }
}

async fn answer<S, In, Out>(mut service: S, request: Request<In>) -> Answer
where
    S: Service<Request<In>, Response = Response<Out>>,
    S::Error: Into<BoxError>,
    Out: Body,
    Out::Error: Into<BoxError>,
{
    let failed = |error: S::Error| format!("the service failed: {}", error.into());
    let ready = poll_fn(|context| service.poll_ready(context)).await;
    ready.map_err(failed)?;
    let response = service.call(request).await.map_err(failed)?;
    let (parts, body) = response.into_parts();
    let body = collected(body).await;
    let body =
        body.map_err(|error| format!("reading the response body failed: {}", error.into()))?;
    Ok(Response::from_parts(parts, body))
}

async fn collected<B: Body>(body: B) -> Result<Bytes, B::Error> {
    let mut body = pin!(body);
    let mut bytes = BytesMut::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        if let Ok(mut data) = frame?.into_data() {
            bytes.extend_from_slice(&data.copy_to_bytes(data.remaining()));
        }
    }
    Ok(bytes.freeze())
}
