//! A function that failed, by what it said of it.

use serde::Deserialize;

use crate::authorizer::{AuthorizerError, MAX_RESPONSE_BYTES};

/// What the payload of a failure may have. Runtimes add more, and what they add differs: stack traces under two
/// names, a request id. A time-out may have no type.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure {
    pub(super) error_message: Option<String>,
    pub(super) error_type: Option<String>,
}

impl Failure {
    /// From a payload. What cannot be read says nothing.
    pub(super) fn from_json(payload: &[u8]) -> Self {
        if payload.len() > MAX_RESPONSE_BYTES {
            return Self::default();
        }
        serde_json::from_slice(payload).unwrap_or_default()
    }

    fn describe(&self) -> String {
        let message = self.error_message.as_deref().map(shortened);
        let kind = self.error_type.as_deref().map(shortened);
        match (message, kind) {
            (Some(message), Some(kind)) => format!("the function failed: {message} ({kind})"),
            (Some(said), None) | (None, Some(said)) => format!("the function failed: {said}"),
            (None, None) => "the function failed and did not say how".to_owned(),
        }
    }
}

impl From<Failure> for AuthorizerError {
    fn from(failure: Failure) -> Self {
        // Only the whole message, so that nothing around it can make it a 401.
        let plain = failure.error_message.as_deref().map(Self::new);
        match plain {
            Some(error) if error.kind() == Self::unauthorized().kind() => error,
            _ => Self::new(failure.describe()),
        }
    }
}

/// What others say, up to a length that a log can take.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 500;
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AuthorizerErrorKind::{Failed, Unauthorized};

    #[test]
    fn only_the_message_counts_and_only_the_bare_word_is_a_401() {
        for (payload, kind, text) in [
            (
                r#"{"errorType":"string","errorMessage":"Unauthorized","trace":[]}"#,
                Unauthorized,
                "Unauthorized",
            ),
            (
                r#"{"errorMessage":"Unauthorized","errorType":"Exception","requestId":"1","stackTrace":["  File"]}"#,
                Unauthorized,
                "Unauthorized",
            ),
            (
                r#"{"errorMessage":"Unauthorized: expired","errorType":"Error"}"#,
                Failed,
                "the function failed: Unauthorized: expired (Error)",
            ),
            (
                r#"{"errorType":"Unauthorized"}"#,
                Failed,
                "the function failed: Unauthorized",
            ),
            (
                r#"{"errorMessage":"Task timed out after 3.00 seconds"}"#,
                Failed,
                "the function failed: Task timed out after 3.00 seconds",
            ),
            (
                r#"{"errorMessage":["Unauthorized"]}"#,
                Failed,
                "the function failed and did not say how",
            ),
            (
                r#""Unauthorized""#,
                Failed,
                "the function failed and did not say how",
            ),
            (
                "Unauthorized",
                Failed,
                "the function failed and did not say how",
            ),
        ] {
            let error = AuthorizerError::from(Failure::from_json(payload.as_bytes()));
            assert_eq!(error.kind(), kind, "{payload}");
            assert_eq!(error.to_string(), text, "{payload}");
        }
    }

    #[test]
    fn a_long_message_is_cut() {
        let failure = Failure {
            error_message: Some("x".repeat(1_000_000)),
            error_type: None,
        };
        assert!(AuthorizerError::from(failure).to_string().len() < 600);
    }
}
