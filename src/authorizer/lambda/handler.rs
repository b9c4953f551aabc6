//! The handler of a Lambda function as an authorizer in this process.

use std::{
    any::type_name,
    fmt,
    future::Future,
    marker::PhantomData,
    time::{Duration, SystemTime},
};

use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use serde::{Serialize, de::DeserializeOwned};

use super::{failure::Failure, mismatch::mismatch};
use crate::{
    authorizer::{Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse},
    error::{ConfigError, not_zero},
    request::context::RequestIds,
};

/// The timeout of a REST API's authorizer.
const TIMEOUT: Duration = Duration::from_secs(29);

/// Creates an [`Authorizer`] from a handler that was written for `lambda_runtime`. Pass the handler from
/// `lambda_runtime::run(service_fn(handler))` without changes. It is called in this process.
///
/// ```
/// # tokio_test::block_on(async {
/// use aws_lambda_events::{
///     apigw::{ApiGatewayCustomAuthorizerRequest, ApiGatewayCustomAuthorizerResponse},
///     iam::{IamPolicyEffect, IamPolicyStatement},
/// };
/// use axum::{Router, body::Body, routing::get};
/// use http::{Request, StatusCode};
/// use lambda_runtime::{Error, LambdaEvent};
/// use tower::ServiceExt;
/// use tower_lambda_authorizer::{LambdaAuthorizerLayer, lambda::lambda_handler};
///
/// // The same handler as in the deployed function.
/// async fn handler(
///     event: LambdaEvent<ApiGatewayCustomAuthorizerRequest>,
/// ) -> Result<ApiGatewayCustomAuthorizerResponse, Error> {
///     if event.payload.authorization_token.as_deref() != Some("allow") {
///         return Err("Unauthorized".into());
///     }
///     let mut statement = IamPolicyStatement::default();
///     statement.action = vec!["execute-api:Invoke".into()];
///     statement.effect = IamPolicyEffect::Allow;
///     statement.resource = event.payload.method_arn.into_iter().collect();
///     let mut response = ApiGatewayCustomAuthorizerResponse::default();
///     response.principal_id = Some("user-1".into());
///     response.policy_document.version = Some("2012-10-17".into());
///     response.policy_document.statement = vec![statement];
///     Ok(response)
/// }
///
/// let app: Router = Router::new()
///     .route("/pets", get(|| async { "a cat and a dog" }))
///     .route_layer(LambdaAuthorizerLayer::token(lambda_handler(handler)));
/// for (token, status) in [("allow", StatusCode::OK), ("who?", StatusCode::UNAUTHORIZED)] {
///     let request = Request::get("/pets").header("authorization", token).body(Body::empty());
///     let response = app.clone().oneshot(request.unwrap()).await.unwrap();
///     assert_eq!(response.status(), status);
/// }
/// # });
/// ```
///
/// # The handler's input and output
///
/// - **The event** is the one that API Gateway would send, deserialized as `T`: a type of `aws_lambda_events` or any
///   other. If the event does not fit the type, the client gets 500, as with a deployed function. The reason names the
///   member, but does not show its value.
/// - **The context** has a new request id for each call, and a deadline after
///   [`timeout`](LambdaHandler::timeout). The function's ARN is a placeholder, unless
///   [`context`](LambdaHandler::context) sets one.
/// - **The response** is serialized as the runtime does it, and read by [`AuthorizerResponse::from_json`], which is
///   stricter than the types of `aws_lambda_events`. If their `version` is `None`, it is written as `null`, which is
///   refused.
/// - **The error** may be any type that the runtime accepts, which is any that converts into a `Diagnostic`. If its
///   message is exactly `Unauthorized`, the client gets 401, otherwise 500.
/// - **A panic** is a 500, as with a deployed function.
///
/// To keep state between calls, such as a client or a pool, capture it in a closure, as with the runtime:
/// `lambda_handler(move |event| handler(Arc::clone(&state), event))`.
pub fn lambda_handler<F, T, Fut, R, E>(handler: F) -> LambdaHandler<F, T>
where
    F: Fn(LambdaEvent<T>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, E>> + Send,
    T: DeserializeOwned + Send + 'static,
    R: Serialize + Send,
    E: Into<Diagnostic> + Send,
{
    LambdaHandler {
        handler,
        context: Context::default(),
        timeout: TIMEOUT,
        event: PhantomData,
    }
}

/// The authorizer that [`lambda_handler`] returns.
pub struct LambdaHandler<F, T> {
    handler: F,
    context: Context,
    timeout: Duration,
    event: PhantomData<fn(T)>,
}

impl<F, T> LambdaHandler<F, T> {
    /// Sets the context that the handler receives, such as the function's ARN and its `env_config`. Its request id and
    /// deadline are replaced for each call.
    #[must_use]
    pub fn context(mut self, context: Context) -> Self {
        self.context = context;
        self
    }

    /// Sets the time from the start of a call to the deadline in its context: 29 s by default, as long as the layer of a
    /// REST API waits. It does not end the call; the layer's
    /// [`authorizer_timeout`](crate::LambdaAuthorizerLayer::authorizer_timeout) does.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Zero`] if it is zero.
    pub fn timeout(mut self, timeout: Duration) -> Result<Self, ConfigError> {
        self.timeout = not_zero(
            timeout,
            "timeout",
            "the deadline of each call would have passed",
        )?;
        Ok(self)
    }

    fn context_of(&self, request: &AuthorizerRequest) -> Context {
        let mut context = self.context.clone();
        context.request_id = RequestIds::draw().request_id().to_string();
        context.deadline = milliseconds(since_epoch().saturating_add(self.timeout));
        if context.invoked_function_arn.is_empty() {
            let api = request.api();
            context.invoked_function_arn = format!(
                "arn:{}:lambda:{}:{}:function:placeholder",
                api.partition(),
                api.region(),
                api.account_id()
            );
        }
        context
    }
}

impl<F, T, Fut, R, E> Authorizer for LambdaHandler<F, T>
where
    F: Fn(LambdaEvent<T>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, E>> + Send,
    T: DeserializeOwned + Send + 'static,
    R: Serialize + Send,
    E: Into<Diagnostic> + Send,
{
    async fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> Result<AuthorizerResponse, AuthorizerError> {
        let payload = read(&serde_json::to_vec(&request.to_event())?)?;
        let context = self.context_of(&request);
        match (self.handler)(LambdaEvent::new(payload, context)).await {
            Ok(answer) => Ok(AuthorizerResponse::from_json(&serde_json::to_vec(
                &answer,
            )?)?),
            Err(error) => Err(Failure::from(error.into()).into()),
        }
    }
}

/// Deserializes from text as the runtime does, since some types cannot be read from a `serde_json::Value`.
fn read<T: DeserializeOwned>(event: &[u8]) -> Result<T, AuthorizerError> {
    let mut json = serde_json::Deserializer::from_slice(event);
    serde_path_to_error::deserialize(&mut json)
        .map_err(|error| AuthorizerError::new(mismatch::<T>(&error)))
}

fn since_epoch() -> Duration {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default()
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            error_message: Some(diagnostic.error_message),
            error_type: Some(diagnostic.error_type),
        }
    }
}

impl<F: Clone, T> Clone for LambdaHandler<F, T> {
    fn clone(&self) -> Self {
        Self {
            handler: self.handler.clone(),
            context: self.context.clone(),
            timeout: self.timeout,
            event: PhantomData,
        }
    }
}

impl<F, T> fmt::Debug for LambdaHandler<F, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LambdaHandler")
            .field(&type_name::<F>())
            .finish()
    }
}
