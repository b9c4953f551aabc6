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
mod metadata;
mod no_errors;
mod original;
mod undecided;

use self::{checks::Checks, grpc::Grpc, no_errors::NoErrors};
use crate::{Answer, cli::ExtAuthz, failure::Failure, server};

/// The method that Envoy calls.
const CHECK: &str = "/envoy.service.auth.v3.Authorization/Check";

pub(crate) async fn serve(arguments: &ExtAuthz) -> Result<Answer, Failure> {
    let started = server::start(&arguments.server, "grpc").await?;
    let checks = Checks::new(started.live.clone());
    let end = server::signal()?;
    server::serve(started.listener, Grpc::new(NoErrors::new(checks)), end).await;
    Ok(Answer::Yes)
}
