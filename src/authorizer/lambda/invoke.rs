//! The transport between the layer and a Lambda function.

use std::future::Future;

use bytes::Bytes;

use super::InvokeError;

/// Invokes a Lambda function and waits for its response: the transport of a [`LambdaFunction`](super::LambdaFunction).
///
/// With the feature `aws-lambda`, `SdkInvoke` invokes it with the AWS SDK. Another transport implements one method:
///
/// ```
/// use bytes::Bytes;
/// use tower_lambda_authorizer::{
///     LambdaAuthorizerLayer,
///     lambda::{Invoke, InvokeError, InvokeErrorKind, Invoked, LambdaFunction},
/// };
///
/// /// A function behind a connection of the application.
/// struct Tunnel;
///
/// impl Invoke for Tunnel {
///     async fn invoke(&self, event: Bytes) -> Result<Invoked, InvokeError> {
///         match self.send(event).await {
///             Ok((200, payload)) => Ok(Invoked::Returned(payload)),
///             Ok((_, payload)) => Ok(Invoked::Failed(payload)),
///             Err(error) => Err(InvokeError::new(InvokeErrorKind::Unreachable, error)),
///         }
///     }
/// }
/// # impl Tunnel {
/// #     async fn send(&self, _: Bytes) -> std::io::Result<(u16, Bytes)> {
/// #         let policy = r#"{"policyDocument": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}"#;
/// #         Ok((200, policy.into()))
/// #     }
/// # }
///
/// # tokio_test::block_on(async {
/// let layer = LambdaAuthorizerLayer::token(LambdaFunction::new(Tunnel));
/// let request = http::Request::get("/pets").header("authorization", "t").body(())?;
/// assert!(layer.explain(request).await.is_allowed());
/// # Ok::<(), http::Error>(())
/// # }).unwrap();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot invoke a Lambda function",
    label = "needs to implement `Invoke`",
    note = "with the feature `aws-lambda`, wrap an `aws_sdk_lambda::Client` with `SdkInvoke::new(client, \"name\")`"
)]
pub trait Invoke: Send + Sync + 'static {
    /// Sends the event, which is JSON, and waits for the function to return or fail.
    ///
    /// The future is dropped before it completes if no request waits for it any more.
    ///
    /// # Errors
    ///
    /// Returns an error if the function was not invoked, or its response did not arrive. If the function itself failed,
    /// return [`Invoked::Failed`].
    fn invoke(&self, event: Bytes) -> impl Future<Output = Result<Invoked, InvokeError>> + Send;
}

/// The result of an invocation.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invoked {
    /// The function returned this payload.
    Returned(Bytes),
    /// The function failed: the response has the header `X-Amz-Function-Error`. The payload describes the error, usually
    /// as JSON with an `errorMessage`.
    Failed(Bytes),
}

/// Shows only the length of the payload, which may contain credentials.
impl std::fmt::Debug for Invoked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, payload) = match self {
            Self::Returned(payload) => ("Returned", payload),
            Self::Failed(payload) => ("Failed", payload),
        };
        write!(f, "{name}({} bytes)", payload.len())
    }
}
