//! A Lambda authorizer in a document.

use std::time::Duration;

use serde_json::Value;

use super::function_target::FunctionTarget;
use crate::{api_type::ApiType, layer::config::AuthorizerConfig};

/// A Lambda authorizer as the document describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthorizerDefinition {
    pub(super) kind: AuthorizerType,
    /// The header of a TOKEN authorizer, from its security scheme.
    pub(super) header: Option<String>,
    pub(super) identity_source: Option<String>,
    pub(super) identity_validation_expression: Option<String>,
    /// In seconds.
    pub(super) result_ttl: Option<u64>,
    pub(super) payload_format_version: Option<String>,
    pub(super) enable_simple_responses: Option<bool>,
    /// `x-amazon-apigateway-authtype`.
    pub(super) auth_type: Option<String>,
    /// The Lambda function and how to call it. This crate only writes them back.
    pub(super) uri: Option<Value>,
    /// The function that the document names.
    pub(super) function: FunctionTarget,
    pub(super) credentials: Option<Value>,
}

/// The two types of Lambda authorizers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthorizerType {
    /// It receives one header.
    Token,
    /// It receives the whole request.
    Request,
}

impl AuthorizerDefinition {
    pub(super) fn new(kind: AuthorizerType) -> Self {
        Self {
            kind,
            header: None,
            identity_source: None,
            identity_validation_expression: None,
            result_ttl: None,
            payload_format_version: None,
            enable_simple_responses: None,
            auth_type: None,
            uri: None,
            function: FunctionTarget::default(),
            credentials: None,
        }
    }

    /// Without the Lambda function and how to call it, which do not matter to this crate.
    pub(super) fn settings(&self) -> Self {
        Self {
            uri: None,
            function: FunctionTarget::default(),
            credentials: None,
            ..self.clone()
        }
    }

    /// TOKEN or REQUEST.
    #[must_use]
    pub fn authorizer_type(&self) -> AuthorizerType {
        self.kind
    }

    /// The identity sources, separated by commas. If a TOKEN authorizer names no source, its source is the header of
    /// its security scheme.
    #[must_use]
    pub fn identity_source(&self) -> Option<String> {
        let header = self
            .header
            .as_ref()
            .filter(|_| self.kind == AuthorizerType::Token);
        let of_header = header.map(|header| format!("method.request.header.{header}"));
        self.identity_source.clone().or(of_header)
    }

    /// The identity validation expression.
    #[must_use]
    pub fn identity_validation_expression(&self) -> Option<&str> {
        self.identity_validation_expression.as_deref()
    }

    /// How long results may be cached, if the document says so.
    #[must_use]
    pub fn result_ttl(&self) -> Option<Duration> {
        self.result_ttl.map(Duration::from_secs)
    }

    /// The payload format of an HTTP API's authorizer: `1.0` or `2.0`.
    #[must_use]
    pub fn payload_format_version(&self) -> Option<&str> {
        self.payload_format_version.as_deref()
    }

    /// Whether an HTTP API's authorizer answers with `isAuthorized`, if the document says so.
    #[must_use]
    pub fn enable_simple_responses(&self) -> Option<bool> {
        self.enable_simple_responses
    }

    /// The name or the ARN of the Lambda function, if the document has it as text: in an `authorizerUri`, in SAM's
    /// `FunctionArn`. A reference to a function of the same template is not text;
    /// [`function_of`](super::ApiDefinition::function_of) follows it.
    ///
    /// ```
    /// use tower_lambda_authorizer::openapi::ApiDefinition;
    ///
    /// let definition = ApiDefinition::from_openapi(r#"
    /// openapi: 3.0.1
    /// paths: {}
    /// components:
    ///   securitySchemes:
    ///     tokens:
    ///       type: apiKey
    ///       name: Authorization
    ///       in: header
    ///       x-amazon-apigateway-authorizer:
    ///         type: token
    ///         authorizerUri: arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:pets-authorizer/invocations
    /// "#)?;
    /// let (_, authorizer) = definition.authorizers().next().unwrap();
    /// assert_eq!(
    ///     authorizer.function_name(),
    ///     Some("arn:aws:lambda:eu-west-1:123456789012:function:pets-authorizer")
    /// );
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    #[must_use]
    pub fn function_name(&self) -> Option<&str> {
        self.function.literal()
    }

    pub(super) fn config(&self, api_type: ApiType) -> AuthorizerConfig {
        AuthorizerConfig::new(
            self.kind.as_str(),
            self.identity_source(),
            self.identity_validation_expression.clone(),
            self.result_ttl,
        )
        .with_http_settings(
            self.payload_format_version.clone(),
            self.enable_simple_responses,
        )
        .for_api_type(api_type)
    }
}

impl AuthorizerType {
    /// The name in API Gateway's configuration: `TOKEN`, `REQUEST`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "TOKEN",
            Self::Request => "REQUEST",
        }
    }
}
