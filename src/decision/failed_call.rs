//! The reason for a refusal if the authorizer's call failed.

use super::DenialReason;
use crate::{authorizer::CallError, breaker::Paused, contained::Panicked};

impl From<CallError> for DenialReason {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Unauthorized { cause } => Self::AuthorizerSaidUnauthorized { cause },
            CallError::Failed { message } => Self::AuthorizerFailed { message },
            CallError::NotInvoked { kind, message } => Self::FunctionNotInvoked { kind, message },
            CallError::Malformed { kind, problem } => Self::MalformedResponse { kind, problem },
            CallError::Panicked { message } => Self::AuthorizerPanicked { message },
            CallError::TimedOut { limit } => Self::AuthorizerTimedOut { limit },
            CallError::NoTimer => Self::NoTimer,
            CallError::Paused(Paused {
                failures,
                remaining,
            }) => Self::AuthorizerPaused {
                failures,
                remaining,
            },
        }
    }
}

impl From<Panicked> for DenialReason {
    fn from(panicked: Panicked) -> Self {
        CallError::from(panicked).into()
    }
}
