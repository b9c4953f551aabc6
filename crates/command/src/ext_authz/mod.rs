//! `ext-authz`: Envoy's external authorization.
//!
//! ```text
//! Envoy ── grpc.rs ── no_errors.rs ── checks.rs ── original/ ──► the client's request
//!                                         │                            │
//!                       undecided.rs ◄────┤                          guard ── allowed.rs
//!                             │           │                            │
//!                             └───────────┴──────── answer.rs ◄────────┘
//! ```

mod allowed;
mod answer;
mod checks;
mod deadline;
mod grpc;
mod health;
mod metadata;
mod no_errors;
mod original;
mod undecided;
mod untrusted;

use self::{checks::Checks, grpc::Grpc, no_errors::NoErrors};
use crate::{Answer, cli::ExtAuthz, failure::Failure, server};

/// The method that Envoy calls.
const CHECK: &str = "/envoy.service.auth.v3.Authorization/Check";

/// The method by which Envoy and Kubernetes find out whether the server answers.
const HEALTH: &str = "/grpc.health.v1.Health/Check";

pub(crate) async fn serve(arguments: &ExtAuthz) -> Result<Answer, Failure> {
    let started = server::start(&arguments.server, "grpc").await?;
    let trusted_proxies = &arguments.server.live.trusted_proxies;
    let checks = Checks::new(started.live.clone(), trusted_proxies);
    let service = Grpc::new(NoErrors::new(checks), health::service().await);
    server::serve(started.listener, service, started.end).await;
    Ok(Answer::Yes)
}
