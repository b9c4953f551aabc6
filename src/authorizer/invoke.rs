//! Calls the authorizer with a time limit, and catches its panics.

use std::{iter::successors, pin::pin};

use super::{
    AnswerProblem, Authorizer, AuthorizerError, AuthorizerErrorKind, AuthorizerRequest,
    AuthorizerResponse,
};
use super::{MalformedAnswer, call_error::CallError, lambda::InvokeError};
use crate::contained::{Contained, contain, drop_contained, time_limit::TimeLimit};

/// A limit is needed, since an error can return itself as its source.
const MAX_CAUSES: usize = 32;

/// Calls the authorizer once. Every failure is a reason to refuse the request.
pub(crate) async fn invoke<A: Authorizer>(
    authorizer: &A,
    request: AuthorizerRequest,
    limit: Option<TimeLimit>,
) -> Result<AuthorizerResponse, CallError> {
    request.facts().witness.asked();
    let call = contain(|| authorizer.authorize(request))?;
    let mut call = pin!(Contained::new(call));
    let answered = match limit {
        None => call.as_mut().await,
        Some(limit) => match limit.race(call.as_mut()).await {
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
        AuthorizerErrorKind::Unauthorized => CallError::Unauthorized,
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
                .map_or(AnswerProblem::Other, |MalformedAnswer { kind, .. }| *kind),
            problem: error.to_string(),
        },
    }
}

fn with_causes(error: &AuthorizerError) -> String {
    let causes = successors(error.source(), |cause| cause.source());
    let mut text = error.to_string();
    for cause in causes.take(MAX_CAUSES) {
        text.push_str(": ");
        text.push_str(&cause.to_string());
    }
    text
}
