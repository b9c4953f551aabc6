//! Asking the authorizer, with a time limit and without being brought down by a panic.

use std::{any::Any, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;

use super::lambda::InvokeError;
use super::{
    Authorizer, AuthorizerError, AuthorizerErrorKind, AuthorizerRequest, AuthorizerResponse,
};
use crate::decision::DenialReason;

/// One call of the authorizer. Whatever goes wrong is a reason to refuse the request.
pub(crate) async fn invoke<A: Authorizer>(
    authorizer: &A,
    request: AuthorizerRequest,
    limit: Option<Duration>,
) -> Result<AuthorizerResponse, DenialReason> {
    request.facts().witness.asked();
    // All that can run the authorizer's code, the end of its future and of its error included, is in
    // here, so that no panic of theirs gets out.
    let call = async {
        let answer = match limit {
            Some(limit) => {
                let call = async { authorizer.authorize(request).await };
                let answer = tokio::time::timeout(limit, call).await;
                answer.map_err(|_| DenialReason::AuthorizerTimedOut { limit })?
            }
            None => authorizer.authorize(request).await,
        };
        answer.map_err(|error| reason(&error))
    };
    match AssertUnwindSafe(call).catch_unwind().await {
        Ok(answer) => answer,
        Err(panic) => {
            let message = panic_message(&*panic);
            drop_quietly(panic);
            Err(DenialReason::AuthorizerPanicked { message })
        }
    }
}

fn reason(error: &AuthorizerError) -> DenialReason {
    match error.kind() {
        AuthorizerErrorKind::Unauthorized => DenialReason::AuthorizerSaidUnauthorized,
        AuthorizerErrorKind::Failed => match error.downcast_ref::<InvokeError>() {
            Some(not_invoked) => DenialReason::FunctionNotInvoked {
                kind: not_invoked.kind(),
                message: with_causes(error),
            },
            None => DenialReason::AuthorizerFailed {
                message: with_causes(error),
            },
        },
        AuthorizerErrorKind::MalformedResponse => DenialReason::MalformedResponse {
            problem: error.to_string(),
        },
    }
}

fn with_causes(error: &AuthorizerError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("(no message)").to_owned()
}

/// What was thrown may throw again when it is dropped.
pub(crate) fn drop_quietly(panic: Box<dyn Any + Send>) {
    if let Err(panic) = std::panic::catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(panic);
    }
}
