//! An error that Lambda itself reports, because the function cannot.

use serde_json::json;
use tower_lambda_authorizer::lambda::Invoked;

/// The error of a function, in Lambda's format.
pub(super) fn failure(kind: &str, problem: &str) -> Invoked {
    let payload = json!({"errorType": kind, "errorMessage": problem});
    Invoked::Failed(payload.to_string().into())
}
