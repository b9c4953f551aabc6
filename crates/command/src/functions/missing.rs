//! An authorizer without a function.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tower_lambda_authorizer::{
    AuthorizerError, BoxAuthorizer, authorizer_fn, openapi::FunctionDefinition,
};

use crate::failure::Failure;

/// It refuses each request, and says which option is missing.
#[derive(Clone)]
pub(super) struct Missing {
    reason: Arc<str>,
    was_called: Arc<AtomicBool>,
}

impl Missing {
    pub(super) fn new(authorizer: &str) -> Self {
        let reason = match authorizer {
            "" => "the authorizer has no function; say who answers for it with `--function TARGET`, such as \
                   `--function auth/app.handler` for `handler` in `auth/app.py`"
                .to_owned(),
            name => format!(
                "the authorizer `{name}` has no function; say who answers for it with `--function {name}=TARGET`, such as \
                 `--function {name}=auth/app.handler` for `handler` in `auth/app.py`"
            ),
        };
        Self::because(reason)
    }

    /// The template has a function that cannot be run here.
    pub(super) fn unusable(authorizer: &str, function: &FunctionDefinition, reason: &str) -> Self {
        Self::because(format!(
            "the function `{}` of the authorizer `{authorizer}` cannot be run: {reason}, or say who answers instead with \
             `--function {authorizer}=TARGET`",
            function.logical_id()
        ))
    }

    fn because(reason: String) -> Self {
        Self {
            reason: reason.into(),
            was_called: Arc::default(),
        }
    }

    pub(super) fn authorizer(&self) -> BoxAuthorizer {
        let Self { reason, was_called } = self.clone();
        BoxAuthorizer::new(authorizer_fn(move |_| {
            was_called.store(true, Ordering::Relaxed);
            let error = AuthorizerError::new(&*reason);
            async move { Err(error) }
        }))
    }

    /// Whether it was never called.
    pub(super) fn check_answered(&self) -> Result<(), Failure> {
        if self.was_called.load(Ordering::Relaxed) {
            Err(Failure::new(&self.reason))
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}
