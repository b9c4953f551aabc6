//! The error that a failed function described in its payload.

use serde::Deserialize;

use crate::authorizer::{
    AuthorizerError, AuthorizerErrorKind, MAX_RESPONSE_BYTES, bounded, strict_json::object,
};

/// The members that all runtimes use. Some runtimes add a request id, and a stack trace under one of two names. A
/// timeout may have no type.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure {
    pub(super) error_message: Option<String>,
    pub(super) error_type: Option<String>,
}

impl Failure {
    /// Reads a payload. One that cannot be read describes nothing.
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
            (None, None) => "the function failed and did not say why".to_owned(),
        }
    }
}

impl From<Failure> for AuthorizerError {
    fn from(failure: Failure) -> Self {
        // Compare the whole message, so that no other text can make it a 401.
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
    fn only_a_message_that_is_exactly_unauthorized_is_a_401() {
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
                "the function failed and did not say why",
            ),
            // serde's derive alone would accept a list of the members' values.
            (
                r#"["Unauthorized","x"]"#,
                Failed,
                "the function failed and did not say why",
            ),
            (
                r#"{"errorMessage":"Unauthorized"} x"#,
                Failed,
                "the function failed and did not say why",
            ),
            (
                r#""Unauthorized""#,
                Failed,
                "the function failed and did not say why",
            ),
            (
                "Unauthorized",
                Failed,
                "the function failed and did not say why",
            ),
        ] {
            let error = AuthorizerError::from(Failure::from_json(payload.as_bytes()));
            assert_eq!(error.kind(), kind, "{payload}");
            assert_eq!(error.to_string(), text, "{payload}");
        }
    }

    #[test]
    fn a_long_message_is_cut_but_a_credential_is_not() {
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
