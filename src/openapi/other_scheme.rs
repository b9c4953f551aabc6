//! Security schemes that are no Lambda authorizers.

use serde_json::{Value, json};

/// A security scheme that this crate cannot check.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OtherScheme {
    /// What it is, in words.
    pub(super) kind: String,
    /// As the document has it.
    pub(super) scheme: Value,
}

impl OtherScheme {
    /// API Gateway's own check of IAM credentials.
    pub(super) fn iam(scheme: Value) -> Self {
        Self {
            kind: "IAM authorization (`awsSigv4`)".into(),
            scheme,
        }
    }

    pub(super) fn api_key(scheme: Value) -> Self {
        Self {
            kind: "an API key".into(),
            scheme,
        }
    }

    /// The scheme keeps nothing of a template's own form.
    pub(super) fn jwt_of_a_template() -> Self {
        Self::jwt(json!({
            "type": "oauth2",
            "x-amazon-apigateway-authorizer": {"type": "jwt"},
        }))
    }

    pub(super) fn jwt(scheme: Value) -> Self {
        Self {
            kind: "a JWT authorizer".into(),
            scheme,
        }
    }

    pub(super) fn cognito(scheme: Value) -> Self {
        Self {
            kind: "a Cognito user pool authorizer".into(),
            scheme,
        }
    }
}
