//! A deployed Lambda function as an authorizer.

use std::fmt;

use bytes::Bytes;

use super::{Invoke, Invoked, failure::Failure};
use crate::authorizer::{Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse};

/// A deployed Lambda function as an authorizer. It receives the event that API Gateway would send.
///
/// With the feature `aws-lambda`, the AWS SDK invokes it:
///
/// ```no_run
/// # #[cfg(feature = "aws-lambda")]
/// # fn function(client: aws_sdk_lambda::Client) -> Result<(), tower_lambda_authorizer::ConfigError> {
/// use tower_lambda_authorizer::{LambdaAuthorizerLayer, lambda::{LambdaFunction, SdkInvoke}};
///
/// // `client` is an ordinary `aws_sdk_lambda::Client`.
/// let function = LambdaFunction::new(SdkInvoke::new(client, "pets-authorizer")?);
/// let layer = LambdaAuthorizerLayer::token(function);
/// # let _ = layer;
/// # Ok(())
/// # }
/// ```
///
/// Any other [`Invoke`] works, too, such as one for a test:
///
/// ```
/// # tokio_test::block_on(async {
/// use axum::{Router, body::Body, routing::get};
/// use bytes::Bytes;
/// use http::{Request, StatusCode};
/// use tower::ServiceExt;
/// use tower_lambda_authorizer::{
///     LambdaAuthorizerLayer,
///     lambda::{Invoke, InvokeError, Invoked, LambdaFunction},
/// };
///
/// struct Refusing;
///
/// impl Invoke for Refusing {
///     async fn invoke(&self, event: Bytes) -> Result<Invoked, InvokeError> {
///         let event: serde_json::Value = serde_json::from_slice(&event).unwrap();
///         assert_eq!(event["authorizationToken"], "who?");
///         Ok(Invoked::Failed(Bytes::from_static(br#"{"errorMessage":"Unauthorized"}"#)))
///     }
/// }
///
/// let app: Router = Router::new()
///     .route("/pets", get(|| async { "a cat and a dog" }))
///     .route_layer(LambdaAuthorizerLayer::token(LambdaFunction::new(Refusing)));
/// let request = Request::get("/pets").header("authorization", "who?").body(Body::empty());
/// let response = app.oneshot(request.unwrap()).await.unwrap();
/// assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
/// # });
/// ```
///
/// The [module](super) describes how failures are answered. The layer caches results, so the function is invoked once
/// per identity and time to live.
#[derive(Clone)]
pub struct LambdaFunction<I> {
    transport: I,
}

impl<I: Invoke> LambdaFunction<I> {
    /// The function that this transport invokes.
    pub const fn new(transport: I) -> Self {
        Self { transport }
    }
}

impl<I: Invoke> Authorizer for LambdaFunction<I> {
    async fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> Result<AuthorizerResponse, AuthorizerError> {
        let event = serde_json::to_vec(&request.to_event())?;
        match self.transport.invoke(Bytes::from(event)).await? {
            Invoked::Returned(payload) => Ok(AuthorizerResponse::from_json(&payload)?),
            Invoked::Failed(payload) => Err(Failure::from_json(&payload).into()),
        }
    }
}

impl<I: fmt::Debug> fmt::Debug for LambdaFunction<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LambdaFunction")
            .field(&self.transport)
            .finish()
    }
}
