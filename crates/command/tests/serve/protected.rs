//! A small API, the answers of its authorizer, and `serve` in front of an upstream.

use std::{fs, net::SocketAddr, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::Server;

/// `serve` with files of its own.
pub(crate) struct Protected {
    pub(crate) server: Server,
    pub(crate) folder: TempDir,
}

impl Protected {
    #[track_caller]
    pub(crate) fn start(upstream: SocketAddr) -> Self {
        Self::with(upstream, &[])
    }

    #[track_caller]
    pub(crate) fn with(upstream: SocketAddr, options: &[&str]) -> Self {
        Self::of(&api(), upstream, options)
    }

    /// Guards as this document says.
    #[track_caller]
    pub(crate) fn of(document: &Value, upstream: SocketAddr, options: &[&str]) -> Self {
        let folder = folder(document);
        let upstream = format!("http://{upstream}");
        let mut arguments = vec!["serve", "api.json", "--upstream", &upstream];
        arguments.extend(["--function", "answers.json"]);
        arguments.extend(options);
        let server = Server::start_in(folder.path(), &arguments);
        Self { server, folder }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address
    }
}

/// A folder with the document and the answers.
pub(crate) fn folder(document: &Value) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "api.json", document);
    write(folder.path(), "answers.json", &answers());
    folder
}

pub(crate) fn write(folder: &Path, file: &str, content: &Value) {
    fs::write(folder.join(file), content.to_string()).unwrap();
}

/// `/open` and the paths below it are open. `/pets` and the paths below it are guarded.
pub(crate) fn api() -> Value {
    let guarded = json!({"x-amazon-apigateway-any-method": {"security": [{"keepers": []}]}});
    let open = json!({"x-amazon-apigateway-any-method": {}});
    let cors = json!({"responseParameters": {
        "gatewayresponse.header.Access-Control-Allow-Origin": "'https://shop.example'"
    }});
    json!({
        "openapi": "3.0.1",
        "info": {"title": "pets", "version": "1"},
        "paths": {"/open": open, "/open/{proxy+}": open, "/pets": guarded, "/pets/{proxy+}": guarded},
        "components": {"securitySchemes": {"keepers": {
            "type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "keepers"}
        }}},
        "x-amazon-apigateway-gateway-responses": {"DEFAULT_4XX": cors, "DEFAULT_5XX": cors}
    })
}

pub(crate) fn answers() -> Value {
    json!({"answersByToken": {
        "allow": {
            "principalId": "ann",
            "policyDocument": policy("Allow", "*"),
            "context": {"tenant": "Käse & Co", "level": 7}
        },
        "deny": {"principalId": "bob", "policyDocument": policy("Deny", "*")},
        "fail": {"errorMessage": "the directory does not answer"}
    }})
}

fn policy(effect: &str, resource: &str) -> Value {
    let statement = json!({"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource});
    json!({"Version": "2012-10-17", "Statement": [statement]})
}
