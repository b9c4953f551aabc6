//! A function that failed, by what it said of it.

use serde::Deserialize;

use crate::authorizer::{
    AuthorizerError, AuthorizerErrorKind, MAX_RESPONSE_BYTES, bounded, strict_json::object,
};

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
        let mut json = serde_json::Deserializer::from_slice(payload);
        let failure = object(&mut json).and_then(|failure| json.end().map(|()| failure));
        failure.unwrap_or_default()
    }

    fn describe(self) -> String {
        match (
            self.error_message.map(bounded),
            self.error_type.map(bounded),
        ) {
            (Some(message), Some(kind)) => format!("the function failed: {message} ({kind})"),
            (Some(said), None) | (None, Some(said)) => format!("the function failed: {said}"),
            (None, None) => "the function failed and did not say how".to_owned(),
        }
    }
}

impl From<Failure> for AuthorizerError {
    fn from(failure: Failure) -> Self {
        // Only the whole message, so that nothing around it can make it a 401.
        match failure.error_message.as_deref().map(Self::new) {
            Some(error) if error.kind() == AuthorizerErrorKind::Unauthorized => error,
            _ => Self::new(failure.describe()),
        }
    }
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
            // The derive would take the members' values for the members.
            (
                r#"["Unauthorized","x"]"#,
                Failed,
                "the function failed and did not say how",
            ),
            (
                r#"{"errorMessage":"Unauthorized"} x"#,
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
    fn a_message_keeps_a_whole_credential_and_is_bounded() {
        let said = |message: String| {
            let failure = Failure {
                error_message: Some(message),
                error_type: None,
            };
            AuthorizerError::from(failure).to_string()
        };
        let token = "x".repeat(10_240);
        let message = format!("no such token: {token}");
        assert_eq!(
            said(message.clone()),
            format!("the function failed: {message}")
        );
        assert!(said("x".repeat(1_000_000)).len() < 17_000);
    }
}
