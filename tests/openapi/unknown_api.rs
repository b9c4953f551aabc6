//! The layer of a document that has no API: what a policy excludes in some API is refused.

use tower_lambda_authorizer::{
    Api, AuthorizerResponse, authorizer_fn,
    openapi::{ApiAuthorizerLayer, ApiDefinition},
    policy::{Effect, PolicyDocument, Statement},
};

use crate::server::allowed;

const DOCUMENT: &str = "openapi: 3.0.1
components:
  securitySchemes:
    gate: {type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authorizer: {type: token}}
security: [{gate: []}]
paths:
  /admin: {get: {}}
  /pets: {get: {}}
";

fn layer(api: Option<Api>) -> ApiAuthorizerLayer {
    let gate = authorizer_fn(async |_| {
        let admin = "arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/GET/admin";
        Ok(AuthorizerResponse::policy(PolicyDocument::new([
            Statement::invoke(Effect::Allow, ["*"]),
            Statement::invoke(Effect::Deny, [admin]),
        ])))
    });
    let definition = ApiDefinition::from_openapi(DOCUMENT).unwrap();
    let definition = definition.authorizer("gate", gate).unwrap();
    let definition = match api {
        Some(api) => definition.api(api),
        None => definition,
    };
    definition.into_layer().unwrap()
}

#[tokio::test]
async fn an_entry_of_any_api_excludes() {
    let stage = |stage: &str| Api::default().with_stage(stage).unwrap();
    let known = Api::new("eu-west-1", "123456789012", "other", "prod").unwrap();
    for (api, status) in [
        (None, 403),
        (Some(stage("prod")), 403),
        (Some(stage("dev")), 200),
        (Some(known), 200),
    ] {
        let layer = layer(api);
        assert_eq!(allowed(&layer, "GET", "/admin").await, status);
        assert_eq!(allowed(&layer, "GET", "/pets").await, 200);
    }
}
