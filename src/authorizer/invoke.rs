//! Calls the authorizer with a timeout, and catches its panics.

use std::{error::Error, iter::successors, pin::pin, sync::Arc};

use super::{
    AnswerProblem, Authorizer, AuthorizerError, AuthorizerErrorKind, AuthorizerRequest,
    AuthorizerResponse, InvalidResponse, bounded::bounded, call_error::CallError,
    lambda::InvokeError,
};
use crate::contained::{Contained, Panicked, contain, deadline::Deadline, drop_contained};

/// A limit is needed, since an error can return itself as its source.
const MAX_CAUSES: usize = 32;

/// Calls the authorizer once. Every failure is a reason to refuse the request.
pub(crate) async fn invoke<A: Authorizer>(
    authorizer: &A,
    request: AuthorizerRequest,
    deadline: Option<Deadline>,
) -> Result<AuthorizerResponse, CallError> {
    request.facts().witness.asked();
    let mut call = pin!(Contained::default());
    contain(|| call.as_mut().begin(|| authorizer.authorize(request)))?;
    let answered = match deadline {
        None => call.as_mut().await,
        Some(deadline) => match deadline.race(call.as_mut()).await {
            Ok(answered) => answered,
            Err(late) => {
                call.end()?;
                return Err(late.into());
            }
        },
    };
    answered?.map_err(failure)
}

/// Reads and drops the error. Both run the application's code, which may panic.
fn failure(error: AuthorizerError) -> CallError {
    let reason = contain(|| reason(&error));
    let _ = drop_contained(error);
    reason.unwrap_or_else(CallError::from)
}

fn reason(error: &AuthorizerError) -> CallError {
    match error.kind() {
        AuthorizerErrorKind::Unauthorized => CallError::Unauthorized {
            cause: cause(error),
        },
        AuthorizerErrorKind::Failed => match error.downcast_ref::<InvokeError>() {
            Some(not_invoked) => CallError::NotInvoked {
                kind: not_invoked.kind(),
                message: with_causes(error),
            },
            None => CallError::Failed {
                message: with_causes(error),
            },
        },
        AuthorizerErrorKind::MalformedResponse => CallError::Malformed {
            kind: error
                .downcast_ref()
                .and_then(InvalidResponse::problem)
                .unwrap_or(AnswerProblem::Other),
            problem: with_causes(error),
        },
    }
}

/// The cause of a 401. If it panics when it is shown, the answer is still a 401: a failure could be answered with an
/// earlier result, and that might allow the request.
fn cause(error: &AuthorizerError) -> Option<Arc<str>> {
    let text = contain(|| {
        let cause = error.source()?;
        Some(chain(cause.to_string(), cause.source()))
    });
    let panicked = |panicked: Panicked| Some(format!("the cause panicked: {}", panicked.message));
    text.unwrap_or_else(panicked)
        .map(|text| bounded(text).into())
}

fn with_causes(error: &AuthorizerError) -> String {
    chain(error.to_string(), error.source())
}

/// The text, followed by the sources.
fn chain(mut text: String, source: Option<&(dyn Error + 'static)>) -> String {
    let causes = successors(source, |cause| (**cause).source());
    for cause in causes.take(MAX_CAUSES) {
        text.push_str(": ");
        text.push_str(&cause.to_string());
    }
    text
}
