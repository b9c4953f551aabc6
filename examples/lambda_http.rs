//! An axum app with the layer, deployed as a Lambda function behind API Gateway.
//!
//! `lambda_http` turns API Gateway's events into requests. So the app, its routes and the layer are the same as on any
//! server. Two points need attention:
//!
//! - **For a REST API, `lambda_http` puts the stage in front of the path** (`/prod/pets`). Then no route and no policy
//!   matches. To turn this off, set `AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH` in the function's environment; this program
//!   does not start without it. (In an HTTP API's events, the path itself contains a named stage, and no variable removes
//!   it: deploy to `$default`.)
//! - **Only the event's request context has the client's address**, because no client connects to a function. Without
//!   the `client_ip` below, the layer does not know the address: every `Deny` on `aws:SourceIp` then applies, and no
//!   `Allow` does.
//!
//! In Lambda, this program is the function. Here it starts a fake of Lambda, which starts the program again as the function
//! and sends it events as API Gateway would:
//!
//! ```console
//! $ cargo run --quiet --example lambda_http
//! REST, stage `prod`, GET /pets, `allow`: 200 user-1 at 203.0.113.7, arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets
//! REST, stage `prod`, GET /pets, `deny`: 403 {"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}
//! REST, stage `prod`, GET /pets, `who?`: 401 {"message":"Unauthorized"}
//! REST, stage `prod`, GET /dogs, `allow`: 404
//! HTTP, stage `$default`, GET /pets, `allow`: 200 user-1 at 203.0.113.7, arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets
//! without the variable: RequestId: 52fdfc07-2182-454f-963f-5f0f9a621d72 Error: Runtime exited with error: exit status 1
//! ```

use std::{env, net::IpAddr};

use aws_sdk_lambda::primitives::Blob;
use axum::{Router, routing::get};
use http::request::Parts;
use lambda_http::{Error, RequestExt, request::RequestContext};
use serde_json::{Value, json};
use tower_lambda_authorizer::{
    Api, AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse, ClientIp,
    LambdaAuthorizerLayer, authorizer_fn,
};

#[path = "../tests/support/lambda/mod.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod fake_lambda;

use fake_lambda::{Deployment, FakeLambda, programs::Program};

const STAGE_VARIABLE: &str = "AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH";

#[tokio::main]
async fn main() -> Result<(), Error> {
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return deploy_to_a_fake().await;
    }
    if env::var_os(STAGE_VARIABLE).is_none() {
        return Err(format!("please set {STAGE_VARIABLE} in the function's environment").into());
    }
    lambda_http::run(app()?).await
}

fn app() -> Result<Router, Error> {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(authorize))
        .api(Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod")?)
        .client_ip(ClientIp::from_fn(source_ip));
    Ok(Router::new().route("/pets", get(pets)).route_layer(layer))
}

/// The address that API Gateway saw. A client could forge a header.
fn source_ip(parts: &Parts) -> Option<IpAddr> {
    let address = match parts.request_context_ref()? {
        RequestContext::ApiGatewayV1(context) => context.identity.source_ip.as_deref(),
        RequestContext::ApiGatewayV2(context) => context.http.source_ip.as_deref(),
        _ => None,
    };
    address?.parse().ok()
}

async fn authorize(request: AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    let arn = request.method_arn();
    let address = request.source_ip().map(|address| address.to_string());
    match request.token() {
        Some("allow") => Ok(AuthorizerResponse::allow(arn)
            .with_principal_id("user-1")
            .with_context("asked", arn.as_str())
            .with_context("address", address.unwrap_or_default())),
        Some("deny") => Ok(AuthorizerResponse::deny(arn)),
        _ => Err(AuthorizerError::unauthorized()),
    }
}

async fn pets(caller: AuthorizerContext) -> String {
    let user = caller.principal_id().unwrap_or("somebody");
    let arn = caller.get("asked").unwrap_or("nothing");
    let address = caller.get("address").unwrap_or("nowhere");
    format!("{user} at {address}, {arn}")
}

async fn deploy_to_a_fake() -> Result<(), Error> {
    let program = Program::new(env::current_exe()?, []);
    let configured = program.clone().variable(STAGE_VARIABLE, "1");
    let lambda = FakeLambda::start([
        ("pets", Deployment::new(configured)),
        ("not-configured", Deployment::new(program)),
    ])
    .await;
    for (path, token) in [
        ("/pets", "allow"),
        ("/pets", "deny"),
        ("/pets", "who?"),
        ("/dogs", "allow"),
    ] {
        let answer = invoke(&lambda, "pets", &rest_event(path, token)).await?;
        println!(
            "REST, stage `prod`, GET {path}, `{token}`: {}",
            shown(&answer)
        );
    }
    let answer = invoke(&lambda, "pets", &http_event("/pets", "allow")).await?;
    println!(
        "HTTP, stage `$default`, GET /pets, `allow`: {}",
        shown(&answer)
    );
    let answer = invoke(&lambda, "not-configured", &rest_event("/pets", "allow")).await?;
    println!("without the variable: {}", text(&answer, "errorMessage"));
    Ok(())
}

async fn invoke(lambda: &FakeLambda, function: &str, event: &Value) -> Result<Value, Error> {
    let call = lambda.client().invoke().function_name(function);
    let output = call.payload(Blob::new(event.to_string())).send().await?;
    let payload = output.payload.unwrap_or_else(|| Blob::new(""));
    Ok(serde_json::from_slice(payload.as_ref())?)
}

fn shown(answer: &Value) -> String {
    let status = answer.get("statusCode").and_then(Value::as_u64);
    format!("{} {}", status.unwrap_or_default(), text(answer, "body"))
}

fn text<'a>(answer: &'a Value, member: &str) -> &'a str {
    answer
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The parts of a REST API's event that matter here.
fn rest_event(path: &str, token: &str) -> Value {
    json!({
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": "GET",
        "headers": {"Authorization": token},
        "multiValueHeaders": {"Authorization": [token]},
        "requestContext": {"stage": "prod", "httpMethod": "GET", "path": format!("/prod{path}"), "identity": {"sourceIp": "203.0.113.7"}},
        "isBase64Encoded": false,
    })
}

/// The parts of an HTTP API's event that matter here, in the payload format 2.0.
fn http_event(path: &str, token: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"authorization": token},
        "requestContext": {
            "stage": "$default",
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "curl"},
        },
        "isBase64Encoded": false,
    })
}
