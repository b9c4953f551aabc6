//! A TOKEN authorizer in front of a gRPC server.
//!
//! The service is the standard health check, so that nothing has to be generated.
//!
//! ```console
//! $ cargo run --example tonic
//! listening on http://127.0.0.1:3000
//! ```
//!
//! The same program is the client; its argument is the token:
//!
//! ```console
//! $ cargo run --example tonic -- allow
//! Serving
//! $ cargo run --example tonic -- deny
//! PermissionDenied: denied by policy
//! $ cargo run --example tonic -- who?
//! Unauthenticated: no valid credentials
//! $ cargo run --example tonic -- ''
//! Unauthenticated: no valid credentials
//! ```
//!
//! A refusal is an HTTP answer with a JSON body, and tonic's client would take that body for a message
//! and report `Internal`. So a layer around the authorizer's turns each [`Denial`] into a gRPC status.

use std::{env, error::Error};

use http::Response;
use tonic::{
    Code, Status,
    body::Body,
    transport::{Endpoint, Server, server::TcpIncoming},
};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tower::util::MapResponseLayer;
use tower_lambda_authorizer::{
    Api, AuthorizerError, AuthorizerResponse, Denial, LambdaAuthorizerLayer, ResponseBody,
    ResponseType, authorizer_fn,
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
    let (_reporter, health) = tonic_health::server::health_reporter();
    Server::builder()
        .layer(MapResponseLayer::new(denial_as_grpc_status))
        .layer(LambdaAuthorizerLayer::token(authorizer).api(api))
        .add_service(health)
        .serve_with_incoming(TcpIncoming::from(address::listen().await?))
        .await?;
    Ok(())
}

fn denial_as_grpc_status(response: Response<ResponseBody<Body>>) -> Response<ResponseBody<Body>> {
    let Some(denial) = response.extensions().get::<Denial>() else {
        return response;
    };
    let status = match denial.response_type() {
        ResponseType::Unauthorized => Status::unauthenticated("no valid credentials"),
        ResponseType::AccessDenied => Status::permission_denied("denied by policy"),
        ResponseType::Default4xx => Status::invalid_argument("a path that cannot be authorized"),
        _ => Status::new(Code::Internal, "the authorizer is broken"),
    };
    status.into_http()
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
