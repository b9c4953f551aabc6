//! Responses that depend on the path and the request.

use std::convert::Infallible;

use axum::{Router, body::Body, routing::get};
use http::{Request, Response};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerResponse, ConfigError, LambdaAuthorizerLayer, authorizer_fn,
    gateway_responses::{GatewayResponses, WwwAuthenticate},
};

fn layer(
    responses: GatewayResponses,
) -> LambdaAuthorizerLayer<impl tower_lambda_authorizer::Authorizer + Clone> {
    LambdaAuthorizerLayer::token(authorizer_fn(async |_| {
        Err::<AuthorizerResponse, _>(AuthorizerError::unauthorized())
    }))
    .gateway_responses(responses)
}

async fn refusal(responses: GatewayResponses, request: http::request::Builder) -> Response<()> {
    let service = layer(responses).layer(service_fn(async |_: Request<Body>| {
        Ok::<_, Infallible>(Response::new(Body::empty()))
    }));
    let response = service.oneshot(request.body(Body::empty()).unwrap()).await;
    response.unwrap().map(|_| ())
}

fn by_path() -> WwwAuthenticate {
    WwwAuthenticate::bearer()
        .resource_metadata("https://a.example/all")
        .and_then(|challenge| challenge.realm("pets"))
        .and_then(|challenge| challenge.resource_metadata_at("/mcp/", "https://a.example/mcp"))
        .and_then(|challenge| challenge.resource_metadata_at("/mcp/two", "https://a.example/\"two"))
        .unwrap()
}

#[tokio::test]
async fn each_path_has_its_own_resource_metadata() {
    let all = r#"Bearer resource_metadata="https://a.example/all", realm="pets""#;
    let mcp = r#"Bearer realm="pets", resource_metadata="https://a.example/mcp""#;
    let two = r#"Bearer realm="pets", resource_metadata="https://a.example/\"two""#;
    for (path, expected) in [
        ("/", all),
        ("/pets", all),
        ("/mcpx", all),
        ("/pets/mcp", all),
        ("/mcp", mcp),
        ("/mcp/", mcp),
        ("/mcp/one?a=b", mcp),
        ("/mcp/twofold", mcp),
        ("/mcp/two", two),
        ("/mcp/two/3", two),
    ] {
        let responses = GatewayResponses::default().www_authenticate(by_path());
        let response = refusal(responses, Request::get(path)).await;
        assert_eq!(response.headers()["www-authenticate"], expected, "{path}");
    }
    // With the reason, and for every path.
    let everywhere = WwwAuthenticate::bearer().resource_metadata_at("/", "https://a.example/x");
    let responses = GatewayResponses::default().www_authenticate(everywhere.unwrap());
    let response = refusal(
        responses,
        Request::get("/pets").header("authorization", "t"),
    )
    .await;
    assert_eq!(
        response.headers()["www-authenticate"],
        r#"Bearer resource_metadata="https://a.example/x", error="invalid_token""#
    );
    // A later one takes the place of an earlier one for the same path.
    let again = by_path().resource_metadata_at("/mcp/two", "https://a.example/three");
    let again =
        again.and_then(|again| again.resource_metadata_at("/mcp/two/", "https://a.example/\"two"));
    assert_eq!(again.unwrap(), by_path());
    for (path, url) in [("mcp", "https://a.example"), ("", "x"), ("/mcp", "a\r\nb")] {
        let error = WwwAuthenticate::bearer().resource_metadata_at(path, url);
        assert!(matches!(error, Err(ConfigError::ResponseHeader { .. })));
    }
}

/// In a nested router, the layer sees a URI without the prefix.
#[tokio::test]
async fn the_function_sees_the_path_that_the_client_sent() {
    let responses = GatewayResponses::default().www_authenticate(by_path());
    let nested = Router::new()
        .route("/one", get("one"))
        .route_layer(layer(responses));
    let app = Router::new().nest("/mcp", nested);
    let request = Request::get("/mcp/one").body(Body::empty()).unwrap();
    let response = app.oneshot(request).await.unwrap();
    let challenge = response.headers()["www-authenticate"].to_str().unwrap();
    assert!(
        challenge.ends_with(r#"resource_metadata="https://a.example/mcp""#),
        "{challenge}"
    );
}

#[tokio::test]
async fn the_function_sees_the_refused_request() {
    let seeing = |responses: GatewayResponses| {
        responses.map_response_with_request(|failure, request, mut response| {
            let seen = format!(
                "{} {} {}",
                request.method,
                request.uri,
                failure.response_type()
            );
            response
                .headers_mut()
                .insert("x-seen", seen.parse().unwrap());
            response
        })
    };
    let response = refusal(
        seeing(GatewayResponses::default()),
        Request::delete("/pets?q=1"),
    )
    .await;
    assert_eq!(
        response.headers()["x-seen"],
        "DELETE /pets?q=1 UNAUTHORIZED"
    );
    let grpc = Request::post("/pets.Pets/List").header("content-type", "application/grpc");
    let response = refusal(seeing(GatewayResponses::default().grpc()), grpc).await;
    assert_eq!(response.headers()["grpc-status"], "16");
    assert_eq!(
        response.headers()["x-seen"],
        "POST /pets.Pets/List UNAUTHORIZED"
    );
}
