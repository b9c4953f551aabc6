//! What an explanation says about a request for an operation that the API does not have.

use http::Request;
use tower_lambda_authorizer::{AmbiguousPaths, Api, explanations::Remedy, openapi::ApiDefinition};

const DOCUMENT: &str = "
openapi: 3.0.1
paths:
  /: {get: {}}
  /pets: {get: {}, post: {}}
  /Notes/{id}: {get: {}}
  /files/{rest+}: {get: {}}
";

async fn remedies(method: &str, path: &str) -> Vec<String> {
    let definition = ApiDefinition::from_openapi(DOCUMENT).unwrap();
    let api = Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod").unwrap();
    let layer = definition.api(api).into_layer().unwrap();
    let request = Request::builder().method(method).uri(path);
    let explanation = layer.explain(request.body(()).unwrap()).await;
    assert!(!explanation.is_allowed(), "{method} {path}");
    let remedies = explanation.remedies().iter();
    let similar = remedies.filter(|remedy| remedy.cause() == "similar-operation");
    similar.map(|remedy| remedy.text().to_owned()).collect()
}

#[tokio::test]
async fn an_unknown_operation_is_compared_with_those_of_the_document() {
    let case = "the case of letters in a path matters";
    let stage = "leave out the stage, which is not part of the path";
    let methods = "the API has this path with other methods:";
    for (method, path, expected) in [
        (
            "DELETE",
            "/pets",
            format!("{methods} `GET /pets`, `POST /pets`"),
        ),
        (
            "DELETE",
            "/pets/",
            format!("{methods} `GET /pets`, `POST /pets`"),
        ),
        ("POST", "/", format!("{methods} `GET /`")),
        (
            "GET",
            "/notes/7",
            format!("the API has `GET /Notes/{{id}}`: {case}"),
        ),
        (
            "POST",
            "/FILES/a/b",
            format!("the API has `GET /files/{{rest+}}`: {case}"),
        ),
        (
            "POST",
            "/prod/pets",
            format!("the API has `GET /pets`, `POST /pets`: {stage}"),
        ),
        ("GET", "/prod", format!("the API has `GET /`: {stage}")),
    ] {
        assert_eq!(remedies(method, path).await, [expected], "{method} {path}");
    }
}

#[tokio::test]
async fn a_slash_at_the_end_is_not_taken_for_another_method() {
    let definition = ApiDefinition::from_openapi(DOCUMENT).unwrap();
    let definition = definition.ambiguous_paths(AmbiguousPaths::AsReceived);
    let layer = definition.into_layer().unwrap();
    let request = Request::get("/pets/").body(()).unwrap();
    let explanation = layer.explain(request).await;
    let mut causes = explanation.remedies().iter().map(Remedy::cause);
    assert!(causes.all(|cause| cause == "unknown-operation"));
    assert!(!explanation.is_allowed());
}

#[tokio::test]
async fn an_operation_that_is_not_similar_is_not_named() {
    for path in [
        "/dogs",
        "/pets/7",
        "/Notes",
        "/production/pets",
        "/prodpets",
        "/files",
        // They have the same method. Only their slashes differ.
        "//pets",
        "/pets//",
        "/Notes//",
        "/Notes//7",
        "/prod//pets",
    ] {
        assert!(remedies("GET", path).await.is_empty(), "{path}");
    }
}
