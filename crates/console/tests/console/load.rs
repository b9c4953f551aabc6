//! Many decisions, and large ones.

use std::{sync::Arc, time::Instant};

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    policy::{Effect, PolicyDocument, Statement},
};
use tower_lambda_authorizer_console::Console;

use crate::support::{keeper, pet_routes, pets, serve};

#[tokio::test]
async fn the_last_decisions_are_kept() {
    let console = Console::builder().capacity(3).build().unwrap();
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |request| keeper(&request)));
    let routes = pet_routes(&Arc::default()).route_layer(console.watch("pets", layer));
    let served = serve(&console, routes, Arc::default()).await;
    for _ in 0..5 {
        served.visit("GET", "/pets", "keeper").await;
    }
    let list = served.console("decisions").await;
    let ids: Vec<_> = list["decisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|decision| &decision["id"])
        .collect();
    assert_eq!(ids, [&json!(4), &json!(3), &json!(2)]);
    assert_eq!(list["total"], 5);
    for (id, status) in [
        (1, StatusCode::NOT_FOUND),
        (2, StatusCode::OK),
        (4, StatusCode::OK),
        (5, StatusCode::NOT_FOUND),
    ] {
        assert_eq!(
            served
                .get(&format!("/_authorizer/decisions/{id}"))
                .await
                .status,
            status,
            "{id}"
        );
    }
}

/// During a flood, the console keeps the lines of decisions and the stories of a few. It says how many it has left out.
#[tokio::test]
async fn ten_thousand_decisions_leave_200() {
    const MANY: usize = 10_000;
    let served = pets().await;
    let began = Instant::now();
    for _ in 0..MANY {
        served.visit("GET", "/pets/7", "keeper").await;
    }
    let took = began.elapsed();
    let list = served.console("decisions").await;
    assert_eq!(
        (&list["total"], list["decisions"].as_array().unwrap().len()),
        (&json!(MANY), 200)
    );
    let without = list["withoutStory"].as_u64().unwrap();
    let most = 200 + 200 * (took.as_secs() + 1);
    assert!(
        without >= MANY as u64 - most,
        "{without} without a story in {took:?}"
    );
    let brief = list["decisions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|decision| decision["hasStory"] == false);
    let brief = served
        .console(&format!("decisions/{}", brief.unwrap()["id"]))
        .await;
    assert_eq!(
        (&brief["principal"], &brief["explanation"]),
        (&json!("ann"), &Value::Null)
    );
}

/// How much longer a hit takes with a console around it. Only printed: machines differ.
#[tokio::test]
async fn what_a_decision_costs() {
    const MANY: u32 = 10_000;
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |request| keeper(&request)));
    let service = service_fn(async |_: Request<Body>| {
        Ok::<_, std::convert::Infallible>(http::Response::new(Body::empty()))
    });
    let console = Console::new();
    for (name, layer) in [
        ("alone", layer.clone()),
        ("watched", console.watch("pets", layer)),
    ] {
        for token in ["keeper", ""] {
            let guarded = layer.layer(service);
            let request = || {
                let request = Request::get("/pets");
                let request = if token.is_empty() {
                    request
                } else {
                    request.header("authorization", token)
                };
                request.body(Body::empty()).unwrap()
            };
            let began = Instant::now();
            for _ in 0..MANY {
                guarded.clone().oneshot(request()).await.unwrap();
            }
            println!(
                "{name} {token:?}: {:?} for each decision",
                began.elapsed() / MANY
            );
        }
    }
}

/// A story is bounded, whatever the policy, the response and the request are.
#[tokio::test]
async fn a_huge_decision_is_cut() {
    for path in [
        format!("/pets/{}", "a".repeat(3_000)),
        format!("/pets/{}/fail", "a".repeat(3_000)),
    ] {
        // A console of its own: the first story uses up the time for others.

        let console = Console::new();
        let layer = LambdaAuthorizerLayer::request(
            authorizer_fn(async |request| {
                if request.uri().path().ends_with("/fail") {
                    return Err(AuthorizerError::new("x".repeat(1_000_000)));
                }
                let resources = |from: usize| {
                    let arns = (from..from + 100).map(|number| {
                        format!(
                            "arn:aws:execute-api:*:*:*/*/GET/pets/{number}/{}",
                            "é".repeat(99)
                        )
                    });
                    arns.collect::<Vec<_>>()
                };
                let wide = Statement::invoke(Effect::Allow, resources(0));
                let allows = (0..400).map(|number| {
                    Statement::invoke(Effect::Allow, resources(number).into_iter().take(1))
                });
                let deny = Statement::invoke(Effect::Deny, ["*"]).with_sid("TheOneThatDecides");
                let policy = PolicyDocument::new(
                    [wide]
                        .into_iter()
                        .chain(allows)
                        .chain([deny])
                        .collect::<Vec<_>>(),
                );
                let mut response =
                    AuthorizerResponse::policy(policy).with_principal_id("é".repeat(100_000));
                for number in 0..100 {
                    response = response
                        .with_context(format!("{}{number}", "k".repeat(1_000)), "é".repeat(10_000));
                }
                Ok(response)
            }),
            ["method.request.header.h0"],
        );
        let routes = pet_routes(&Arc::default())
            .fallback("all")
            .layer(console.watch("pets", layer.unwrap().method_arn_limit(10_000).unwrap()));
        let served = serve(&console, routes, Arc::default()).await;

        let mut request = Request::get(format!("{path}?{}", "name=value&".repeat(500)));
        for number in 0..90 {
            request = request.header(
                format!("h{number}{}", "x".repeat(200 * number.min(1))),
                "v".repeat(500),
            );
        }
        served
            .visit_with(request.body(Body::empty()).unwrap())
            .await;
        let id = &served.console("decisions").await["decisions"][0]["id"];
        let answer = served.get(&format!("/_authorizer/decisions/{id}")).await;
        assert!(
            answer.body.len() <= 64 * 1024,
            "{} bytes",
            answer.body.len()
        );
        let story = answer.json();
        assert!(story["path"].as_str().unwrap().ends_with('…'));
        assert!(story["curl"].as_str().unwrap().starts_with("# "));
        if story["responseType"] == "ACCESS_DENIED" {
            assert!(
                story["statementsLeftOut"].as_u64() > Some(200),
                "{}",
                story["statementsLeftOut"]
            );
            assert!(
                story["explanation"]
                    .to_string()
                    .contains("TheOneThatDecides")
            );
        }
        assert!(
            story["explanation"]["reason"].is_string(),
            "the explanation was left out"
        );
    }
}

/// A request waits for its story, so statements beyond a number are not explained.
#[tokio::test]
async fn a_long_policy_is_not_explained() {
    for (count, verdict) in [(500, "Allow"), (501, "Allow"), (30_000, "ImplicitDeny")] {
        let console = Console::new();
        let layer = LambdaAuthorizerLayer::token(authorizer_fn(move |_| async move {
            let arn = |number| match (number, verdict) {
                (0, "Allow") => "*".to_owned(),
                _ => format!("arn:aws:execute-api:*:*:*/*/GET/dogs/{number}"),
            };
            let statements =
                (0..count).map(|number| Statement::invoke(Effect::Allow, [arn(number)]));
            Ok(AuthorizerResponse::policy(PolicyDocument::new(
                statements.collect::<Vec<_>>(),
            )))
        }));
        let routes = pet_routes(&Arc::default()).layer(console.watch("pets", layer));
        let served = serve(&console, routes, Arc::default()).await;
        served.visit("GET", "/pets", "keeper").await;
        let story = served.last_story().await;
        let policy = &story["explanation"]["policy"];
        let shown = policy["statements"].as_array().unwrap().len();
        assert_eq!(policy["verdict"], verdict);
        assert_eq!(shown == 0, count > 500, "{shown} statements of {count}");
        assert_eq!(story["statementsLeftOut"], count - shown);
        assert!(story["explanation"]["reason"].is_string());
        let is_told = policy["reason"].as_str().unwrap().contains("too long");
        assert_eq!(is_told, count > 500, "{}", policy["reason"]);
    }
}
