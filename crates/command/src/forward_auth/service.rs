//! Answers a proxy that asks about a request.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    net::SocketAddr,
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE},
    request::Parts,
};
use http_body_util::{BodyExt, Empty};
use serde_json::json;
use tower::service_fn;

use super::{
    original::original,
    question::Question,
    refusal::{self, REFUSAL},
    trusted::Trusted,
};
use crate::{
    live::{Body, ContextHeaders, Live, full},
    log,
};

#[derive(Clone)]
pub(super) struct ForwardAuth {
    live: Live,
    trusted: Trusted,
}

/// The answer to a proxy.
enum Decision {
    /// With the headers that it may copy.
    Allowed(HeaderMap),
    Refused(Response<Bytes>),
}

impl ForwardAuth {
    pub(super) fn new(live: Live, trusted: Trusted) -> Self {
        Self { live, trusted }
    }

    pub(super) async fn answer<B>(
        &self,
        asked: Request<B>,
        peer: Option<SocketAddr>,
    ) -> Response<Body> {
        if !self.trusted.may_ask(peer) {
            return boxed(message(StatusCode::FORBIDDEN, "Forbidden"));
        }
        let (parts, _) = asked.into_parts();
        match Question::at(parts.uri.path()) {
            Some(Question::Authorize) => match self.decide(parts).await {
                Decision::Allowed(headers) => allowed(headers),
                Decision::Refused(response) => boxed(response),
            },
            Some(Question::AuthorizeForNginx) => match self.decide(parts).await {
                Decision::Allowed(headers) => allowed(headers),
                Decision::Refused(response) => boxed(packed(&response)),
            },
            Some(Question::Refusal) => boxed(only_once_in_nginx(unpacked(&parts.headers))),
            None => {
                let problem = Question::unknown(parts.uri.path());
                log::error(&problem);
                boxed(message(StatusCode::NOT_FOUND, &problem))
            }
        }
    }

    async fn decide(&self, asked: Parts) -> Decision {
        let guard = self.live.guard();
        let request = match original(asked, guard.context_headers()) {
            Ok(request) => request,
            Err(unclear) => {
                let problem = unclear.to_string();
                log::error(&problem);
                return Decision::Refused(message(unclear.status(), &problem));
            }
        };
        let names = guard.context_headers().clone();
        let passed = service_fn(move |request| pass(&names, &request));
        let response = guard.call(request, passed).await;
        match response.extensions().get::<Passed>() {
            Some(_) => Decision::Allowed(response.into_parts().0.headers),
            None => Decision::Refused(refused(response).await),
        }
    }
}

/// Marks the answer to a request that the guard has let through.
#[derive(Clone)]
struct Passed;

/// Has every header that the proxy may copy, even if it is empty, because otherwise Caddy copies a placeholder.
fn pass(
    names: &ContextHeaders,
    request: &Request<()>,
) -> Ready<Result<Response<Empty<Bytes>>, Infallible>> {
    let mut response = Response::new(Empty::new());
    for name in names.names() {
        let value = request.headers().get(name).cloned();
        let value = value.unwrap_or(HeaderValue::from_static(""));
        response.headers_mut().insert(name, value);
    }
    response.extensions_mut().insert(Passed);
    ready(Ok(response))
}

async fn refused(response: Response<Body>) -> Response<Bytes> {
    if !refusal::can_refuse(response.status()) {
        log::error(&format!(
            "a refusal has the status {}, which proxies read as permission: give the gateway response another status",
            response.status().as_u16()
        ));
        return message(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error");
    }
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => Response::from_parts(parts, body.to_bytes()),
        Err(error) => {
            log::error(&format!("a refusal cannot be read: {error}"));
            message(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
        }
    }
}

fn allowed(headers: HeaderMap) -> Response<Body> {
    let mut response = Response::new(Bytes::new());
    *response.headers_mut() = headers;
    boxed(only_once(response))
}

/// All questions of nginx have the same URL. A cache that is configured for the server's responses would keep an answer and
/// give it to everybody.
fn only_once(mut answer: Response<Bytes>) -> Response<Bytes> {
    let no_store = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(CACHE_CONTROL, no_store);
    answer
}

/// The same for the response that the client gets. The response stays as API Gateway sends it, because nginx does not
/// pass on this header.
fn only_once_in_nginx(mut response: Response<Bytes>) -> Response<Bytes> {
    let never = HeaderValue::from_static("0");
    response.headers_mut().insert(ACCEL_EXPIRES, never);
    response
}

const ACCEL_EXPIRES: HeaderName = HeaderName::from_static("x-accel-expires");

fn packed(refused: &Response<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::FORBIDDEN;
    if let Some(value) = refusal::pack(refused) {
        response.headers_mut().insert(&REFUSAL, value);
    }
    only_once(response)
}

/// Answers with the refusal that the proxy has been given. Without one, the proxy refuses the request by itself.
fn unpacked(headers: &HeaderMap) -> Response<Bytes> {
    let Some(value) = headers.get(&REFUSAL).filter(|value| !value.is_empty()) else {
        return message(StatusCode::FORBIDDEN, "Forbidden");
    };
    refusal::unpack(value).unwrap_or_else(|| {
        log::error(&format!(
            "`{REFUSAL}` is not a refusal of this command: let nginx replace the client's header"
        ));
        message(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
    })
}

fn message(status: StatusCode, message: &str) -> Response<Bytes> {
    let body = json!({ "message": message }).to_string();
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

fn boxed(response: Response<Bytes>) -> Response<Body> {
    response.map(full)
}
