//! Documents with one authorizer each, and what it answers.

use serde_json::{Value, json};
use tower_lambda_authorizer::ApiType;

pub(super) const AUTHORIZER: &str = "keepers";

pub(super) struct Sample {
    pub(super) name: &'static str,
    pub(super) api_type: ApiType,
    pub(super) document: Value,
}

impl Sample {
    fn new(name: &'static str, api_type: ApiType, authorizer: &Value) -> Self {
        let mut document = json!({
            "openapi": "3.0.1",
            "info": {"title": "pets", "version": "1"},
            "paths": paths(),
            "components": {"securitySchemes": {AUTHORIZER: {
                "type": "apiKey", "name": "Authorization", "in": "header",
                "x-amazon-apigateway-authtype": "custom",
                "x-amazon-apigateway-authorizer": authorizer
            }}}
        });
        if api_type == ApiType::Rest {
            document["x-amazon-apigateway-gateway-responses"] = gateway_responses();
        }
        Self {
            name,
            api_type,
            document,
        }
    }

    /// For `--api-type`.
    pub(super) fn option(&self) -> &'static str {
        match self.api_type {
            ApiType::Http => "http",
            _ => "rest",
        }
    }
}

pub(super) fn all() -> [Sample; 4] {
    let token = json!({
        "type": "token", "authorizerUri": "it", "identityValidationExpression": "[a-z ]*"
    });
    let sources = "method.request.header.Authorization, method.request.querystring.tenant";
    let request = json!({"type": "request", "authorizerUri": "it", "identitySource": sources});
    let simple = json!({
        "type": "request", "authorizerUri": "it", "authorizerPayloadFormatVersion": "2.0",
        "enableSimpleResponses": true, "authorizerResultTtlInSeconds": 300,
        "identitySource": "$request.header.Authorization, $request.header.X-Tenant"
    });
    let policies = json!({
        "type": "request", "authorizerUri": "it", "authorizerPayloadFormatVersion": "1.0",
        "identitySource": "$request.header.Authorization"
    });
    [
        Sample::new("tokens", ApiType::Rest, &token),
        Sample::new("requests", ApiType::Rest, &request),
        Sample::new("simple responses", ApiType::Http, &simple),
        Sample::new("policies of an HTTP API", ApiType::Http, &policies),
    ]
}

fn paths() -> Value {
    let guarded = json!({"x-amazon-apigateway-any-method": {"security": [{AUTHORIZER: []}]}});
    let one_method = json!({"get": {"security": [{AUTHORIZER: []}]}, "options": {}});
    let open = json!({"x-amazon-apigateway-any-method": {}});
    json!({
        "/": guarded, "/pets": guarded, "/pets/{id}": one_method, "/pets/{id}/{proxy+}": guarded,
        "/open": open, "/open/{proxy+}": open
    })
}

fn gateway_responses() -> Value {
    let origin =
        json!({"gatewayresponse.header.Access-Control-Allow-Origin": "'https://shop.example'"});
    let told = r#"{"message":$context.error.messageString,"type":"$context.error.responseType","path":"$context.path","who":"$context.authorizer.principalId"}"#;
    json!({
        "DEFAULT_4XX": {"responseParameters": origin},
        "ACCESS_DENIED": {
            "statusCode": "404", "responseParameters": origin, "responseTemplates": {"application/json": told}
        }
    })
}

/// One answer is of use for all samples: a policy, or a simple response.
pub(super) fn answers() -> Value {
    let statement = |effect: &str, resource: &str| json!({"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource});
    let answer = |name: &str, is_authorized: bool, statement: Value| {
        json!({
            "principalId": name, "isAuthorized": is_authorized,
            "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            "context": {"tenant": "Käse & 100 %", "level": 7}
        })
    };
    let mut office = statement("Allow", "*");
    office["Condition"] = json!({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}});
    json!({"answersByToken": {
        "allow": answer("ann", true, statement("Allow", "*")),
        "deny": answer("bob", false, statement("Deny", "*")),
        "reader": answer("eve", true, statement("Allow", "arn:aws:execute-api:*:*:*/*/GET/pets/*")),
        "office": answer("kim", true, office),
        "unauthorized": {"errorMessage": "Unauthorized"},
        "fail": {"errorMessage": "the directory does not answer"}
    }})
}
