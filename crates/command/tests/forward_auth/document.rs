//! An API with an open operation, guarded ones, and refusals of several kinds.

use std::{fs, path::Path};

use serde_json::{Value, json};

/// Writes the document and the recorded answers to a folder.
pub(crate) fn write(folder: &Path) {
    write_with(folder, &json!({}));
}

/// The same with more gateway responses.
pub(crate) fn write_with(folder: &Path, gateway_responses: &Value) {
    let text = document(gateway_responses).to_string();
    fs::write(folder.join("api.json"), text).unwrap();
    fs::write(folder.join("answers.json"), answers().to_string()).unwrap();
}

fn document(gateway_responses: &Value) -> Value {
    let guarded = json!({"security": [{"callers": []}]});
    json!({
        "openapi": "3.0.1",
        "info": {"title": "forward-auth", "version": "1"},
        "paths": {
            "/open": {"get": {"security": []}},
            "/{any+}": {"x-amazon-apigateway-any-method": guarded},
        },
        "components": {"securitySchemes": {"callers": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "token",
                "authorizerUri": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/\
                    arn:aws:lambda:eu-west-1:123456789012:function:callers/invocations",
                "authorizerResultTtlInSeconds": 0,
            },
        }}},
        "x-amazon-apigateway-gateway-responses": gateway_responses,
    })
}

fn answers() -> Value {
    let long = "x".repeat(6_000);
    json!({"answersByToken": {
        "ok": answer("Allow", &json!({"tenant": "Käse & Co"})),
        "nobody": answer("Allow", &json!({})),
        "long": answer("Allow", &json!({"tenant": long})),
        "tls": over_tls(),
        "denied": answer("Deny", &json!({})),
        "unknown": {"errorMessage": "Unauthorized"},
        "broken": {"errorMessage": "no database"},
    }})
}

fn answer(effect: &str, context: &Value) -> Value {
    json!({
        "principalId": "ann",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": effect, "Action": "execute-api:Invoke", "Resource": "*"}],
        },
        "context": context,
    })
}

/// Allows requests over TLS only.
fn over_tls() -> Value {
    let mut answer = answer("Allow", &json!({}));
    let condition = json!({"Bool": {"aws:SecureTransport": "true"}});
    answer["policyDocument"]["Statement"][0]["Condition"] = condition;
    answer
}
