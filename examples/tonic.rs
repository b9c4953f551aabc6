//! A TOKEN authorizer in front of a gRPC server.
//!
//! The service is the standard health check, so no code has to be generated.
//!
//! ```console
//! $ cargo run --example tonic
//! listening on http://127.0.0.1:3000
//! ```
//!
//! With an argument, the program is the client, and the argument is its token:
//!
//! ```console
//! $ cargo run --example tonic -- allow
//! Serving
//! $ cargo run --example tonic -- deny
//! PermissionDenied: User is not authorized to access this resource with an explicit deny in an identity-based policy
//! $ cargo run --example tonic -- who?
//! Unauthenticated: Unauthorized
//! $ cargo run --example tonic -- ''
//! Unauthenticated: Unauthorized
//! ```
//!
//! By default a rejection is an HTTP response with a JSON body, which tells a gRPC client little. With
//! [`GatewayResponses::grpc`], gRPC clients get a gRPC status and a message.

use std::{env, error::Error};

use tonic::transport::{Endpoint, Server, server::TcpIncoming};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tower_lambda_authorizer::{
    Api, AuthorizerError, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    gateway_responses::GatewayResponses,
};

#[path = "support/address.rs"]
mod address;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    match env::args().nth(1) {
        Some(token) => check_health(&token).await,
        None => serve().await,
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let api = Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod")?;
    let authorizer = authorizer_fn(|request| async move {
        // A gRPC method is a POST to `/package.Service/Method`.
        let health = "arn:aws:execute-api:*:*:a1b2c3d4e5/prod/POST/grpc.health.v1.Health/*";
        match request.token() {
            Some("allow") => Ok(AuthorizerResponse::allow(health)),
            Some("deny") => Ok(AuthorizerResponse::deny(health)),
            _ => Err(AuthorizerError::unauthorized()),
        }
    });
    let authorizer_layer = LambdaAuthorizerLayer::token(authorizer)
        .api(api)
        .gateway_responses(GatewayResponses::default().grpc());
    let (_reporter, health) = tonic_health::server::health_reporter();
    Server::builder()
        .layer(authorizer_layer)
        .add_service(health)
        .serve_with_incoming(TcpIncoming::from(address::listen().await?))
        .await?;
    Ok(())
}

async fn check_health(token: &str) -> Result<(), Box<dyn Error>> {
    let channel = Endpoint::from_shared(format!("http://{}", address::address()))?
        .connect()
        .await?;
    let token = token.parse()?;
    let mut client =
        HealthClient::with_interceptor(channel, move |mut request: tonic::Request<()>| {
            request
                .metadata_mut()
                .insert("authorization", Clone::clone(&token));
            Ok(request)
        });
    let request = HealthCheckRequest {
        service: String::new(),
    };
    match client.check(request).await {
        Ok(answer) => println!("{:?}", answer.into_inner().status()),
        Err(status) => println!("{:?}: {}", status.code(), status.message()),
    }
    Ok(())
}
