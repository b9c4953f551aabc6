//! Each route, and what it answers.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use axum::{Router, body::Body, extract::ConnectInfo};
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use tower_lambda_authorizer::{AuthorizerResponse, authorizer_fn, openapi::ApiDefinition};
use tower_lambda_authorizer_console::Console;

use crate::support::{pets, serve};

fn page_folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("page")
}

#[tokio::test]
async fn every_file_of_the_page_is_served_with_its_type() {
    let served = pets().await;
    for entry in fs::read_dir(page_folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let (address, content_type) = match path.extension().unwrap().to_str().unwrap() {
            "html" => (String::new(), "text/html; charset=utf-8"),
            "js" => (name, "text/javascript; charset=utf-8"),
            "css" => (name, "text/css; charset=utf-8"),
            "svg" => (name, "image/svg+xml"),
            other => panic!("no content type is known for `.{other}`"),
        };
        let answer = served.get(&format!("/_authorizer/{address}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        assert_eq!(answer.headers["content-type"], content_type, "{address}");
        assert_eq!(answer.body, fs::read(&path).unwrap(), "{address}");
    }
}

/// Without the slash at the end, a browser looks for the page's files in the folder above.
#[tokio::test]
async fn the_page_finds_its_files_with_and_without_the_slash() {
    let console = Console::new();
    let mounted: [(&str, Router); 3] = [
        (
            "/_authorizer",
            Router::new().nest_service("/_authorizer", console.router()),
        ),
        (
            "/_authorizer",
            Router::new().nest("/_authorizer", console.router()),
        ),
        (
            "/dev/a.b/console",
            Router::new().nest(
                "/dev",
                Router::new().nest_service("/a.b/console", console.router()),
            ),
        ),
    ];
    for (at, app) in mounted {
        let get = async |path: &str| {
            let request = Request::get(path)
                .header("host", "localhost")
                .extension(ConnectInfo(std::net::SocketAddr::from(([127, 0, 0, 1], 1))))
                .body(Body::empty());
            let response = app.clone().oneshot(request.unwrap()).await.unwrap();
            let status = response.status();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (status, String::from_utf8(body.to_vec()).unwrap())
        };
        let folder = at.rsplit('/').next().unwrap();
        let (status, page) = get(at).await;
        assert_eq!(status, StatusCode::OK, "{at}");
        assert!(
            page.contains(&format!("src=\"./{folder}/console.js\"")),
            "{page}"
        );
        assert!(!page.contains("=\"./console."), "{page}");
        assert_eq!(
            get(&format!("{at}/console.js")).await.0,
            StatusCode::OK,
            "{at}"
        );
    }
    let app = Router::new().nest_service("/_authorizer", console.router());
    let request = Request::get("/_authorizer/")
        .header("host", "localhost")
        .extension(ConnectInfo(std::net::SocketAddr::from(([127, 0, 0, 1], 1))))
        .body(Body::empty());
    let response = app.oneshot(request.unwrap()).await.unwrap();
    let page = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(page, fs::read(page_folder().join("index.html")).unwrap());
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_it_here() {
    let served = pets().await;
    let requests = [
        ("GET", "/_authorizer", StatusCode::OK),
        ("GET", "/_authorizer/console.js", StatusCode::OK),
        ("GET", "/_authorizer/decisions", StatusCode::OK),
        ("GET", "/_authorizer/decisions/0", StatusCode::NOT_FOUND),
        ("GET", "/_authorizer/decisions/x", StatusCode::NOT_FOUND),
        ("GET", "/_authorizer/configuration", StatusCode::OK),
        ("GET", "/_authorizer/nothing", StatusCode::NOT_FOUND),
        ("GET", "/_authorizer/try", StatusCode::METHOD_NOT_ALLOWED),
        (
            "POST",
            "/_authorizer/try",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        ("DELETE", "/_authorizer/decisions", StatusCode::NO_CONTENT),
        (
            "OPTIONS",
            "/_authorizer/decisions",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
    ];
    for (method, path, status) in requests {
        let request = served
            .request(method, path)
            .header("x-authorizer-console", "1");
        let answer = served.send(request.body(Default::default()).unwrap()).await;
        assert_eq!(answer.status, status, "{method} {path}");
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("content-security-policy", POLICY),
        ] {
            let values: Vec<_> = answer.headers.get_all(name).iter().collect();
            assert_eq!(values, [value], "{method} {path}: {name}");
        }
        assert!(
            !answer
                .headers
                .contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
        );
    }
    // Refusals have them, too.
    let refused = served
        .request("GET", "/_authorizer")
        .header("origin", "null");
    let refused = served.send(refused.body(Default::default()).unwrap()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.headers["content-security-policy"], POLICY);
}

#[tokio::test]
async fn decisions_are_listed_newest_first() {
    let served = pets().await;
    served.visit("GET", "/pets", "").await;
    served.visit("GET", "/pets/7", "keeper").await;
    served.visit("DELETE", "/pets/7?force=1", "keeper").await;
    let list = served.console("decisions").await;
    assert_eq!(
        (&list["total"], &list["withoutStory"]),
        (&json!(3), &json!(0))
    );
    assert!(list["started"].as_u64().unwrap() > 1_700_000_000_000);

    let [denied, allowed, missing] = &list["decisions"].as_array().unwrap()[..] else {
        panic!("{list}")
    };
    for (decision, expected) in [
        (
            denied,
            json!({"id": 2, "layer": "pets", "method": "DELETE", "path": "/pets/7", "resource": "/pets/{pet_id}",
            "outcome": "refused", "source": "hit", "waitedMs": null, "responseType": "ACCESS_DENIED", "status": 403,
            "principal": "ann", "hasStory": true}),
        ),
        (
            allowed,
            json!({"id": 1, "method": "GET", "path": "/pets/7", "outcome": "allowed", "source": "missed", "ageMs": null,
            "responseType": null, "status": null, "principal": "ann",
            "reason": "the policy allows the request"}),
        ),
        (
            missing,
            json!({"id": 0, "outcome": "refused", "source": "not_asked", "responseType": "UNAUTHORIZED", "status": 401,
            "principal": null, "reason":
            "the identity source `method.request.header.Authorization` is missing; the authorizer was not invoked"}),
        ),
    ] {
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&decision[name], value, "{name} of {decision}");
        }
    }
    assert!(denied["ageMs"].is_number() && allowed["waitedMs"].is_number());
    assert!(denied["reason"].as_str().unwrap().contains("NobodyDeletes"));
    assert!(allowed["at"].as_u64() >= list["started"].as_u64());
    let names: BTreeSet<_> = denied
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let contract = [
        "id",
        "at",
        "layer",
        "method",
        "path",
        "resource",
        "outcome",
        "source",
        "ageMs",
        "waitedMs",
        "responseType",
        "status",
        "principal",
        "reason",
        "hasStory",
    ];
    assert_eq!(names, BTreeSet::from(contract));
}

#[tokio::test]
async fn a_story_has_all_that_happened() {
    let served = pets().await;
    served
        .visit("DELETE", "/pets/7?force=1&why=", "keeper")
        .await;
    let story = served.last_story().await;
    for (name, value) in [
        ("sourceIp", json!("127.0.0.1")),
        ("apiType", json!("REST API")),
        ("authorizer", Value::Null),
        ("headerNames", json!(["authorization"])),
        ("queryNames", json!(["force", "why"])),
        ("context", json!([["plan", "gold"]])),
        ("statementsLeftOut", json!(0)),
        ("outcome", json!("refused")),
    ] {
        assert_eq!(story[name], value, "{name}");
    }
    assert!(
        story["methodArn"]
            .as_str()
            .unwrap()
            .ends_with("/DELETE/pets/7")
    );
    assert_eq!(story["explanation"]["policy"]["decidingStatement"], 1);
    assert_eq!(story["explanation"]["policy"]["verdict"], "ExplicitDeny");
    let response = &story["response"];
    assert_eq!(
        (&response["status"], &response["reason"]),
        (&json!(403), &json!("Forbidden"))
    );
    let headers = response["headers"].as_array().unwrap();
    assert!(
        headers.contains(&json!(["content-type", "application/json"])),
        "{response}"
    );
    assert!(response["body"].as_str().unwrap().contains("explicit deny"));
    let id = headers
        .iter()
        .find(|header| header[0] == "x-amzn-requestid")
        .unwrap();
    assert_eq!(id[1], story["requestId"]);
    assert!(
        story["curl"]
            .as_str()
            .unwrap()
            .starts_with("curl -i -X DELETE")
    );
    assert!(story["test"].as_str().unwrap().contains("Harness"));

    let story = served.story_of("GET", "/pets", "keeper").await;
    assert_eq!(story["response"], Value::Null);
    assert_eq!(story["explanation"]["allowed"], true);
}

#[tokio::test]
async fn decisions_are_cleared() {
    let served = pets().await;
    served.visit("GET", "/pets", "").await;
    let answer = served.ask("DELETE", "decisions", &json!(null)).await;
    assert_eq!(
        (answer.status, answer.body.len()),
        (StatusCode::NO_CONTENT, 0)
    );
    let list = served.console("decisions").await;
    assert_eq!(
        (&list["decisions"], &list["total"]),
        (&json!([]), &json!(0))
    );
    // Numbers are not used again: a link to an old story must not lead to another.
    served.visit("GET", "/pets", "").await;
    let list = served.console("decisions").await;
    assert_eq!(
        (&list["decisions"][0]["id"], &list["total"]),
        (&json!(1), &json!(1))
    );
    let gone = served.get("/_authorizer/decisions/0").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(gone.json()["error"].is_string());
}

pub(crate) const SHOP: &str = r#"{
  "openapi": "3.0.1",
  "info": {"title": "shop", "version": "1"},
  "paths": {
    "/catalogue": {"get": {}},
    "/orders": {"get": {"security": [{"customers": []}]}, "post": {"security": [{"customers": []}]}},
    "/orders/{orderId}": {"x-amazon-apigateway-any-method": {"security": [{"customers": []}]}}
  },
  "components": {"securitySchemes": {"customers": {
    "type": "apiKey", "name": "Authorization", "in": "header",
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "customers"}
  }}}
}"#;

pub(crate) fn shop() -> ApiDefinition {
    let customers = authorizer_fn(
        async |request: tower_lambda_authorizer::AuthorizerRequest| {
            Ok(AuthorizerResponse::allow(request.method_arn()))
        },
    );
    let definition = ApiDefinition::from_openapi(SHOP).unwrap();
    definition.authorizer("customers", customers).unwrap()
}

#[tokio::test]
async fn layers_tell_their_configuration_and_whole_apis_their_operations() {
    let console = Console::new();
    let routes = Router::new()
        .route("/catalogue", axum::routing::get("pears"))
        .route("/orders", axum::routing::get("none"))
        .route_layer(console.watch_api("shop", shop()).unwrap());
    let served = serve(&console, routes, Arc::default()).await;
    served.visit("GET", "/catalogue", "").await;
    served.visit("GET", "/orders", "token").await;
    served.visit("GET", "/orders", "token").await;

    let list = served.console("decisions").await;
    let outcomes: Vec<_> = (0..3).map(|at| &list["decisions"][at]["outcome"]).collect();
    assert_eq!(outcomes, ["allowed", "allowed", "open"]);
    assert_eq!(
        list["decisions"][2]["reason"],
        "the operation has no authorizer"
    );
    let open = served.console("decisions/0").await;
    assert_eq!(open["explanation"], Value::Null);

    let configuration = served.console("configuration").await;
    let layer = &configuration["layers"][0];
    assert_eq!(
        (&layer["id"], &layer["name"], &layer["apiType"]),
        (&json!(0), &json!("shop"), &json!("REST API"))
    );
    let operations = layer["operations"].as_array().unwrap();
    assert_eq!(operations.len(), 4);
    assert!(
        operations.contains(&json!({"method": "GET", "path": "/catalogue", "authorizer": null}))
    );
    assert!(operations.contains(
        &json!({"method": "ANY", "path": "/orders/{orderId}", "authorizer": "customers"})
    ));
    let authorizer = &layer["authorizers"][0];
    assert_eq!(authorizer["name"], "customers");
    assert_eq!(authorizer["configuration"]["kind"], "REST TOKEN");
    assert_eq!(
        (
            &authorizer["statistics"]["hits"],
            &authorizer["statistics"]["misses"]
        ),
        (&json!(1), &json!(1))
    );

    // Flushed, the next request is a miss.
    let wrong = served
        .ask(
            "POST",
            "flush",
            &json!({"layer": 0, "authorizer": "keepers"}),
        )
        .await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(
        wrong.text().contains("It has: customers."),
        "{}",
        wrong.text()
    );
    let flush = json!({"layer": 0, "authorizer": "customers"});
    let answer = served.ask("POST", "flush", &flush).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["statistics"]["bytes"], 0);
    served.visit("GET", "/orders", "token").await;
    assert_eq!(served.last_story().await["source"], "missed");
}

#[tokio::test]
async fn a_layer_without_a_name_is_flushed_with_none() {
    let served = pets().await;
    served.visit("GET", "/pets", "keeper").await;
    let answer = served
        .ask("POST", "flush", &json!({"layer": 0, "authorizer": null}))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    served.visit("GET", "/pets", "keeper").await;
    assert_eq!(served.last_story().await["source"], "missed");
    let unknown = served.ask("POST", "flush", &json!({"layer": 9})).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}
