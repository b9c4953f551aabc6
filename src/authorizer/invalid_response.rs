//! The error for JSON that is not an authorizer's response.

use thiserror::Error;

use super::{AnswerProblem, AuthorizerErrorKind, MalformedAnswer, error::kind_of};

/// The error of [`AuthorizerResponse::from_json`](crate::AuthorizerResponse::from_json): the JSON is not a response, or it
/// says that the function failed.
///
/// It implements [`std::error::Error`], so `?` converts it into any error. In an authorizer, `?` converts it into an
/// [`AuthorizerError`](crate::AuthorizerError) of the same [kind](Self::kind) with the same message:
///
/// ```
/// use tower_lambda_authorizer::{
///     AuthorizerError, AuthorizerErrorKind, AuthorizerResponse, InvalidResponse,
/// };
///
/// fn read(answer: &[u8]) -> Result<AuthorizerResponse, AuthorizerError> {
///     Ok(AuthorizerResponse::from_json(answer)?)
/// }
/// let answer = br#"{"policyDocument": {"Statement": [{"Effect": "allow"}]}}"#;
/// let error = read(answer).unwrap_err();
/// assert_eq!(error.kind(), AuthorizerErrorKind::MalformedResponse);
///
/// let invalid: InvalidResponse = AuthorizerResponse::from_json(answer).unwrap_err();
/// assert_eq!(invalid.to_string(), error.to_string());
/// assert_eq!(invalid.place(), Some("policyDocument.Statement[0].Effect"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(transparent)]
pub struct InvalidResponse(Invalid);

#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum Invalid {
    /// The text is not a response.
    #[error("{}", answer.problem)]
    Malformed {
        answer: MalformedAnswer,
        place: Option<String>,
    },
    /// The text has the message of a function that failed.
    #[error("{message}")]
    FunctionFailed { message: String },
}

impl InvalidResponse {
    pub(super) fn malformed(answer: impl Into<MalformedAnswer>) -> Self {
        Self(Invalid::Malformed {
            answer: answer.into(),
            place: None,
        })
    }

    /// Names the member that is wrong.
    pub(super) fn at(self, place: Option<&str>) -> Self {
        match self.0 {
            Invalid::Malformed { answer, .. } => Self(Invalid::Malformed {
                answer,
                place: place.map(str::to_owned),
            }),
            failed @ Invalid::FunctionFailed { .. } => Self(failed),
        }
    }

    pub(super) fn function_failed(message: String) -> Self {
        Self(Invalid::FunctionFailed { message })
    }

    /// What it means for the client if an authorizer fails with it. As on API Gateway, a function that fails with exactly
    /// `Unauthorized` says that the caller is not authenticated.
    #[must_use]
    pub fn kind(&self) -> AuthorizerErrorKind {
        match &self.0 {
            Invalid::Malformed { .. } => AuthorizerErrorKind::MalformedResponse,
            Invalid::FunctionFailed { message } => kind_of(message),
        }
    }

    /// What is wrong with the response, as far as it is recognised. `None` if it says that the function failed.
    #[must_use]
    pub fn problem(&self) -> Option<AnswerProblem> {
        match &self.0 {
            Invalid::Malformed { answer, .. } => Some(answer.kind),
            Invalid::FunctionFailed { .. } => None,
        }
    }

    /// The path of the member that is wrong, such as `policyDocument.Statement[2].Effect`, if it is known. The message
    /// contains it, too.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        match &self.0 {
            Invalid::Malformed { place, .. } => place.as_deref(),
            Invalid::FunctionFailed { .. } => None,
        }
    }
}
