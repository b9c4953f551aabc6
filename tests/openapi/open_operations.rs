//! What observers learn about operations without an authorizer.

use std::sync::{Arc, Mutex};

use ::tower::{Layer, ServiceExt, service_fn};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower_lambda_authorizer::{
    observing::{AccessLog, Decision, Outcome},
    openapi::{ApiDefinition, UnknownRoutes},
};

type Body = Full<Bytes>;

const REST: &str = r#"{"swagger": "2.0", "paths": {
    "/health": {"get": {}}, "/pets/{pet}": {"get": {}, "options": {}}, "/files/{path+}": {"x-amazon-apigateway-any-method": {}}}}"#;

/// The resources that an observer and an access log see.
async fn resources(
    definition: ApiDefinition,
    targets: &[(&str, &str)],
) -> Vec<(Option<String>, String)> {
    let (seen, lines) = (
        Arc::<Mutex<Vec<_>>>::default(),
        Arc::<Mutex<Vec<_>>>::default(),
    );
    let (note, write) = (Arc::clone(&seen), Arc::clone(&lines));
    let log = AccessLog::json(r#"{"resource":"$context.resourcePath"}"#).unwrap();
    let layer = definition
        .observe(move |decision: &Decision<'_>| {
            assert_eq!(decision.outcome(), Outcome::Open);
            note.lock()
                .unwrap()
                .push(decision.resource().map(str::to_owned));
        })
        .observe(log.to_fn(move |line| write.lock().unwrap().push(line.to_owned())))
        .into_layer()
        .unwrap();
    let service = layer.layer(service_fn(async |_: Request<Body>| {
        Ok::<_, std::convert::Infallible>(Response::new(Body::default()))
    }));
    for (method, path) in targets {
        let request = Request::builder()
            .method(*method)
            .uri(*path)
            .body(Body::default());
        let response = service.clone().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(response.status(), 200, "{method} {path}");
    }
    let line = |line: &String| {
        let line = line.strip_prefix(r#"{"resource":""#).unwrap();
        line.strip_suffix(r#""}"#).unwrap().to_owned()
    };
    let (seen, lines) = (seen.lock().unwrap(), lines.lock().unwrap());
    seen.iter().cloned().zip(lines.iter().map(line)).collect()
}

#[tokio::test]
async fn an_open_operation_has_its_resource() {
    let rest = ApiDefinition::from_openapi(REST).unwrap();
    let targets = [
        ("GET", "/health"),
        ("OPTIONS", "/pets/7"),
        ("POST", "/files/a/b?c"),
        ("GET", "/health/"),
    ];
    let resources = resources(rest, &targets).await;
    let expected = ["/health", "/pets/{pet}", "/files/{path+}", "/health"];
    for ((seen, logged), expected) in resources.into_iter().zip(expected) {
        assert_eq!(seen.as_deref(), Some(expected));
        assert_eq!(logged, expected);
    }
}

/// An operation that the document does not have is unknown.
#[tokio::test]
async fn an_unknown_operation_that_is_passed_on_has_none() {
    let rest = ApiDefinition::from_openapi(REST)
        .unwrap()
        .unknown_routes(UnknownRoutes::PassOn);
    let resources = resources(rest, &[("GET", "/elsewhere")]).await;
    assert_eq!(resources, [(None, "-".to_owned())]);
}
