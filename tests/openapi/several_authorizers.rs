//! An API with several authorizers: what tells them apart in logs and explanations.

use std::convert::Infallible;

use ::tower::{Layer, ServiceExt, service_fn};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower_lambda_authorizer::{
    Denial,
    openapi::{ApiAuthorizerLayer, ApiDefinition},
    testing::MockAuthorizer,
};

use crate::server::{PETSTORE, PetStore};

const ONE_AUTHORIZER: &str = "
openapi: 3.0.1
paths: {/orders: {get: {security: [gate: []]}}}
components:
  securitySchemes:
    gate:
      {type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authorizer: {type: token}}";

/// What is logged of a refusal, and the authorizer's line of the explanation.
async fn logged_and_explained(
    layer: &ApiAuthorizerLayer,
    request: &Request<()>,
) -> (String, String) {
    let explanation = layer.explain(request.clone()).await.to_string();
    let line = explanation
        .lines()
        .find(|line| line.starts_with("  authorizer  "));
    let service = layer.layer(service_fn(async |_: Request<Full<Bytes>>| {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    }));
    let sent = request.clone().map(|()| Full::default());
    let response = service.oneshot(sent).await.unwrap();
    let denial = response.extensions().get::<Denial>();
    let logged = denial.map(ToString::to_string).unwrap_or_default();
    (logged, line.unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_refusal_names_the_authorizer_if_there_are_several() {
    let layer = PetStore::of(ApiDefinition::from_openapi(PETSTORE));
    let layer = layer.definition.into_layer().unwrap();
    for (path, authorizer, missing) in [
        ("/pets/1", "keepers", "method.request.header.Authorization"),
        ("/admin", "tenants", "method.request.header.x-tenant"),
    ] {
        let (logged, line) =
            logged_and_explained(&layer, &Request::get(path).body(()).unwrap()).await;
        let expected = format!(
            "authorizer `{authorizer}`: the identity source `{missing}` is missing; the authorizer was not invoked"
        );
        assert_eq!(logged, expected);
        assert_eq!(line, format!("  authorizer  `{authorizer}`: not invoked"));
    }
    let denied = Request::get("/pets/1").header("authorization", "deny me");
    let (logged, line) = logged_and_explained(&layer, &denied.body(()).unwrap()).await;
    assert!(logged.starts_with("authorizer `keepers`: "), "{logged}");
    assert!(
        line.starts_with("  authorizer  `keepers`: invoked, answered"),
        "{line}"
    );

    let explanation = layer
        .explain(Request::get("/pets/1").body(()).unwrap())
        .await;
    assert_eq!(explanation.authorizer_name(), Some("keepers"));
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["authorizerName"], "keepers");
}

#[tokio::test]
async fn no_authorizer_is_named_if_it_did_not_refuse_or_is_the_only_one() {
    let layer = PetStore::of(ApiDefinition::from_openapi(PETSTORE));
    let layer = layer.definition.into_layer().unwrap();
    for path in ["/pets/a//b/..", "/owners"] {
        let (logged, _) = logged_and_explained(&layer, &Request::get(path).body(()).unwrap()).await;
        assert!(
            !logged.is_empty() && !logged.contains("authorizer `"),
            "{logged}"
        );
    }

    let only = ApiDefinition::from_openapi(ONE_AUTHORIZER).unwrap();
    let only = only.authorizer("gate", MockAuthorizer::denying()).unwrap();
    let layer = only.into_layer().unwrap();
    let (logged, line) =
        logged_and_explained(&layer, &Request::get("/orders").body(()).unwrap()).await;
    assert!(logged.starts_with("the identity source"), "{logged}");
    assert_eq!(line, "  authorizer  not invoked");
}
