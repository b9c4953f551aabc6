//! Why a call to the authorizer gave no usable response.

use std::{sync::Arc, time::Duration};

use super::{AnswerProblem, lambda::InvokeErrorKind};
use crate::{
    breaker::Paused,
    contained::{Panicked, deadline::DeadlineError},
};

#[derive(Debug)]
pub(crate) enum CallError {
    /// The authorizer returned `Unauthorized`.
    Unauthorized {
        cause: Option<Arc<str>>,
    },
    Failed {
        message: String,
    },
    NotInvoked {
        kind: InvokeErrorKind,
        message: String,
    },
    Malformed {
        kind: AnswerProblem,
        problem: String,
    },
    Panicked {
        message: String,
    },
    TimedOut {
        limit: Duration,
    },
    /// The circuit breaker is open.
    Paused(Paused),
    /// There is no tokio timer, so the timeout cannot be kept.
    NoTimer,
}

impl From<Panicked> for CallError {
    fn from(panicked: Panicked) -> Self {
        Self::Panicked {
            message: panicked.message,
        }
    }
}

impl From<DeadlineError> for CallError {
    fn from(late: DeadlineError) -> Self {
        match late {
            DeadlineError::TimedOut { limit } => Self::TimedOut { limit },
            DeadlineError::NoTimer => Self::NoTimer,
        }
    }
}

impl From<Paused> for CallError {
    fn from(paused: Paused) -> Self {
        Self::Paused(paused)
    }
}
