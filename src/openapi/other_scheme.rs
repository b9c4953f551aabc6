//! Security schemes that are not Lambda authorizers.

use serde_json::{Value, json};

/// A security scheme that this crate cannot check.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OtherScheme {
    /// A description.
    pub(super) kind: String,
    pub(super) is_api_key: bool,
    /// As written in the document.
    pub(super) scheme: Value,
}

impl OtherScheme {
    pub(super) fn new(kind: String, scheme: Value) -> Self {
        Self {
            kind,
            is_api_key: false,
            scheme,
        }
    }

    /// API Gateway's own check of IAM credentials.
    pub(super) fn iam(scheme: Value) -> Self {
        Self::new("IAM authorization (`awsSigv4`)".into(), scheme)
    }

    pub(super) fn api_key(scheme: Value) -> Self {
        Self {
            is_api_key: true,
            ..Self::new("an API key".into(), scheme)
        }
    }

    /// A user pool authorizer of a template. The scheme keeps nothing of the template's own form.
    pub(super) fn cognito_of_a_template() -> Self {
        Self::cognito(json!({
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools"},
        }))
    }

    /// A JWT authorizer of a template. The scheme keeps nothing of the template's own form.
    pub(super) fn jwt_of_a_template() -> Self {
        Self::jwt(json!({
            "type": "oauth2",
            "x-amazon-apigateway-authorizer": {"type": "jwt"},
        }))
    }

    /// A scheme that is used and not defined.
    pub(super) fn undefined() -> Self {
        Self::new("not defined in the document".into(), Value::Null)
    }

    pub(super) fn is_undefined(&self) -> bool {
        self.scheme.is_null()
    }

    pub(super) fn jwt(scheme: Value) -> Self {
        Self::new("a JWT authorizer".into(), scheme)
    }

    pub(super) fn cognito(scheme: Value) -> Self {
        Self::new("a Cognito user pool authorizer".into(), scheme)
    }
}
