//! The policy editor.

mod random_grids;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use http::StatusCode;
use serde_json::{Value, json};
use tower_lambda_authorizer::{
    AmbiguousPaths, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    openapi::ApiDefinition, policy::PolicyDocument,
};
use tower_lambda_authorizer_console::Console;

use crate::{
    routes::shop,
    support::{Served, pet_routes, pets, serve},
};

async fn ask(served: &Served, policy: &Value, path: &str) -> Value {
    let question = json!({"layer": 0, "policy": policy.to_string(), "method": "GET", "path": path, "sourceIp": null});
    let answer = served.ask("POST", "policy", &question).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

fn statement(effect: &str, resource: &str) -> Value {
    json!({"Effect": effect, "Action": "execute-api:Invoke", "Resource": format!("arn:aws:execute-api:*:*:*/*/{resource}")})
}

async fn served_shop() -> Served {
    let console = Console::new();
    let layer = console.watch_api("shop", shop()).unwrap();
    serve(
        &console,
        pet_routes(&Arc::default()).route_layer(layer),
        Arc::default(),
    )
    .await
}

#[tokio::test]
async fn a_policy_is_linted_and_evaluated() {
    let served = pets().await;
    let policy = json!({"Version": "2012-10-17", "Statement": [statement("Allow", "get/pets"), statement("Allow", "GET/pets*")]});
    let answer = ask(&served, &policy, "/pets/7?x=1").await;
    let finding = &answer["findings"][0];
    assert_eq!(
        (&finding["code"], &finding["path"]),
        (
            &json!("method-lower-case"),
            &json!("Statement[0].Resource[0]")
        )
    );
    for name in ["severity", "message", "remedy"] {
        assert!(finding[name].is_string(), "{finding}");
    }
    assert_eq!(answer["explanation"]["verdict"], "Allow");
    assert_eq!(answer["explanation"]["decidingStatement"], 1);
    assert!(
        answer["explanation"]["resource"]
            .as_str()
            .unwrap()
            .ends_with("/GET/pets/7")
    );
    let elsewhere = ask(&served, &policy, "/dogs").await;
    assert_eq!(elsewhere["explanation"]["verdict"], "ImplicitDeny");
    assert!(elsewhere["explanation"]["nearestMiss"].is_number());
}

#[tokio::test]
async fn an_error_has_its_place() {
    let served = pets().await;
    for (policy, line, column, path) in [
        (
            "{\n  \"Statement\": [{\"Effect\": \"allow\", \"Action\": \"*\", \"Resource\": \"*\"}]\n}",
            json!(2),
            json!(34),
            json!("Statement[0].Effect"),
        ),
        ("{\n\n  nonsense", json!(3), json!(3), json!(null)),
        ("", json!(1), json!(0), json!(null)),
    ] {
        let question = json!({"layer": 0, "policy": policy, "method": "GET", "path": "/pets"});
        let answer = served.ask("POST", "policy", &question).await.json();
        let error = &answer["error"];
        assert_eq!(
            (&error["line"], &error["column"], &error["path"]),
            (&line, &column, &path),
            "{answer}"
        );
        assert!(error["message"].is_string());
    }
}

#[tokio::test]
async fn the_address_is_known_if_it_is_given() {
    let served = pets().await;
    let mut office = statement("Allow", "*");
    office["Condition"] = json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}});
    for (address, verdict) in [
        (json!("203.0.113.7"), "Allow"),
        (json!("198.51.100.1"), "ImplicitDeny"),
        (json!(null), "ImplicitDeny"),
    ] {
        let policy = json!({"Version": "2012-10-17", "Statement": office}).to_string();
        let question = json!({"layer": 0, "policy": policy, "method": "GET", "path": "/pets", "sourceIp": address});
        let answer = served.ask("POST", "policy", &question).await.json();
        assert_eq!(answer["explanation"]["verdict"], verdict, "{address}");
    }
    let question =
        json!({"layer": 0, "policy": "{}", "method": "GET", "path": "/pets", "sourceIp": "here"});
    assert_eq!(
        served.ask("POST", "policy", &question).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn the_grid_has_a_verdict_for_each_operation() {
    let served = served_shop().await;
    let policy = json!({"Version": "2012-10-17", "Statement": [
        statement("Allow", "*/orders"), statement("Allow", "GET/orders/7"), statement("Deny", "POST/orders*"),
    ]});
    let grid = ask(&served, &policy, "/orders").await["grid"].take();
    assert_eq!(grid["methods"], json!(["GET", "POST", "ANY"]));
    assert_eq!(
        grid["resources"],
        json!(["/catalogue", "/orders", "/orders/{orderId}"])
    );
    assert_eq!(
        grid["cells"],
        json!([
            ["open", "none", "none"],
            ["allow", "deny", "none"],
            ["depends", "deny", "depends"],
        ])
    );
}

#[tokio::test]
async fn a_cell_depends_on_what_is_not_known() {
    let served = served_shop().await;
    let with = |effect: &str, condition: Value| {
        let mut statement = statement(effect, "*");
        statement["Condition"] = condition;
        statement
    };
    let address = json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}});
    let own = json!({"StringEquals": {"acme:plan": "gold"}});
    for (statements, cell) in [
        (json!([statement("Allow", "*")]), "allow"),
        (json!([statement("Deny", "*")]), "deny"),
        (json!([statement("Allow", "PUT/*")]), "implicit"),
        (json!([with("Allow", address.clone())]), "depends"),
        (json!([with("Deny", own.clone())]), "depends"),
        (
            json!([statement("Allow", "*"), with("Deny", own.clone())]),
            "depends",
        ),
        (
            json!([statement("Allow", "*"), with("Allow", own.clone())]),
            "allow",
        ),
        (json!([statement("Deny", "*"), with("Allow", own)]), "deny"),
        (
            json!([statement("Allow", "GET/${acme:resource}")]),
            "depends",
        ),
        (
            json!([
                statement("Allow", "*"),
                statement("Deny", "GET/${acme:resource}")
            ]),
            "depends",
        ),
        (json!([statement("Allow", "GET/orders${*}")]), "implicit"),
    ] {
        let policy = json!({"Version": "2012-10-17", "Statement": statements});
        let grid = ask(&served, &policy, "/orders").await["grid"].take();
        assert_eq!(grid["cells"][1][0], cell, "{policy}");
    }
    // A known address decides.
    for (given, cell) in [("203.0.113.7", "allow"), ("198.51.100.1", "implicit")] {
        let policy =
            json!({"Version": "2012-10-17", "Statement": [with("Allow", address.clone())]})
                .to_string();
        let question =
            json!({"layer": 0, "policy": policy, "method": "GET", "path": "/", "sourceIp": given});
        let answer = served.ask("POST", "policy", &question).await.json();
        assert_eq!(answer["grid"]["cells"][1][0], cell, "{given}");
    }
}

#[tokio::test]
async fn a_single_layers_grid_has_what_it_has_seen() {
    let served = pets().await;
    let policy = json!({"Version": "2012-10-17", "Statement": [statement("Allow", "GET/*")]});
    let empty = ask(&served, &policy, "/pets").await;
    assert_eq!(
        empty["grid"],
        json!({"methods": [], "resources": [], "cells": []})
    );
    for (method, path) in [("DELETE", "/pets/7"), ("GET", "/pets/8"), ("GET", "/pets")] {
        served.visit(method, path, "").await;
    }
    let grid = ask(&served, &policy, "/pets").await["grid"].take();
    assert_eq!(
        grid,
        json!({
            "methods": ["GET", "DELETE"], "resources": ["/pets", "/pets/{pet_id}"],
            "cells": [["allow", "none"], ["allow", "implicit"]],
        })
    );
}

/// Clients can invent methods, and a console may keep 10,000 decisions.
#[tokio::test]
async fn a_grid_has_few_methods() {
    let served = pets().await;
    for number in 0..100 {
        served.visit(&format!("M{number}"), "/pets", "keeper").await;
    }
    served.visit("GET", "/pets", "keeper").await;
    let policy = json!({"Version": "2012-10-17", "Statement": [statement("Allow", "*")]});
    let grid = &ask(&served, &policy, "/pets").await["grid"];
    let methods = grid["methods"].as_array().unwrap();
    assert_eq!((methods.len(), &methods[0]), (20, &json!("GET")));
}

/// A page cannot show thousands of findings at each key, and long patterns take long to try.
#[tokio::test]
async fn a_huge_policy_has_a_short_answer() {
    let served = served_shop().await;
    let wrong: Vec<_> = (0..3_000).map(|n| format!("arn:a:b:c:d:{n}")).collect();
    let wrong = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": wrong}]});
    let answer = ask(&served, &wrong, "/pets").await;
    assert_eq!(answer["findings"].as_array().unwrap().len(), 200);
    assert!(answer["findingsLeftOut"].as_u64() > Some(2_000));
    let long =
        json!({"Version": "2012-10-17", "Statement": [statement("Allow", &"*?".repeat(120_000))]});
    let grid = &ask(&served, &long, "/pets").await["grid"];
    assert!(grid.to_string().contains("depends"), "{grid}");
}

#[tokio::test]
async fn an_api_without_authorizers_evaluates_no_policy() {
    let console = Console::new();
    let document = r#"{"openapi": "3.0.1", "paths": {"/pets": {"get": {}}}}"#;
    let layer = console
        .watch_api("open", ApiDefinition::from_openapi(document).unwrap())
        .unwrap();
    let served = serve(
        &console,
        pet_routes(&Arc::default()).route_layer(layer),
        Arc::default(),
    )
    .await;
    let question = json!({"layer": 0, "policy": "{}", "method": "GET", "path": "/pets"});
    let answer = served.ask("POST", "policy", &question).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(
        answer.json()["error"]
            .as_str()
            .unwrap()
            .contains("evaluates no policy")
    );
}

/// The editor and the layer agree on the ARN.
#[tokio::test]
async fn paths_are_in_the_arn_as_the_type_of_api_has_them() {
    let rest =
        LambdaAuthorizerLayer::token(authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*"))));
    let http = LambdaAuthorizerLayer::http_api(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::allow("*"))
    }));
    let socket = LambdaAuthorizerLayer::websocket_api(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::allow("*"))
    }));
    let console = Console::new();
    let _ = (
        console.watch("rest", rest),
        console.watch("http", http),
        console.watch("socket", socket),
    );
    let served = serve(&console, pet_routes(&Arc::default()), Arc::default()).await;
    for layer in 0..3 {
        let policy = json!({"Statement": statement("Allow", "*")}).to_string();
        let question = json!({"layer": layer, "policy": policy, "method": "GET", "path": "/a%20b"});
        let evaluated = served.ask("POST", "policy", &question).await.json();
        let trial = json!({"layer": layer, "method": "GET", "path": "/a%20b"});
        let tried = served.ask("POST", "try", &trial).await.json();
        assert_eq!(
            evaluated["explanation"]["resource"], tried["explanation"]["methodArn"],
            "layer {layer}"
        );
    }
}

/// For random policies, and for random paths that servers read in several ways.
#[tokio::test]
async fn the_editor_decides_like_the_layer() {
    const PIECES: [&str; 14] = [
        "/", "/", "//", "//", "a", "b", "a", "b", ";", "%61", ".", "%2F", "/", "a",
    ];
    const PATTERNS: [&str; 9] = ["/", "/", "/", "//", "a", "b", "*", "*", "?"];
    let policy: Arc<Mutex<Value>> = Arc::default();
    let answered = Arc::clone(&policy);
    let authorizer = authorizer_fn(move |_| {
        let document = answered.lock().unwrap().to_string();
        async move {
            Ok(AuthorizerResponse::policy(PolicyDocument::from_json(
                document.as_bytes(),
            )?))
        }
    });
    let console = Console::new();
    let as_received = AmbiguousPaths::AsReceived;
    let layers = [AmbiguousPaths::Refuse, as_received].map(|paths| {
        let layer = LambdaAuthorizerLayer::token(authorizer.clone()).ambiguous_paths(paths);
        console.watch(
            &format!("{paths:?}"),
            layer.result_ttl(Duration::ZERO).unwrap(),
        )
    });
    let served = serve(&console, pet_routes(&Arc::default()), Arc::default()).await;
    let mut random = fastrand::Rng::with_seed(46);
    let mut counts = [0; 2];
    for round in 0..150 {
        let mut text = |pieces: &[&str], most: usize| {
            let pieces = (0..random.usize(1..most)).map(|_| *random.choice(pieces).unwrap());
            pieces.collect::<String>()
        };
        let (path, named) = (format!("/{}", text(&PIECES, 7)), text(&PATTERNS, 6));
        let layer = round % layers.len();
        let statements = [
            statement("Allow", &format!("GET/{named}")),
            statement("Allow", "GET/*/?"),
            statement("Deny", "GET/a"),
        ];
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        *policy.lock().unwrap() = document.clone();
        let question =
            json!({"layer": layer, "policy": document.to_string(), "method": "GET", "path": path});
        let evaluated = served.ask("POST", "policy", &question).await.json();
        let headers = json!([["authorization", "t"]]);
        let trial = json!({"layer": layer, "method": "GET", "path": path, "headers": headers});
        let tried = served.ask("POST", "try", &trial).await.json();
        let is_allowed = evaluated["explanation"]["verdict"] == "Allow";
        assert_eq!(
            json!(is_allowed),
            tried["explanation"]["allowed"],
            "{document} {path}: {evaluated} {tried}"
        );
        counts[usize::from(is_allowed)] += 1;
    }
    assert!(counts.iter().all(|count| *count > 20), "{counts:?}");
}
