//! Asking the authorizer, with a time limit and without being brought down by a panic.

use std::{any::Any, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;

use super::{Authorizer, AuthorizerErrorKind, AuthorizerRequest, AuthorizerResponse};
use crate::decision::DenialReason;

/// One call of the authorizer. Whatever goes wrong is a reason to refuse the request.
pub(crate) async fn invoke<A: Authorizer>(
    authorizer: &A,
    request: AuthorizerRequest,
    limit: Option<Duration>,
) -> Result<AuthorizerResponse, DenialReason> {
    // The call, its time limit and their end are inside, so that no panic of theirs gets out.
    let call = async {
        match limit {
            Some(limit) => {
                let call = async { authorizer.authorize(request).await };
                let answer = tokio::time::timeout(limit, call).await;
                answer.map_err(|_| DenialReason::AuthorizerTimedOut { limit })
            }
            None => Ok(authorizer.authorize(request).await),
        }
    };
    let answer = match AssertUnwindSafe(call).catch_unwind().await {
        Ok(answer) => answer?,
        Err(panic) => {
            let message = panic_message(&*panic);
            return Err(DenialReason::AuthorizerPanicked { message });
        }
    };
    answer.map_err(|error| match error.kind() {
        AuthorizerErrorKind::Unauthorized => DenialReason::AuthorizerSaidUnauthorized,
        AuthorizerErrorKind::Failed => DenialReason::AuthorizerFailed {
            message: error.to_string(),
        },
        AuthorizerErrorKind::MalformedResponse => DenialReason::MalformedResponse {
            problem: error.to_string(),
        },
    })
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("(no message)").to_owned()
}
