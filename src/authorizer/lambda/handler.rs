//! The handler of a function, in this process.

use std::{
    any::type_name,
    fmt,
    future::Future,
    marker::PhantomData,
    time::{Duration, SystemTime},
};

use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use serde::{Serialize, de::DeserializeOwned};

use super::{failure::Failure, misfit::misfit};
use crate::{
    authorizer::{Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse},
    request::context::RequestIds,
};

/// How long an authorizer of a REST API may take.
const TIME_LIMIT: Duration = Duration::from_secs(29);

/// Makes an [`Authorizer`] of a handler that was written for `lambda_runtime`: what stands in
/// `lambda_runtime::run(service_fn(handler))` goes in here, unchanged, and is called in this process.
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
/// // As it is deployed.
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
/// # What the handler gets and gives
///
/// - **Its event** is what API Gateway would send, read as `T`: `aws_lambda_events`' types or any other that serde can
///   read. One that does not fit is a 500, as it is in the function; the reason says where, and shows no value.
/// - **Its context** has a request id of its own for each call, a deadline [`time_limit`](LambdaHandler::time_limit)
///   from now, and a placeholder for the function's ARN, unless [`context`](LambdaHandler::context) sets another.
/// - **Its answer** is written as JSON, as the runtime does, and read by [`AuthorizerResponse::from_json`], which is stricter
///   than `aws_lambda_events`' types. A `version` that is left `None` there is written as `null`, which is refused.
/// - **Its error** is whatever the runtime takes, which is what can become a `Diagnostic`. If its message is exactly
///   `Unauthorized`, the client gets 401, otherwise 500.
/// - **A panic** is a 500, as it is in the function.
///
/// A handler that stays between calls (a client, a pool) is captured by a closure, as with the runtime:
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
        time_limit: TIME_LIMIT,
        event: PhantomData,
    }
}

/// The authorizer that [`lambda_handler`] makes.
pub struct LambdaHandler<F, T> {
    handler: F,
    context: Context,
    time_limit: Duration,
    event: PhantomData<fn(T)>,
}

impl<F, T> LambdaHandler<F, T> {
    /// What the handler sees in every context, such as the function's ARN and its `env_config`. Request id and deadline are
    /// those of the call nevertheless.
    #[must_use]
    pub fn context(mut self, context: Context) -> Self {
        self.context = context;
        self
    }

    /// How far away a call's deadline is, for handlers that look at it: 29 s by default, as long as the layer of a REST API waits. It ends
    /// no call; that is the layer's
    /// [`authorizer_timeout`](crate::LambdaAuthorizerLayer::authorizer_timeout).
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    fn context_of(&self, request: &AuthorizerRequest) -> Context {
        let mut context = self.context.clone();
        context.request_id = RequestIds::draw().request_id.to_string();
        context.deadline = milliseconds(since_epoch().saturating_add(self.time_limit));
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
            Ok(answer) => AuthorizerResponse::from_json(&serde_json::to_vec(&answer)?),
            Err(error) => Err(Failure::from(error.into()).into()),
        }
    }
}

/// The runtime reads the text, too: not every type can be read from a tree of values.
fn read<T: DeserializeOwned>(event: &[u8]) -> Result<T, AuthorizerError> {
    let mut json = serde_json::Deserializer::from_slice(event);
    serde_path_to_error::deserialize(&mut json)
        .map_err(|error| AuthorizerError::new(misfit::<T>(&error)))
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
            time_limit: self.time_limit,
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
