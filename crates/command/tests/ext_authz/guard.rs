//! An API with recorded answers, guarded by the real command.

use std::fs;

use tempfile::TempDir;

use crate::process::Server;

/// `GET /pets`, `GET /pets/{id}` and `GET /here` need a token. `GET /health` is open. Gateway responses have texts of
/// their own.
const DOCUMENT: &str = r##"{
    "openapi": "3.0.1",
    "info": {"title": "pets", "version": "1"},
    "paths": {
        "/pets": {"get": {"security": [{"keepers": []}]}},
        "/pets/{id}": {"get": {"security": [{"keepers": []}]}},
        "/here": {"get": {"security": [{"places": []}]}},
        "/health": {"get": {}}
    },
    "components": {"securitySchemes": {
        "keepers": {
            "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {"type": "token", "authorizerResultTtlInSeconds": 300,
                "authorizerUri": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:keepers/invocations"}
        },
        "places": {
            "type": "apiKey", "name": "Unused", "in": "header", "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {"type": "request", "authorizerResultTtlInSeconds": 0,
                "identitySource": "method.request.header.x-place",
                "authorizerUri": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:places/invocations"}
        }
    }},
    "x-amazon-apigateway-gateway-responses": {
        "ACCESS_DENIED": {
            "statusCode": 418,
            "responseParameters": {
                "gatewayresponse.header.Access-Control-Allow-Origin": "'https://pets.example'",
                "gatewayresponse.header.x-asked": "method.request.header.x-asked"
            },
            "responseTemplates": {"application/json": "{\"no\": $context.error.messageString, \"tänant\": \"$context.authorizer.tenant\"}"}
        }
    }
}"##;

const ANSWERS: &str = r#"{"answersByToken": {
    "ann": {
        "principalId": "ann",
        "policyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/*/GET/pets*"},
            {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/*/GET/pets/7"}]},
        "context": {"tenant": "Käse & Co", "level": 3, "admin": true},
        "usageIdentifierKey": "a-credential"
    },
    "nobody": {
        "policyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    },
    "bob": {"errorMessage": "Unauthorized"},
    "eve": {"errorMessage": "the database is down"},
    "home": {
        "principalId": "home",
        "policyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*",
             "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}},
            {"Effect": "Deny", "Action": "*", "Resource": "*",
             "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}
    }
}}"#;

/// A server, and the folder with its files.
pub(crate) struct Guard {
    pub(crate) server: Server,
    folder: TempDir,
}

impl Guard {
    pub(crate) fn start(options: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("api.json"), DOCUMENT).unwrap();
        fs::write(folder.path().join("answers.json"), ANSWERS).unwrap();
        let arguments = ["ext-authz", "api.json", "--function", "answers.json"];
        let server = Server::start_in(folder.path(), &[&arguments, options].concat());
        Self { server, folder }
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Replaces the document.
    pub(crate) fn rewrite(&self, from: &str, to: &str) {
        let file = self.folder.path().join("api.json");
        let changed = DOCUMENT.replace(from, to);
        assert_ne!(changed, DOCUMENT);
        fs::write(file, changed).unwrap();
    }
}
