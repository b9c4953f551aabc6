//! The transport that uses the AWS SDK.

mod name;
mod outcome;

use std::{fmt, sync::Arc, time::Duration};

use aws_sdk_lambda::{
    Client, config,
    config::{retry::RetryConfig, timeout::TimeoutConfig},
    primitives::Blob,
};
use bytes::Bytes;

use self::name::{FunctionName, Qualifier};
use super::{Invoke, InvokeError, Invoked, TraceHeader};
use crate::error::{ConfigError, not_zero};

/// What a limit of zero would do.
const NEVER_INVOKED: &str = "no invocation would succeed";

/// Invokes a function with a client of the AWS SDK, which the application builds. The client determines the region, the
/// credentials, the endpoint, the HTTP client and TLS.
///
/// # Retries and timeouts
///
/// This transport sets its own retries and timeouts for each call instead of using the client's. The SDK's defaults
/// (three attempts, up to a second between them, no total limit) can let a request wait for its authorizer forever.
///
/// | | `SdkInvoke` | default of an SDK client |
/// |---|---|---|
/// | [`attempts`](Self::attempts) | 2, the second after at most 50 ms | 3, the second after at most 1 s |
/// | [`timeout`](Self::timeout) for all attempts | 10 s, the limit of an HTTP API's authorizer | none |
/// | [`connect_timeout`](Self::connect_timeout) | 1 s | 3.1 s |
///
/// The client's limits for reading and for a single attempt do not apply.
///
/// The SDK decides whether to retry: after a failed or broken connection, if the function is throttled, and for the
/// status codes 500 to 504. A function that fails or is slow is not invoked again. In an outage, the SDK's token bucket
/// stops the retries of all calls of a client.
///
/// The layer's [`authorizer_timeout`](crate::LambdaAuthorizerLayer::authorizer_timeout) also applies.
///
/// # Permission
///
/// The client's credentials need the permission `lambda:InvokeFunction` for the function. The permission of API Gateway
/// (the function's resource policy for `apigateway.amazonaws.com`, or the authorizer's role) does not apply to them.
///
/// ```
/// use std::time::Duration;
/// use aws_sdk_lambda::{Client, config::{BehaviorVersion, Credentials, Region}};
/// use tower_lambda_authorizer::lambda::SdkInvoke;
///
/// // In an application, `aws_config::load_defaults` loads the configuration.
/// let config = aws_sdk_lambda::Config::builder()
///     .behavior_version(BehaviorVersion::latest())
///     .region(Region::new("eu-west-1"))
///     .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret", None, None, "example"))
/// #   .http_client(aws_smithy_http_client::Builder::new().build_http())
///     .build();
/// let invoke = SdkInvoke::new(Client::from_conf(config), "pets-authorizer")?
///     .qualifier("live")?
///     .attempts(1)?
///     .timeout(Duration::from_secs(3))?;
/// assert_eq!(format!("{invoke:?}"), r#"SdkInvoke("pets-authorizer", "live")"#);
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct SdkInvoke {
    client: Client,
    function: FunctionName,
    qualifier: Option<Qualifier>,
    attempts: u32,
    timeout: Duration,
    connect_timeout: Duration,
    trace_header: Option<Arc<dyn Fn() -> Option<TraceHeader> + Send + Sync>>,
}

const ATTEMPTS: u32 = 2;
const MAX_FIRST_BACKOFF: Duration = Duration::from_millis(50);
const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

impl SdkInvoke {
    /// Invokes the function with this name or ARN: `pets-authorizer`, `pets-authorizer:live`, a partial or a full ARN.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Function`] if `function` is not the name or ARN of a function.
    pub fn new(client: Client, function: impl Into<String>) -> Result<Self, ConfigError> {
        Ok(Self {
            client,
            function: FunctionName::parse(function.into())?,
            qualifier: None,
            attempts: ATTEMPTS,
            timeout: TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            trace_header: None,
        })
    }

    /// Invokes this version or alias. The default is `$LATEST`, the newest code.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Function`] if `qualifier` is not a version or an alias.
    pub fn qualifier(mut self, qualifier: impl Into<String>) -> Result<Self, ConfigError> {
        self.qualifier = Some(Qualifier::parse(qualifier.into())?);
        Ok(self)
    }

    /// Sets how often an invocation is attempted at most, including the first attempt.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Zero`] if it is zero.
    pub fn attempts(mut self, attempts: u32) -> Result<Self, ConfigError> {
        self.attempts = not_zero(attempts, "attempts", NEVER_INVOKED)?;
        Ok(self)
    }

    /// Sets the timeout of an invocation, including all attempts and the time between them.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Zero`] if it is zero.
    pub fn timeout(mut self, timeout: Duration) -> Result<Self, ConfigError> {
        self.timeout = not_zero(timeout, "timeout", NEVER_INVOKED)?;
        Ok(self)
    }

    /// Sets the timeout of connecting, for each attempt.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Zero`] if it is zero.
    pub fn connect_timeout(mut self, timeout: Duration) -> Result<Self, ConfigError> {
        self.connect_timeout = not_zero(timeout, "connect_timeout", NEVER_INVOKED)?;
        Ok(self)
    }

    /// Sets the header `X-Amzn-Trace-Id` of each invocation, so that the function continues the caller's trace. API Gateway
    /// sends it if X-Ray is active for the stage.
    ///
    /// The function is called before each invocation. With the feature `tracing` of this crate, the current span is
    /// then that of the authorizer's call. If you set no function, or if it returns `None`, the SDK decides: it sends
    /// the header only if this process is itself a Lambda function. The client's own header is not forwarded, because
    /// otherwise clients would decide which requests are sampled.
    ///
    /// ```no_run
    /// use tower_lambda_authorizer::lambda::{SdkInvoke, TraceHeader};
    ///
    /// /// What the application's tracer says about the current span, for example a propagator of OpenTelemetry.
    /// fn traceparent() -> Option<String> {
    ///     // …
    /// #   None
    /// }
    ///
    /// fn traced(invoke: SdkInvoke) -> SdkInvoke {
    ///     invoke.trace_header(|| TraceHeader::from_traceparent(&traceparent()?))
    /// }
    /// # let _ = traced;
    /// ```
    #[must_use]
    pub fn trace_header(
        mut self,
        header: impl Fn() -> Option<TraceHeader> + Send + Sync + 'static,
    ) -> Self {
        self.trace_header = Some(Arc::new(header));
        self
    }

    /// The settings that replace the client's. All limits are set, since the SDK retries an attempt that exceeds a limit
    /// of the client, and would invoke a slow function twice.
    fn settings(&self) -> config::Builder {
        let retries = RetryConfig::standard()
            .with_max_attempts(self.attempts)
            .with_initial_backoff(MAX_FIRST_BACKOFF);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(self.connect_timeout)
            .operation_timeout(self.timeout)
            .disable_read_timeout()
            .disable_operation_attempt_timeout()
            .build();
        config::Builder::default()
            .retry_config(retries)
            .timeout_config(timeouts)
    }
}

impl Invoke for SdkInvoke {
    async fn invoke(&self, event: Bytes) -> Result<Invoked, InvokeError> {
        let call = self
            .client
            .invoke()
            .function_name(self.function.as_str())
            .set_qualifier(self.qualifier.as_ref().map(Qualifier::to_string))
            .payload(Blob::new(event))
            .customize()
            .config_override(self.settings());
        let call = match self.trace_header.as_ref().and_then(|header| header()) {
            Some(header) => call.mutate_request(move |request| {
                let headers = request.headers_mut();
                headers.insert("x-amzn-trace-id", header.to_string());
            }),
            None => call,
        };
        match call.send().await {
            Ok(output) => Ok(outcome::invoked(output)),
            Err(error) => outcome::not_invoked(error),
        }
    }
}

/// Shows only the function, since the client has credentials.
impl fmt::Debug for SdkInvoke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = f.debug_tuple("SdkInvoke");
        tuple.field(&self.function.as_str());
        if let Some(qualifier) = &self.qualifier {
            tuple.field(&qualifier.as_str());
        }
        tuple.finish()
    }
}
