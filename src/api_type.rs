//! The types of APIs, and the formats in which an HTTP API asks its authorizer.

use std::fmt;

/// The three types of APIs that API Gateway has, which differ in how they ask an authorizer and in how they
/// answer themselves.
///
/// ```
/// use tower_lambda_authorizer::{ApiType, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
///
/// let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
/// assert_eq!(LambdaAuthorizerLayer::token(authorizer).api_type(), ApiType::Rest);
/// assert_eq!(LambdaAuthorizerLayer::http_api(authorizer).api_type(), ApiType::Http);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[allow(
    clippy::exhaustive_enums,
    reason = "these are API Gateway's; a new one should break who lists them"
)]
pub enum ApiType {
    /// A REST API: CloudFormation's `AWS::ApiGateway::RestApi`.
    #[default]
    Rest,
    /// An HTTP API: `AWS::ApiGatewayV2::Api` with the protocol `HTTP`.
    Http,
    /// A WebSocket API: `AWS::ApiGatewayV2::Api` with the protocol `WEBSOCKET`.
    WebSocket,
}

/// `a REST API`, `an HTTP API`, `a WebSocket API`.
impl fmt::Display for ApiType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rest => "a REST API",
            Self::Http => "an HTTP API",
            Self::WebSocket => "a WebSocket API",
        })
    }
}

/// In which format an HTTP API asks its authorizer, and reads its answer: `authorizerPayloadFormatVersion`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum PayloadFormatVersion {
    /// `1.0`: the event resembles a REST API's, and the context is made strings.
    V1,
    /// `2.0`: the context keeps its types, and an answer may be simple.
    #[default]
    V2,
}

impl PayloadFormatVersion {
    /// As it is written in a configuration: `1.0`, `2.0`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1.0",
            Self::V2 => "2.0",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut versions = [Self::V1, Self::V2].into_iter();
        versions.find(|version| version.as_str() == text)
    }
}

impl fmt::Display for PayloadFormatVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
