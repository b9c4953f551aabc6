//! Lambda functions as authorizers: deployed ones, and handlers that were written for one.
//!
//! | the authorizer is | and is asked by | feature |
//! |---|---|---|
//! | a deployed function | [`LambdaFunction`] with `SdkInvoke`, over the AWS SDK's client | `aws-lambda` |
//! | a deployed function, reached in another way | [`LambdaFunction`] with an [`Invoke`] of your own | none |
//! | the handler of a function, in this process | `lambda_handler` | `lambda-handler` |
//!
//! All three get the event that API Gateway would send, and their answer is read by
//! [`AuthorizerResponse::from_json`](crate::AuthorizerResponse::from_json), strictly: a statement without an
//! `Effect` is an error here, also where the function's own types would have made an `Allow` of it.
//!
//! # What becomes of a failure
//!
//! | the function | the client gets |
//! |---|---|
//! | fails with an `errorMessage` that is exactly `Unauthorized` | 401 |
//! | fails with anything else, panics, exits, exceeds its own time or size | 500 |
//! | answers what is no answer | 500 |
//! | is throttled, missing, not permitted, not reached, not done in time; its caller's credentials are not accepted | 500 |
//!
//! The [`Denial`](crate::Denial) has the reason. A function has failed if the service says so, whatever word it says it
//! with; the payload of a failure is never taken for an answer.
//!
//! # The layer inside of a function
//!
//! An app with the layer is a function by `lambda_http::run(app)`, which needs nothing of this module. For a REST API
//! `lambda_http` puts the stage in front of the path, unless the function's environment has
//! `AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH`; with the stage there no route matches and no policy fits. An HTTP API's stage with
//! a name is in the path in any case: use `$default`.
//!
//! `lambda_http` puts no peer into a request's extensions, since no client connects to a function: the address is in the event's
//! request context alone. The layer does not know it until [`client_ip`](crate::LambdaAuthorizerLayer::client_ip) reads it
//! there. **Without, `aws:SourceIp` is absent: a `Deny` on an `IpAddress` never applies.**
//!
//! ```
//! use std::net::IpAddr;
//! use http::request::Parts;
//! use lambda_http::{RequestExt, request::RequestContext};
//! use tower_lambda_authorizer::ClientIp;
//!
//! fn source_ip(parts: &Parts) -> Option<IpAddr> {
//!     let address = match parts.request_context_ref()? {
//!         RequestContext::ApiGatewayV1(context) => context.identity.source_ip.as_deref(),
//!         RequestContext::ApiGatewayV2(context) => context.http.source_ip.as_deref(),
//!         _ => None,
//!     };
//!     address?.parse().ok()
//! }
//!
//! // For `LambdaAuthorizerLayer::client_ip`.
//! let client_ip = ClientIp::from_fn(source_ip);
//! # let _ = client_ip;
//! # let event = r#"{"requestContext":{"identity":{"sourceIp":"203.0.113.7"},"httpMethod":"GET"},"httpMethod":"GET","path":"/","headers":{},"isBase64Encoded":false,"resource":"/{proxy+}"}"#;
//! # let (parts, _) = lambda_http::request::from_str(event).unwrap().into_parts();
//! # assert_eq!(source_ip(&parts), Some(IpAddr::from([203, 0, 113, 7])));
//! ```
//!
//! The repository's `examples/lambda_http.rs` is a whole app.

mod failure;
mod function;
#[cfg(feature = "lambda-handler")]
mod handler;
mod invoke;
mod invoke_error;
#[cfg(feature = "lambda-handler")]
mod misfit;
#[cfg(feature = "aws-lambda")]
mod sdk;

#[cfg(feature = "lambda-handler")]
#[cfg_attr(docsrs, doc(cfg(feature = "lambda-handler")))]
pub use self::handler::{LambdaHandler, lambda_handler};
#[cfg(feature = "aws-lambda")]
#[cfg_attr(docsrs, doc(cfg(feature = "aws-lambda")))]
pub use self::sdk::SdkInvoke;
pub use self::{
    function::LambdaFunction,
    invoke::{Invoke, Invoked},
    invoke_error::{InvokeError, InvokeErrorKind},
};
