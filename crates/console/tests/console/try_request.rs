//! Trying a request.

use std::sync::{Arc, atomic::Ordering};

use http::StatusCode;
use serde_json::{Value, json};
use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
use tower_lambda_authorizer_console::Console;

use crate::support::{pet_routes, pets, serve};

fn request(headers: &Value) -> Value {
    json!({"layer": 0, "method": "GET", "path": "/pets/7?x=1", "headers": headers, "sourceIp": null})
}

#[tokio::test]
async fn a_request_is_explained_without_the_service() {
    let served = pets().await;
    let answer = served
        .ask(
            "POST",
            "try",
            &request(&json!([["authorization", "visitor"]])),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let answer = answer.json();
    let explanation = &answer["explanation"];
    assert_eq!(explanation["allowed"], false);
    assert_eq!(explanation["policy"]["nearestMiss"], 0);
    assert_eq!(explanation["response"]["status"], 403);
    assert_eq!(answer["statementsLeftOut"], 0);
    let answer = served
        .ask(
            "POST",
            "try",
            &request(&json!([["Authorization", "keeper"]])),
        )
        .await;
    assert_eq!(answer.json()["explanation"]["allowed"], true);
    let answer = served.ask("POST", "try", &request(&json!([]))).await;
    assert_eq!(
        answer.json()["explanation"]["identity"][0]["found"],
        "missing"
    );

    assert_eq!(served.reached.load(Ordering::Relaxed), 0);
    assert_eq!(served.console("decisions").await["total"], 0);
    // The same request reaches the service if it is sent.
    served.visit("GET", "/pets/7?x=1", "keeper").await;
    assert_eq!(served.reached.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn the_address_is_the_clients() {
    let console = Console::new();
    let layer = LambdaAuthorizerLayer::request(
        authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*"))),
        ["context.identity.sourceIp"],
    );
    let routes = pet_routes(&Arc::default()).route_layer(console.watch("pets", layer.unwrap()));
    let served = serve(&console, routes, Arc::default()).await;
    for (address, found) in [
        (json!("203.0.113.7"), "present"),
        (json!(" 2001:db8::7 "), "present"),
        (json!(""), "missing"),
        (json!(null), "missing"),
    ] {
        let mut request = request(&json!([]));
        request["sourceIp"] = address;
        let answer = served.ask("POST", "try", &request).await;
        assert_eq!(
            answer.json()["explanation"]["identity"][0]["found"],
            found,
            "{request}"
        );
    }
}

#[tokio::test]
async fn a_request_that_cannot_exist_is_reported_with_the_remedy() {
    let served = pets().await;
    for (member, value, error) in [
        ("method", json!("GE T"), "`GE T` is not a method"),
        ("method", json!(""), "`` is not a method"),
        (
            "path",
            json!("pets"),
            "`pets` is not a path: begin with a slash",
        ),
        ("path", json!("/a b"), "`/a b` is not a path"),
        ("path", json!("/a#b"), "`/a#b` is not a path"),
        ("path", json!("http://evil.example/"), "is not a path"),
        (
            "headers",
            json!([["a b", "c"]]),
            "`a b` is not the name of a header",
        ),
        (
            "headers",
            json!([["a", "s3cret\r\nb: c"]]),
            "The value of the header `a` contains a control character",
        ),
        (
            "sourceIp",
            json!("203.0.113.300"),
            "`203.0.113.300` is not an address",
        ),
        ("layer", json!(-1), "The body is not what is expected"),
    ] {
        let mut request = request(&json!([]));
        request[member] = value;
        let answer = served.ask("POST", "try", &request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{request}");
        let told = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(told.contains(error), "{told}");
        assert!(!told.contains("s3cret"), "{told}");
    }
    let mut request = request(&json!([]));
    request["layer"] = json!(7);
    assert_eq!(
        served.ask("POST", "try", &request).await.status,
        StatusCode::NOT_FOUND
    );
}
