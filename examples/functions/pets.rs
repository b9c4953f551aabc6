//! Decides who may see the pets.

use aws_lambda_events::{
    apigw::{ApiGatewayCustomAuthorizerRequest, ApiGatewayCustomAuthorizerResponse},
    iam::{IamPolicyEffect, IamPolicyStatement},
};
use lambda_runtime::{Error, LambdaEvent};
use serde_json::json;

pub(crate) async fn handler(
    event: LambdaEvent<ApiGatewayCustomAuthorizerRequest>,
) -> Result<ApiGatewayCustomAuthorizerResponse, Error> {
    let effect = match event.payload.authorization_token.as_deref() {
        Some("allow") => IamPolicyEffect::Allow,
        Some("deny") => IamPolicyEffect::Deny,
        Some("broken") => return Err("the database is down".into()),
        // The client gets 401 only if the message is exactly this word.
        _ => return Err("Unauthorized".into()),
    };
    let mut statement = IamPolicyStatement::default();
    statement.action = vec!["execute-api:Invoke".into()];
    statement.effect = effect;
    statement.resource = event.payload.method_arn.into_iter().collect();

    let mut response = ApiGatewayCustomAuthorizerResponse::default();
    response.principal_id = Some("user-1".into());
    response.policy_document.version = Some("2012-10-17".into());
    response.policy_document.statement = vec![statement];
    response.context = json!({"tenant": "acme", "level": 3});
    Ok(response)
}
