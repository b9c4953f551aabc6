//! Optional authentication: a request without a credential is anonymous, and one with an invalid credential is refused.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, request::Builder};
use http_body_util::Full;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AnonymousRequests, AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    BoxAuthorizer, ConfigError, IdentitySources, LambdaAuthorizerLayer, authorizer_fn,
};

type Body = Full<Bytes>;
type Layered = LambdaAuthorizerLayer<BoxAuthorizer>;

struct Scene {
    asked: Arc<AtomicUsize>,
}

impl Scene {
    fn new() -> Self {
        Self {
            asked: Arc::default(),
        }
    }

    /// Accepts the token `good`, and lets anonymous callers read.
    fn authorizer(&self) -> BoxAuthorizer {
        let asked = Arc::clone(&self.asked);
        BoxAuthorizer::new(authorizer_fn(move |request: AuthorizerRequest| {
            asked.fetch_add(1, SeqCst);
            let answer = match request.identity() {
                [] => Ok(AuthorizerResponse::allow(format!(
                    "arn:aws:execute-api:*:*:*/*/GET{}",
                    request.path()
                ))
                .with_principal_id("nobody")),
                [token, ..] if token == "good" => {
                    Ok(AuthorizerResponse::allow("*").with_principal_id("user-1"))
                }
                _ => Err(AuthorizerError::unauthorized()),
            };
            async move { answer }
        }))
    }

    /// The status, the caller that the service saw, and how often the authorizer was called.
    async fn send(&self, layer: &Layered, request: Builder) -> (u16, String, usize) {
        let before = self.asked.load(SeqCst);
        let service = layer
            .clone()
            .layer(service_fn(async |request: Request<Body>| {
                let caller = request.extensions().get::<AuthorizerContext>();
                let name = caller.map(|caller| caller.principal_id().unwrap_or("?").to_owned());
                let response =
                    Response::builder().extension(name.unwrap_or("anonymous".to_owned()));
                Ok::<_, Infallible>(response.body(Body::default()).unwrap())
            }));
        // The context of an outer layer does not count.
        let outer =
            AuthorizerContext::from(&AuthorizerResponse::allow("*").with_principal_id("outer"));
        let request = request.extension(outer).body(Body::default()).unwrap();
        let response = service.oneshot(request).await.unwrap();
        let caller = response.extensions().get::<String>().cloned();
        let asked = self.asked.load(SeqCst) - before;
        (
            response.status().as_u16(),
            caller.unwrap_or_default(),
            asked,
        )
    }
}

fn get(path: &str) -> Builder {
    Request::get(path)
}

/// Without a credential it is refused as any other.
#[tokio::test]
async fn a_request_that_names_two_hosts_is_refused() {
    let scene = Scene::new();
    for anonymous in [AnonymousRequests::PassOn, AnonymousRequests::Ask] {
        let token = LambdaAuthorizerLayer::token(scene.authorizer());
        let layer = token.anonymous_requests(anonymous).unwrap();
        let one = get("http://a/pets").header("host", "a");
        assert_eq!(scene.send(&layer, one).await.0, 200);
        let different = get("http://a/pets").header("host", "b");
        let several = get("/pets").header("host", "a").header("host", "a");
        for two in [different, several] {
            let refused = scene.send(&layer, two).await;
            assert_eq!(refused, (400, String::new(), 0), "{anonymous:?}");
        }
    }
}

#[tokio::test]
async fn a_request_without_a_credential_is_passed_on() {
    let scene = Scene::new();
    let token = LambdaAuthorizerLayer::token(scene.authorizer())
        .identity_validation_expression("good|bad")
        .unwrap();
    let http = LambdaAuthorizerLayer::http_api(scene.authorizer())
        .result_ttl(Duration::from_secs(60))
        .unwrap();
    let socket = LambdaAuthorizerLayer::websocket_api(scene.authorizer());
    for (layer, is_kept, is_http) in [
        (token, true, false),
        (http, true, true),
        (socket, false, false),
    ] {
        let refused = scene.send(&layer, get("/pets")).await;
        assert_eq!(refused, (401, String::new(), 0));
        let layer = layer.anonymous_requests(AnonymousRequests::PassOn).unwrap();
        assert_eq!(
            scene.send(&layer, get("/pets")).await,
            (200, "anonymous".into(), 0)
        );
        for calls in [1, usize::from(!is_kept)] {
            let good = get("/pets").header("authorization", "good");
            assert_eq!(
                scene.send(&layer, good).await,
                (200, "user-1".into(), calls)
            );
        }
        let bad = get("/pets").header("authorization", "bad");
        assert_eq!(scene.send(&layer, bad).await, (401, String::new(), 1));
        // An empty credential is not a missing one.
        let empty = get("/pets").header("authorization", " ");
        assert_eq!(
            scene.send(&layer, empty).await,
            (401, String::new(), usize::from(is_http))
        );
        let not_utf8 = get("/pets").header("authorization", &b"good\xff"[..]);
        assert_eq!(scene.send(&layer, not_utf8).await, (401, String::new(), 0));
        // The path of an anonymous request is checked, too, except for a WebSocket API.
        let status = if is_kept { 400 } else { 200 };
        assert_eq!(scene.send(&layer, get("/a/..%2fb")).await.0, status);
        let why = layer.explain(get("/pets").body(()).unwrap()).await;
        assert!(
            why.is_allowed() && why.reason().contains("no credential"),
            "{why}"
        );
    }
}

#[tokio::test]
async fn a_request_with_some_of_several_credentials_is_not_anonymous() {
    let scene = Scene::new();
    let sources = [
        "method.request.header.Authorization",
        "method.request.querystring.tenant",
        "method.request.cookie.sid",
        "context.httpMethod",
    ];
    let layer = LambdaAuthorizerLayer::request(scene.authorizer(), sources).unwrap();
    for choice in [AnonymousRequests::PassOn, AnonymousRequests::Ask] {
        let layer = layer.clone().anonymous_requests(choice).unwrap();
        for request in [
            get("/pets").header("authorization", "good"),
            get("/pets").header("authorization", ""),
            get("/pets?tenant=acme"),
            get("/pets?tenant="),
            get("/pets?tenant=%ff"),
            get("/pets").header("cookie", "sid=1"),
            get("/pets").header("cookie", "sid=1; sid=2"),
            get("/pets").header("cookie", "sid"),
        ] {
            let request_text = format!("{request:?}");
            assert_eq!(
                scene.send(&layer, request).await,
                (401, String::new(), 0),
                "{request_text}"
            );
        }
        let analytics = get("/pets?utm=1").header("cookie", "_ga=1");
        assert_eq!(scene.send(&layer, analytics).await.0, 200);
    }
}

#[tokio::test]
async fn anonymous_requests_share_one_call() {
    let scene = Scene::new();
    let layer = LambdaAuthorizerLayer::token(scene.authorizer())
        .anonymous_requests(AnonymousRequests::Ask)
        .unwrap();
    assert_eq!(
        scene.send(&layer, get("/pets")).await,
        (200, "nobody".into(), 1)
    );
    assert_eq!(
        scene.send(&layer, get("/pets")).await,
        (200, "nobody".into(), 0)
    );
    // The policy decides, even if it is cached.
    assert_eq!(
        scene.send(&layer, get("/dogs")).await,
        (403, String::new(), 0)
    );
    let why = layer.explain(get("/pets").body(()).unwrap()).await;
    assert!(why.is_allowed(), "{why}");
    // Other callers have their own results.
    let good = get("/dogs").header("authorization", "good");
    assert_eq!(scene.send(&layer, good).await, (200, "user-1".into(), 1));
    let bad = get("/pets").header("authorization", "bad");
    assert_eq!(scene.send(&layer, bad).await, (401, String::new(), 1));
    assert_eq!(
        scene.send(&layer, get("/pets")).await,
        (200, "nobody".into(), 0)
    );
}

/// The other identity values distinguish anonymous requests, and are not masked like credentials. For an HTTP API, an
/// empty credential is a credential, with its own result.
#[tokio::test]
async fn an_anonymous_result_is_kept_for_the_identity_values_that_remain() {
    let scene = Scene::new();
    let layer = LambdaAuthorizerLayer::http_api(scene.authorizer())
        .identity_sources([
            "$request.header.Authorization",
            "$context.path",
            "$context.identity.userAgent",
        ])
        .and_then(|layer| layer.result_ttl(Duration::from_secs(60)))
        .and_then(|layer| layer.anonymous_requests(AnonymousRequests::Ask))
        .unwrap();
    let by = |path, agent: &str| get(path).header("user-agent", agent.to_owned());
    for calls in [1, 0] {
        assert_eq!(
            scene.send(&layer, by("/pets", "good")).await,
            (200, "nobody".into(), calls)
        );
        assert_eq!(
            scene.send(&layer, by("/dogs", "good")).await,
            (200, "nobody".into(), calls)
        );
    }
    let empty = by("/pets", "good").header("authorization", "");
    assert_eq!(scene.send(&layer, empty).await, (401, String::new(), 1));
    // Identity values that a client does not send must be present.
    assert_eq!(
        scene.send(&layer, get("/pets")).await,
        (401, String::new(), 0)
    );
}

#[test]
fn anonymous_requests_need_a_credential_to_leave_out() {
    let scene = Scene::new();
    let refused = |layer: Result<Layered, ConfigError>| {
        assert_eq!(layer.unwrap_err(), ConfigError::AnonymousRequests);
    };
    let layer = || LambdaAuthorizerLayer::request(scene.authorizer(), "context.path").unwrap();
    refused(layer().anonymous_requests(AnonymousRequests::PassOn));
    refused(layer().anonymous_requests(AnonymousRequests::Ask));
    assert!(
        layer()
            .anonymous_requests(AnonymousRequests::Refuse)
            .is_ok()
    );
    let optional = layer()
        .identity_sources("method.request.header.Authorization")
        .and_then(|layer| layer.anonymous_requests(AnonymousRequests::PassOn))
        .unwrap();
    refused(optional.clone().identity_sources("context.path"));
    refused(optional.identity_sources(IdentitySources::none()));
}
