//! A layer in shadow lets every request through, says what it would have refused, and never makes a request look
//! authorized or refused.

mod reports;

use std::{
    convert::Infallible,
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response, StatusCode, request::Builder};
use http_body_util::{BodyExt, Full};
use tower::{Layer, Service, ServiceBuilder, ServiceExt, limit::ConcurrencyLimit, service_fn};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerResponse, BoxAuthorizer, Denial, LambdaAuthorizerLayer,
    ShadowDenial, authorizer_fn,
    gateway_responses::ResponseType,
    openapi::ApiDefinition,
    request_body::{ReadBody, ReadRequestBodyLayer},
    testing::{Harness, MockAnswer, MockAuthorizer},
};

type Body = Full<Bytes>;

fn tokens() -> MockAuthorizer {
    MockAuthorizer::new()
        .with_token("good", MockAnswer::allow().with_principal_id("user-1"))
        .with_token("deny", MockAnswer::deny())
        .with_token("broken", MockAnswer::fail("no database"))
}

fn layer() -> LambdaAuthorizerLayer<MockAuthorizer> {
    LambdaAuthorizerLayer::token(tokens())
}

fn get(token: &str) -> Builder {
    Request::get("/pets").header("authorization", token)
}

/// What the service saw of the request, as headers of its response.
async fn service(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let extensions = request.extensions();
    let mut response = Response::builder();
    if let Some(caller) = extensions.get::<AuthorizerContext>() {
        response = response.header("x-caller", caller.principal_id().unwrap_or("nobody"));
    }
    if let Some(shadow) = extensions.get::<ShadowDenial>() {
        response = response.header("x-shadow", shadow.would_be().response_type().as_str());
    }
    Ok(response.body(request.into_body()).unwrap())
}

/// The status, the caller and the type that the service saw, the type in the response, and whether it is a refusal.
async fn seen<S, B>(
    service: S,
    request: Builder,
) -> (
    u16,
    Option<String>,
    Option<String>,
    Option<ResponseType>,
    bool,
)
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
{
    let response = service
        .oneshot(request.body(Body::default()).unwrap())
        .await;
    let response = response.unwrap();
    let header = |name| {
        let value = response.headers().get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    let shadow = response.extensions().get::<ShadowDenial>();
    (
        response.status().as_u16(),
        header("x-caller"),
        header("x-shadow"),
        shadow.map(|shadow| shadow.would_be().response_type()),
        response.extensions().get::<Denial>().is_some(),
    )
}

#[tokio::test]
async fn every_kind_of_refusal_is_let_through_without_a_caller() {
    let long = format!("/{}", "a".repeat(1_700));
    let cases = [
        (Request::get("/pets"), ResponseType::Unauthorized),
        (get(""), ResponseType::Unauthorized),
        (get("who?"), ResponseType::Unauthorized),
        (get("deny"), ResponseType::AccessDenied),
        (get("broken"), ResponseType::AuthorizerConfigurationError),
        (
            Request::get("/a/../b").header("authorization", "good"),
            ResponseType::Default4xx,
        ),
        (
            Request::get("http://one/pets")
                .header("host", "two")
                .header("authorization", "good"),
            ResponseType::Default4xx,
        ),
        (
            Request::get(long).header("authorization", "good"),
            ResponseType::Default4xx,
        ),
    ];
    for (request, expected) in cases {
        let text = format!("{request:?}");
        // Without shadow, the request does not reach the service.
        let copy = |request: &Builder| {
            let mut copy = Request::builder().uri(request.uri_ref().unwrap().clone());
            *copy.headers_mut().unwrap() = request.headers_ref().unwrap().clone();
            copy
        };
        let guarded = layer().layer(service_fn(service));
        let (status, _, _, _, is_refused) = seen(guarded, copy(&request)).await;
        assert!(is_refused && status >= 400, "{text}");

        let shadowed = layer().unprotected_shadow().layer(service_fn(service));
        let (status, caller, seen_type, response_type, is_refused) = seen(shadowed, request).await;
        assert_eq!((status, caller), (200, None), "{text}");
        let found = response_type.unwrap();
        assert_eq!(seen_type.as_deref(), Some(found.as_str()), "{text}");
        assert!(!is_refused, "{text}");
        assert_eq!(found, expected, "{text}");
    }
}

#[tokio::test]
async fn an_allowed_request_is_as_without_shadow() {
    let service = layer().unprotected_shadow().layer(service_fn(service));
    for _ in 0..2 {
        let expected = (200, Some("user-1".to_owned()), None, None, false);
        assert_eq!(seen(service.clone(), get("good")).await, expected);
    }
}

#[tokio::test]
async fn results_are_cached_and_mean_the_same_without_shadow() {
    let authorizer = tokens();
    let layer = LambdaAuthorizerLayer::token(authorizer.clone());
    let shadowed = Harness::new(layer.clone().unprotected_shadow());
    let send = || shadowed.get("/pets").header("authorization", "deny").send();
    send()
        .await
        .assert_shadowed(ResponseType::AccessDenied)
        .assert_invoked();
    send()
        .await
        .assert_shadowed(ResponseType::AccessDenied)
        .assert_not_invoked();

    // A clone without shadow shares the results, and refuses.
    let service = layer
        .clone()
        .unprotected_shadow()
        .layer(service_fn(service));
    assert_eq!(seen(service, get("deny")).await.0, 200);
    let before = authorizer.invocations();
    let service = layer.layer(service_fn(self::service));
    let (status, _, _, shadow, is_refused) = seen(service, get("deny")).await;
    assert_eq!((status, shadow, is_refused), (403, None, true));
    assert_eq!(authorizer.invocations(), before);
}

#[tokio::test]
async fn a_guarded_layer_inside_still_refuses_and_names_the_caller() {
    let both = |outer: &str, inner: &str| {
        let inner_layer = LambdaAuthorizerLayer::request(tokens(), "method.request.header.inner");
        let service = ServiceBuilder::new()
            .layer(layer().unprotected_shadow())
            .layer(inner_layer.unwrap())
            .service(service_fn(service));
        seen(service, get(outer).header("inner", inner))
    };
    let user = || Some("user-1".to_owned());
    let unauthorized = Some(ResponseType::Unauthorized);
    assert_eq!(both("good", "good").await, (200, user(), None, None, false));
    // The outer layer's denial is in the response, the inner layer's caller is in the request.
    let seen_type = Some("UNAUTHORIZED".to_owned());
    assert_eq!(
        both("bad", "good").await,
        (200, user(), seen_type, unauthorized, false)
    );
    assert_eq!(both("good", "deny").await, (403, None, None, None, true));
    assert_eq!(
        both("bad", "deny").await,
        (403, None, None, unauthorized, true)
    );
}

#[tokio::test]
async fn a_layer_in_shadow_inside_removes_the_outer_caller() {
    let both = |outer: &str, inner: &str| {
        let inner_layer = LambdaAuthorizerLayer::request(tokens(), "method.request.header.inner");
        let service = ServiceBuilder::new()
            .layer(layer())
            .layer(inner_layer.unwrap().unprotected_shadow())
            .service(service_fn(service));
        seen(service, get(outer).header("inner", inner))
    };
    let denied = Some(ResponseType::AccessDenied);
    let seen_type = Some("ACCESS_DENIED".to_owned());
    assert_eq!(
        both("good", "deny").await,
        (200, None, seen_type, denied, false)
    );
    assert_eq!(both("bad", "deny").await, (401, None, None, None, true));
}

#[tokio::test]
async fn of_two_layers_in_shadow_the_outermost_counts() {
    let both = |outer: &str, inner: &str| {
        let inner_layer = LambdaAuthorizerLayer::request(tokens(), "method.request.header.inner");
        let service = ServiceBuilder::new()
            .layer(layer().unprotected_shadow())
            .layer(inner_layer.unwrap().unprotected_shadow())
            .service(service_fn(service));
        seen(service, get(outer).header("inner", inner))
    };
    let unauthorized = Some(ResponseType::Unauthorized);
    let denied = Some(ResponseType::AccessDenied);
    let text = |name: &str| Some(name.to_owned());
    assert_eq!(
        both("bad", "deny").await,
        (200, None, text("UNAUTHORIZED"), unauthorized, false)
    );
    assert_eq!(
        both("good", "deny").await,
        (200, None, text("ACCESS_DENIED"), denied, false)
    );
}

#[tokio::test]
async fn the_service_reads_a_body_that_the_authorizer_could_not() {
    let layer = LambdaAuthorizerLayer::token(tokens())
        .request_body()
        .unwrap();
    let echo = service_fn(async |request: Request<ReadBody<Body>>| {
        let body = request.into_body().collect().await.unwrap().to_bytes();
        Ok::<_, Infallible>(Response::new(Body::new(body)))
    });
    for (body, token, expected) in [
        ("too long", "good", Some(ResponseType::RequestTooLarge)),
        ("body", "deny", Some(ResponseType::AccessDenied)),
        ("body", "good", None),
    ] {
        let service = ServiceBuilder::new()
            .layer(ReadRequestBodyLayer::new(4))
            .layer(layer.clone().unprotected_shadow())
            .service(echo);
        let response = service
            .oneshot(get(token).body(Body::from(body)).unwrap())
            .await;
        let response = response.unwrap();
        let shadow = response.extensions().get::<ShadowDenial>();
        assert_eq!(
            shadow.map(|shadow| shadow.would_be().response_type()),
            expected
        );
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(
            response.into_body().collect().await.unwrap().to_bytes(),
            body
        );
    }
}

/// `ConcurrencyLimit` panics if it is called before it is ready, and would never be ready if a permit were lost.
#[tokio::test]
async fn the_service_that_is_ready_is_called() {
    let mut service = layer()
        .unprotected_shadow()
        .layer(ConcurrencyLimit::new(service_fn(service), 1));
    for token in ["", "who?", "deny", "deny", "broken", "good"] {
        let request = get(token).body(Body::default()).unwrap();
        let response = service.ready().await.unwrap().call(request).await.unwrap();
        assert_eq!(response.status(), 200, "{token}");
    }
}

#[tokio::test]
async fn a_request_that_is_dropped_does_not_reach_the_service() {
    let authorizer = authorizer_fn(|_| pending());
    let reached = Arc::new(Mutex::new(0));
    let counter = Arc::clone(&reached);
    let mut service = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer))
        .unprotected_shadow()
        .layer(ConcurrencyLimit::new(
            service_fn(move |_: Request<Body>| {
                *counter.lock().unwrap() += 1;
                async { Ok::<_, Infallible>(Response::new(Body::default())) }
            }),
            1,
        ));
    for _ in 0..2 {
        let request = get("good").body(Body::default()).unwrap();
        let call = service.ready().await.unwrap().call(request);
        assert!(call.now_or_never().is_none());
    }
    assert_eq!(*reached.lock().unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_request_waits_for_the_authorizer_within_its_timeout() {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| pending()));
    let limit = Duration::from_secs(3);
    let layer = layer
        .authorizer_timeout(limit)
        .unwrap()
        .unprotected_shadow();
    let began = tokio::time::Instant::now();
    let service = layer.layer(service_fn(service));
    let (status, caller, _, shadow, _) = seen(service, get("good")).await;
    assert_eq!((status, caller), (200, None));
    assert_eq!(shadow, Some(ResponseType::AuthorizerConfigurationError));
    assert_eq!(began.elapsed().as_secs(), limit.as_secs());
}

#[tokio::test]
async fn a_whole_api_in_shadow_lets_unknown_and_guarded_operations_through() {
    let definition = || {
        ApiDefinition::from_openapi(
            r#"{
            "openapi": "3.0.1",
            "components": {"securitySchemes": {"keepers": {
                "type": "apiKey", "in": "header", "name": "Authorization",
                "x-amazon-apigateway-authorizer": {"type": "token"}
            }}},
            "paths": {"/pets": {"get": {"security": [{"keepers": []}]}}, "/open": {"get": {}}}
        }"#,
        )
        .and_then(|definition| definition.authorizer("keepers", tokens()))
        .unwrap()
    };
    let cases = [
        (get("deny"), Some(ResponseType::AccessDenied)),
        (Request::get("/pets"), Some(ResponseType::Unauthorized)),
        (
            Request::get("/unknown"),
            Some(ResponseType::MissingAuthenticationToken),
        ),
        (Request::get("/open"), None),
    ];
    let layer = definition().unprotected_shadow().into_layer().unwrap();
    assert!(format!("{layer:?}").contains("SHADOW"));
    for (request, expected) in cases {
        // The caller of a layer around it is removed.
        let outer = LambdaAuthorizerLayer::request(
            MockAuthorizer::allowing(),
            "method.request.header.outer",
        );
        let service = ServiceBuilder::new()
            .layer(outer.unwrap())
            .layer(layer.clone())
            .service(service_fn(service));
        let (status, caller, _, shadow, is_refused) =
            seen(service, request.header("outer", "o")).await;
        assert_eq!(
            (status, caller, shadow, is_refused),
            (200, None, expected, false)
        );
    }
    // One authorizer in shadow: the rest of the API is guarded.
    let layer = definition()
        .configure(|_, layer| Ok(layer.unprotected_shadow()))
        .into_layer()
        .unwrap();
    let send = |request| seen(layer.layer(service_fn(service)), request);
    assert_eq!(send(get("deny")).await.0, 200);
    assert_eq!(send(Request::get("/unknown")).await.0, 403);
}

/// A service that trusts nothing but the context answers as if nobody had been authenticated.
#[tokio::test]
async fn a_caller_cannot_be_forged_through_an_allowed_answer_of_another_request() {
    let arn_only = authorizer_fn(
        |request: tower_lambda_authorizer::AuthorizerRequest| async move {
            Ok(AuthorizerResponse::allow(request.method_arn()).with_principal_id("user-1"))
        },
    );
    let service = LambdaAuthorizerLayer::token(arn_only)
        .unprotected_shadow()
        .layer(service_fn(service));
    assert_eq!(
        seen(service.clone(), get("t")).await.1.as_deref(),
        Some("user-1")
    );
    // The cached policy does not cover this path.
    let other = Request::get("/secrets").header("authorization", "t");
    let (status, caller, _, shadow, _) = seen(service, other).await;
    assert_eq!(
        (status, caller, shadow),
        (200, None, Some(ResponseType::AccessDenied))
    );
}
