//! The way to a function.

use std::future::Future;

use bytes::Bytes;

use super::InvokeError;

/// Invokes one Lambda function and waits for its answer: the seam between [`LambdaFunction`](super::LambdaFunction)
/// and how a function is reached.
///
/// With the feature `aws-lambda`, `SdkInvoke` does it by the AWS SDK. Another transport is one method:
///
/// ```
/// use bytes::Bytes;
/// use tower_lambda_authorizer::lambda::{Invoke, InvokeError, InvokeErrorKind, Invoked};
///
/// /// A function that can be reached over some connection.
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
/// #     async fn send(&self, event: Bytes) -> std::io::Result<(u16, Bytes)> { Ok((200, event)) }
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot invoke a Lambda function",
    label = "needs to implement `Invoke`",
    note = "with the feature `aws-lambda`, wrap an `aws_sdk_lambda::Client` with `SdkInvoke::new(client, \"name\")`"
)]
pub trait Invoke: Send + Sync + 'static {
    /// Sends the event, which is JSON, and waits for what becomes of it.
    ///
    /// The future is dropped, wherever it stands, when nobody waits for the answer any more.
    ///
    /// # Errors
    ///
    /// Where the function was not invoked, or its answer did not arrive. A function that fails is
    /// [`Invoked::Failed`].
    fn invoke(&self, event: Bytes) -> impl Future<Output = Result<Invoked, InvokeError>> + Send;
}

/// What a function that was invoked has come to.
#[derive(Clone, PartialEq, Eq)]
#[allow(
    clippy::exhaustive_enums,
    reason = "a function returns or fails; a third way would have to be handled"
)]
pub enum Invoked {
    /// It returned this payload.
    Returned(Bytes),
    /// It failed (the answer has the header `X-Amz-Function-Error`), and this payload describes how: JSON with
    /// an `errorMessage` in most cases.
    Failed(Bytes),
}

/// Only the payload's length: it may have credentials.
impl std::fmt::Debug for Invoked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, payload) = match self {
            Self::Returned(payload) => ("Returned", payload),
            Self::Failed(payload) => ("Failed", payload),
        };
        write!(f, "{name}({} bytes)", payload.len())
    }
}
