//! The types of APIs, and the payload formats of an HTTP API's authorizer.

use std::fmt;

use crate::names::names;

/// The three types of APIs that API Gateway has.
///
/// They differ in how they call an authorizer, which answers they accept, and which responses they create themselves.
///
/// ```
/// use tower_lambda_authorizer::{ApiType, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
///
/// let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
/// assert_eq!(LambdaAuthorizerLayer::token(authorizer).api_type(), ApiType::Rest);
/// assert_eq!(LambdaAuthorizerLayer::http_api(authorizer).api_type(), ApiType::Http);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ApiType {
    /// A REST API: CloudFormation's `AWS::ApiGateway::RestApi`.
    #[default]
    Rest,
    /// An HTTP API: `AWS::ApiGatewayV2::Api` with the protocol `HTTP`.
    Http,
    /// A WebSocket API: `AWS::ApiGatewayV2::Api` with the protocol `WEBSOCKET`.
    WebSocket,
}

/// Writes `a REST API`, `an HTTP API` or `a WebSocket API`.
impl fmt::Display for ApiType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rest => "a REST API",
            Self::Http => "an HTTP API",
            Self::WebSocket => "a WebSocket API",
        })
    }
}

/// The format of the event that an HTTP API sends to its authorizer, and of the answer
/// (`authorizerPayloadFormatVersion`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum PayloadFormatVersion {
    /// `1.0`: the event resembles a REST API's, and the values of the context become strings.
    V1,
    /// `2.0`: the values of the context keep their types, and an answer may be simple (`isAuthorized`).
    #[default]
    V2,
}

impl PayloadFormatVersion {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut versions = [Self::V1, Self::V2].into_iter();
        versions.find(|version| version.as_str() == text)
    }
}

names! {
    /// The version as a configuration contains it: `1.0` or `2.0`.
    PayloadFormatVersion {
        V1 "1.0",
        V2 "2.0",
    }
}
