//! Lambda functions as authorizers: deployed functions, and handlers that run in this process.
//!
//! | authorizer | type | feature |
//! |---|---|---|
//! | a deployed function, invoked with the AWS SDK | [`LambdaFunction`] with `SdkInvoke` | `aws-lambda` |
//! | a deployed function, invoked in another way | [`LambdaFunction`] with your own [`Invoke`] | none |
//! | the handler of a function, in this process | `lambda_handler` | `lambda-handler` |
//!
//! All three receive the event that API Gateway would send.
//! [`AuthorizerResponse::from_json`](crate::AuthorizerResponse::from_json) reads their response strictly: a statement
//! without an `Effect` is an error, even if the function's own types make it an `Allow`.
//!
//! # Failures
//!
//! | the function | the client gets |
//! |---|---|
//! | fails with an `errorMessage` that is exactly `Unauthorized` | 401 |
//! | fails with any other error, panics, exits, or exceeds its time, memory or response size | 500 |
//! | returns a response that cannot be used | 500 |
//! | is throttled, does not exist, cannot be reached or does not respond in time | 500 |
//! | may not be invoked with the client's credentials | 500 |
//!
//! The [`Denial`](crate::Denial) has the reason. A function has failed if the response of AWS Lambda has the header
//! `X-Amz-Function-Error`, with any value. The payload of a failure is never used as a response.
//!
//! # Traces
//!
//! The event of a REQUEST authorizer contains the client's headers, also `traceparent` and `X-Amzn-Trace-Id`. The event
//! of a TOKEN authorizer does not. With the feature `tracing`, a call to the authorizer is a span, and an invocation is
//! sent in it. To continue its trace in a deployed function, give `SdkInvoke::trace_header` a function that gets the
//! current span from your tracer. A request that uses a cached result, or the call of another request, invokes nothing
//! and has no such span.
//!
//! # The layer inside a function
//!
//! To run an app with the layer as a function, call `lambda_http::run(app)`. It needs nothing from this module.
//!
//! For a REST API, `lambda_http` puts the stage before the path, so that no route and no policy matches. Set
//! `AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH` in the function's environment to prevent that. For an HTTP API, use the stage
//! `$default`, since the name of any other stage is always part of the path.
//!
//! No client connects to a function, so `lambda_http` has no peer address for the request's extensions. The client's
//! address is in the event's request context only. Read it with
//! [`client_ip`](crate::LambdaAuthorizerLayer::client_ip). **Otherwise `aws:SourceIp` is
//! [unknown](crate::LambdaAuthorizerLayer#keys-that-are-not-known): every `Deny` on it applies, and no `Allow`.**
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
//! `examples/lambda_http.rs` in the repository is a complete app.

mod failure;
mod function;
#[cfg(feature = "lambda-handler")]
mod handler;
mod invoke;
mod invoke_error;
#[cfg(feature = "lambda-handler")]
mod mismatch;
#[cfg(feature = "aws-lambda")]
mod sdk;
mod trace_header;

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
    trace_header::TraceHeader,
};
