//! Whole apps: axum, an API definition, tonic, nested layers, and requests that a harness cannot follow.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo, routing::get};
use http::{Request, Response};
use tower::{ServiceBuilder, ServiceExt};
use tower_lambda_authorizer::{
    AuthorizerContext, BoxAuthorizer, Denial, LambdaAuthorizerLayer, ManualClock,
    gateway_responses::ResponseType,
    openapi::ApiDefinition,
    testing::{Harness, MockAnswer, MockAuthorizer, ProtectedService},
};

use crate::caught::caught;

fn layer(answer: MockAnswer) -> LambdaAuthorizerLayer<MockAuthorizer> {
    LambdaAuthorizerLayer::token(MockAuthorizer::answering(answer))
}

#[tokio::test]
async fn an_axum_app_is_followed_through_its_routes() {
    let authorizer = MockAuthorizer::answering(MockAnswer::allow().with_principal_id("user-1"));
    let pets = Router::new()
        .route(
            "/{id}",
            get(async |caller: AuthorizerContext| {
                caller.principal_id().unwrap_or_default().to_owned()
            }),
        )
        .route_layer(LambdaAuthorizerLayer::token(authorizer.clone()));
    let peer = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string();
    let app: Router = Router::new().nest("/pets", pets).route("/peer", get(peer));
    let harness = Harness::app(app);
    let pet = || harness.get("/pets/7");

    pet()
        .send()
        .await
        .assert_unauthorized()
        .assert_not_invoked();
    let response = pet().header("authorization", "t").send().await;
    response
        .assert_allowed()
        .assert_principal("user-1")
        .assert_body("user-1")
        .assert_invoked();
    let response = pet().header("authorization", "t").send().await;
    response
        .assert_allowed()
        .assert_not_invoked()
        .assert_invocations(1);
    assert_eq!(authorizer.requests()[0].resource(), Some("/pets/{id}"));

    harness
        .get("/dogs")
        .send()
        .await
        .assert_unguarded()
        .assert_status(404);
    let response = harness
        .get("/peer")
        .source_ip([203, 0, 113, 9])
        .send()
        .await;
    response.assert_unguarded().assert_body("203.0.113.9");
    assert!(harness.reached().is_empty());
}

/// The harness sees the refusal although a layer around it replaces the response.
#[tokio::test]
async fn a_refusal_is_recognized_behind_another_response() {
    let app = ServiceBuilder::new()
        .map_response(|_| Response::new(Body::from("all is well")))
        .layer(layer(MockAnswer::deny()))
        .service(ProtectedService::new());
    let response = Harness::app(app)
        .get("/")
        .header("authorization", "t")
        .send()
        .await;
    response
        .assert_denied()
        .assert_status(200)
        .assert_body("all is well");
}

#[tokio::test]
async fn the_layer_that_refuses_decides_between_two_layers() {
    for (outer, inner, response_type) in [
        (
            MockAnswer::allow(),
            MockAnswer::deny(),
            Some(ResponseType::AccessDenied),
        ),
        (
            MockAnswer::unauthorized(),
            MockAnswer::allow(),
            Some(ResponseType::Unauthorized),
        ),
        (MockAnswer::allow(), MockAnswer::allow(), None),
    ] {
        let app = ServiceBuilder::new()
            .layer(layer(outer))
            .layer(layer(inner))
            .service(ProtectedService::new());
        let response = Harness::app(app)
            .get("/")
            .header("authorization", "t")
            .send()
            .await;
        assert_eq!(response.denial().map(Denial::response_type), response_type);
    }
}

#[tokio::test]
async fn an_exempt_preflight_is_unguarded() {
    let harness = Harness::new(layer(MockAnswer::allow()).exempt_preflights());
    let preflight = harness
        .request(http::Method::OPTIONS, "/pets")
        .header("origin", "https://a.example");
    preflight.clone().send().await.assert_unauthorized();
    let preflight = preflight.header("access-control-request-method", "GET");
    preflight.send().await.assert_unguarded();
}

#[tokio::test]
async fn an_apis_definition_is_followed_to_its_authorizers() {
    let document = r#"{
        "openapi": "3.0.1", "info": {"title": "pets", "version": "1"},
        "paths": {
            "/pets": {"get": {"security": [{"tokens": []}]}},
            "/health": {"get": {}}
        },
        "components": {"securitySchemes": {"tokens": {
            "type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "x"}
        }}}
    }"#;
    let definition = ApiDefinition::from_openapi(document).unwrap();
    let definition =
        definition.authorizer("tokens", BoxAuthorizer::new(MockAuthorizer::allowing()));
    let layer = definition.unwrap().into_layer().unwrap();
    let harness = Harness::app(
        ServiceBuilder::new()
            .layer(layer)
            .service(ProtectedService::new()),
    );
    harness
        .run_table(
            "
        GET  /pets    t  allowed
        GET  /pets    -  unauthorized
        GET  /health  -  open
        GET  /dogs    t  403
    ",
        )
        .await;
    let response = harness.get("/dogs").send().await;
    response.assert_response_type(ResponseType::MissingAuthenticationToken);
}

#[tokio::test]
async fn a_service_with_another_body_type_gets_that_body() {
    let inside = tower::service_fn(async |request: Request<Body>| {
        Ok::<_, Infallible>(Response::new(request.into_body()))
    });
    let app = ServiceBuilder::new()
        .layer(layer(MockAnswer::allow()))
        .service(inside);
    let harness = Harness::app_with_body(app, Body::new);
    let response = harness
        .post("/")
        .header("authorization", "t")
        .body("a cat")
        .send()
        .await;
    response.assert_allowed().assert_body("a cat");
}

/// A boxed service is not `Sync`.
#[tokio::test]
async fn a_boxed_service_is_an_app() {
    let app = ProtectedService::new().boxed_clone();
    Harness::app(app).get("/").send().await.assert_unguarded();
}

#[tokio::test]
async fn a_layer_keeps_its_own_manual_clock() {
    let clock = ManualClock::new(std::time::SystemTime::UNIX_EPOCH);
    let harness = Harness::new(layer(MockAnswer::allow()).clock(clock.clock()));
    let get = || harness.get("/").header("authorization", "t").send();
    get().await.assert_invoked();
    clock.advance(Duration::from_secs(299));
    get().await.assert_not_invoked();
    harness.advance(Duration::from_secs(1));
    get().await.assert_invoked();
    assert_eq!(harness.clock().now(), clock.now());
}

#[tokio::test]
async fn a_failure_names_a_layer_with_another_clock() {
    let clock = || ManualClock::new(std::time::SystemTime::UNIX_EPOCH);
    for answer in [MockAnswer::allow(), MockAnswer::deny()] {
        let [moved, another] = [clock(), clock()];
        for (of_layer, is_named) in [(&moved, false), (&another, true)] {
            let layer = layer(answer.clone()).clock(of_layer.clock());
            let app: Router = Router::new().route("/", get("pets")).route_layer(layer);
            let harness = Harness::app(app).manual_clock(moved.clone());
            let get = || harness.get("/").header("authorization", "t").send();
            get().await;
            let cached = get().await;
            let failure = caught(|| cached.assert_invoked()).message;
            let named = "the layer has another clock than the harness";
            assert_eq!(failure.contains(named), is_named, "{failure}");
        }
    }
}

/// A denial keeps its request, and the harness keeps the denial. There must be no reference cycle.
#[tokio::test]
async fn nothing_is_left_of_a_request() {
    for answer in [MockAnswer::allow(), MockAnswer::deny()] {
        let held = Arc::new(());
        let harness = Harness::new(layer(answer));
        let request = harness.get("/").header("authorization", "t");
        let response = request.extension(Arc::clone(&held)).send().await;
        drop((response, harness));
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
