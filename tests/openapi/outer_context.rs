//! The context of a layer around this one must not look like the result of this layer.

use std::convert::Infallible;

use ::tower::{Layer, ServiceExt, service_fn};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    openapi::{ApiDefinition, UnknownRoutes},
};

type Body = Full<Bytes>;

const DOCUMENT: &str = r#"{"openapi": "3.0.1",
    "components": {"securitySchemes": {"keepers": {
        "type": "apiKey", "name": "Authorization", "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:keepers/invocations"}
    }}},
    "paths": {
        "/open": {"get": {}},
        "/guarded": {"get": {"security": [{"keepers": []}]}}
    }}"#;

/// The caller that the service sees.
async fn caller(path: &str) -> (u16, Option<String>) {
    let naming = |name: &'static str| {
        authorizer_fn(
            move |_| async move { Ok(AuthorizerResponse::allow("*").with_principal_id(name)) },
        )
    };
    let inner = ApiDefinition::from_openapi(DOCUMENT)
        .unwrap()
        .unknown_routes(UnknownRoutes::PassOn)
        .authorizer("keepers", naming("inner"))
        .unwrap()
        .into_layer()
        .unwrap();
    let service = inner.layer(service_fn(async |request: Request<Body>| {
        let context = request.extensions().get::<AuthorizerContext>();
        let principal = context.and_then(AuthorizerContext::principal_id);
        let mut response = Response::new(Body::default());
        response
            .extensions_mut()
            .insert(principal.map(str::to_owned));
        Ok::<_, Infallible>(response)
    }));
    let service = LambdaAuthorizerLayer::token(naming("outer")).layer(service);
    let request = Request::get(path).header("authorization", "t");
    let response = service
        .oneshot(request.body(Body::default()).unwrap())
        .await
        .unwrap();
    let principal = response.extensions().get::<Option<String>>().cloned();
    (response.status().as_u16(), principal.flatten())
}

#[tokio::test]
async fn an_operation_without_an_authorizer_has_no_caller() {
    assert_eq!(caller("/guarded").await, (200, Some("inner".into())));
    assert_eq!(caller("/open").await, (200, None));
    assert_eq!(caller("/unknown").await, (200, None));
}
