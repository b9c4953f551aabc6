//! The application's function is called once for each refusal.

use std::sync::{Arc, Mutex};

use super::*;
use crate::empty_service::empty;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn of(&self, layer: Layered) -> Layered {
        let log = self.clone();
        layer.on_denial(move |denial| {
            let line = format!("{}: {denial}", denial.response_type());
            log.0.lock().unwrap().push(line);
        })
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

async fn sent(layer: &Layered, request: Builder) -> Response<String> {
    use http_body_util::BodyExt;
    let service = layer.layer(service_fn(empty::<Body>));
    let request = request.body(Body::new()).unwrap();
    let response = service.oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let body = body.collect().await.ok().unwrap().to_bytes();
    Response::from_parts(head, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn each_refusal_is_reported_once_with_its_reason() {
    let log = Log::default();
    for (layer, request, expected) in [
        (
            token(answering(OPEN)),
            get("/pets"),
            "UNAUTHORIZED: the identity source `method.request.header.Authorization` is missing; the authorizer was \
             not invoked",
        ),
        (
            token(failing("Unauthorized")),
            with_token("/pets"),
            "UNAUTHORIZED: the authorizer returned `Unauthorized`",
        ),
        (
            token(failing("down")),
            with_token("/pets"),
            "AUTHORIZER_CONFIGURATION_ERROR: the authorizer failed: down",
        ),
        (
            token(allowing("GET", "/dogs")),
            with_token("/pets"),
            "ACCESS_DENIED: no statement of the policy allows \
             `arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets`; `Statement[0]` comes closest: \
             path: `dogs` does not cover `pets`",
        ),
        (
            token(answering(OPEN)),
            with_token("/a%2Fb"),
            "DEFAULT_4XX: the path can be read in two ways: it has an encoded slash (`%2F`); the authorizer was not \
             invoked",
        ),
    ] {
        let layer = log.of(layer);
        let response = sent(&layer, request).await;
        let denial = response.extensions().get::<Denial>().unwrap();
        assert!(expected.contains(&denial.to_string()));
        assert_eq!(log.taken(), [expected]);
    }
}

#[tokio::test]
async fn a_cached_refusal_is_reported_too() {
    let log = Log::default();
    let layer = log.of(token(answering(DENIES)));
    for _ in 0..3 {
        sent(&layer, with_token("/pets")).await;
        assert_eq!(log.taken().len(), 1);
    }
}

#[tokio::test]
async fn a_request_that_passes_is_not_reported() {
    let log = Log::default();
    let layer = log.of(token(answering(OPEN)));
    for _ in 0..2 {
        assert_eq!(sent(&layer, with_token("/pets")).await.status(), 200);
    }
    // An explanation refuses nothing.
    let request = get("/pets").body(Body::new()).unwrap();
    assert!(!layer.explain(request).await.is_allowed());
    assert_eq!(log.taken(), [""; 0]);
}

#[tokio::test]
async fn a_second_function_replaces_the_first() {
    let (first, second) = (Log::default(), Log::default());
    let layer = second.of(first.of(token(answering(OPEN))));
    sent(&layer, get("/pets")).await;
    assert_eq!((first.taken().len(), second.taken().len()), (0, 1));
}

#[tokio::test]
async fn a_panic_changes_no_response() {
    let quiet = token(allowing("GET", "/dogs"));
    let panics = quiet.clone().on_denial(|_| panic!("as told"));
    for request in [
        || get("/pets"),
        || with_token("/pets"),
        || with_token("/pets"),
    ] {
        let expected = sent(&quiet, request()).await;
        let response = sent(&panics, request()).await;
        assert_eq!(response.status(), expected.status());
        assert_eq!(response.body(), expected.body());
        let names = |response: &Response<String>| {
            let names = response
                .headers()
                .keys()
                .map(|name| name.as_str().to_owned());
            names.collect::<Vec<_>>()
        };
        assert_eq!(names(&response), names(&expected));
        let denial = response.extensions().get::<Denial>().unwrap();
        let expected = expected.extensions().get::<Denial>().unwrap();
        assert_eq!(denial.reason(), expected.reason());
    }
}

/// It is not a part of the key of results.
#[tokio::test]
async fn a_clone_that_tells_has_the_same_results() {
    let layer = token(answering(OPEN));
    let telling = layer.clone().on_denial(|_| {});
    sent(&layer, with_token("/pets")).await;
    sent(&telling, with_token("/pets")).await;
    assert_eq!(layer.results().statistics().hits, 1);
}

#[tokio::test]
async fn the_layer_of_a_whole_api_tells_of_all_its_refusals() {
    use tower_lambda_authorizer::openapi::ApiDefinition;
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let layer = ApiDefinition::from_openapi(
        r#"{"openapi": "3.0.1",
            "components": {"securitySchemes": {"keepers": {
                "type": "apiKey", "in": "header", "name": "Authorization",
                "x-amazon-apigateway-authorizer": {"type": "token"}}}},
            "paths": {"/pets": {"get": {"security": [{"keepers": []}]}}, "/open": {"get": {}}}}"#,
    )
    .unwrap()
    .authorizer("keepers", answering(DENIES))
    .unwrap()
    .on_denial(move |denial| log.lock().unwrap().push(denial.response_type()))
    .into_layer()
    .unwrap();
    let service = layer.layer(service_fn(empty::<Body>));
    for path in ["/open", "/pets", "/dogs"] {
        let request = with_token(path).body(Body::new()).unwrap();
        service.clone().oneshot(request).await.unwrap();
    }
    assert_eq!(
        *lines.lock().unwrap(),
        [
            ResponseType::AccessDenied,
            ResponseType::MissingAuthenticationToken
        ]
    );
}
