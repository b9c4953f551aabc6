//! The path of one request: from the client through the guard to the upstream, and back.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use http::{
    Extensions, HeaderValue, Request, Response, StatusCode, Uri, header::ALLOW, request::Parts,
};
use http_body_util::{BodyExt, Either};
use hyper::body::{Body as _, Incoming};
use tower::service_fn;
use tower_lambda_authorizer::{
    GatewayBody,
    gateway_responses::{GatewayFailure, ResponseType},
};

use super::{
    connections::StreamBody,
    failed::Failed,
    forwarded::Forwarded,
    hop_by_hop,
    target::{self, Unfit},
    trailers::Removed,
    upgrade,
    upstream::{RequestBody, Upstream},
};
use crate::{
    live::{Body, BoxError, Guard, Live},
    log::{self, Refusal},
    look_alike,
    server::{HttpService, cookies},
};

#[derive(Clone)]
pub(super) struct Proxy(Arc<Shared>);

struct Shared {
    live: Live,
    forwarded: Forwarded,
    upstream: Upstream,
}

impl Proxy {
    pub(super) fn new(live: Live, forwarded: Forwarded, upstream: Upstream) -> Self {
        Self(Arc::new(Shared {
            live,
            forwarded,
            upstream,
        }))
    }

    /// The URL at the upstream, if the upstream reads the request as the guard does.
    fn url_for<B>(&self, guard: &Guard, request: &Request<B>) -> Result<Uri, Unfit> {
        let peer = peer(request.extensions());
        let is_removed = |name: &str| {
            let of_proxies = || peer.is_some_and(|peer| self.0.forwarded.removes(name, peer));
            guard.context_headers().covers(name) || of_proxies()
        };
        match look_alike::pair(request.headers(), is_removed) {
            Some(names) => Err(Unfit::LookAlike(names)),
            None => target::at(self.0.upstream.authority(), request),
        }
    }
}

impl HttpService for Proxy {
    async fn call(&self, mut request: Request<Incoming>) -> Response<Body> {
        cookies::join(request.headers_mut());
        let guard = self.0.live.guard();
        let url = match self.url_for(&guard, &request) {
            Ok(url) => url,
            Err(unfit) => return refuse(&guard, request, &unfit),
        };
        let allowed = Allowed {
            shared: Arc::clone(&self.0),
            guard: Arc::clone(&guard),
            url,
        };
        let inner = service_fn(move |request| {
            let allowed = allowed.clone();
            async move { Ok::<_, Infallible>(allowed.forward(request).await) }
        });
        guard.call(request, inner).await
    }
}

/// What is done with a request that the guard has let through.
#[derive(Clone)]
struct Allowed {
    shared: Arc<Shared>,
    guard: Arc<Guard>,
    /// The upstream's URL, with the request's path.
    url: Uri,
}

impl Allowed {
    async fn forward(
        self,
        mut request: Request<Incoming>,
    ) -> Response<Either<StreamBody<Incoming>, GatewayBody>> {
        let client = upgrade::asked_by(&mut request);
        let (parts, body) = request.into_parts();
        let mut asked = parts.clone();
        match self.send(parts, body, client).await {
            Ok(response) => response.map(Either::Left),
            Err(failed) => self.fail(&failed, &mut asked).map(Either::Right),
        }
    }

    async fn send(
        &self,
        mut parts: Parts,
        body: Incoming,
        client: Option<hyper::upgrade::OnUpgrade>,
    ) -> Result<Response<StreamBody<Incoming>>, Failed> {
        // First, because a client can name fields in `Connection` that are written here.
        hop_by_hop::remove(&mut parts.headers);
        if let Some(peer) = peer(&parts.extensions) {
            let forwarded = &self.shared.forwarded;
            forwarded.write(&mut parts.headers, &parts.uri, peer);
        }
        let length = body.size_hint().exact();
        let removed = Removed::new(&parts.headers, self.guard.context_headers().clone());
        let body = body.map_frame(move |frame| removed.from(frame));
        let body = RequestBody {
            body: body.boxed_unsync(),
            length,
        };
        let upstream = &self.shared.upstream;
        upstream.send(parts, self.url.clone(), body, client).await
    }

    fn fail(&self, failed: &Failed, asked: &mut Parts) -> Response<GatewayBody> {
        let failure = failed.gateway_failure(self.guard.api_type());
        let response = self.guard.responder().respond(&failure, asked);
        let upstream = self.shared.upstream.authority();
        log::refusal(&Refusal {
            status: response.status(),
            method: Some(&asked.method),
            path: asked.uri.path(),
            reason: format_args!(
                "the request is allowed, but the upstream http://{upstream} has not answered: {failed}"
            ),
        });
        response
    }
}

fn peer(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<SocketAddr>().map(SocketAddr::ip)
}

/// Answers a request whose target is not for this server.
fn refuse(guard: &Guard, request: Request<Incoming>, unfit: &Unfit) -> Response<Body> {
    let (mut parts, _) = request.into_parts();
    let failure = GatewayFailure::new(ResponseType::Default4xx);
    let failure = match unfit {
        Unfit::Connect => failure.with_status(StatusCode::METHOD_NOT_ALLOWED),
        _ => failure,
    };
    let mut response = guard.responder().respond(&failure, &mut parts);
    if *unfit == Unfit::Connect {
        let methods = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        response.headers_mut().insert(ALLOW, methods);
    }
    log::refusal(&Refusal {
        status: response.status(),
        method: Some(&parts.method),
        path: parts.uri.path(), // `CONNECT` has none.
        reason: format_args!("{unfit}"),
    });
    response.map(|body| body.map_err(BoxError::from).boxed_unsync())
}
