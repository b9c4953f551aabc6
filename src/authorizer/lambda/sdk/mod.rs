//! The way to a function by the AWS SDK.

mod name;
mod outcome;

use std::{fmt, time::Duration};

use aws_sdk_lambda::{
    Client, config,
    config::{retry::RetryConfig, timeout::TimeoutConfig},
    primitives::Blob,
};
use bytes::Bytes;

use self::name::{FunctionName, Qualifier};
use super::{Invoke, InvokeError, Invoked};
use crate::error::ConfigError;

/// Invokes a function by the AWS SDK's client, which the application builds: region, credentials, endpoint, HTTP client
/// and TLS are the client's.
///
/// # Retries and time limits
///
/// These are not the client's but this transport's own, for each call: the SDK's defaults (three attempts, up to a
/// second between them, no limit for the whole) let a request wait for an authorizer without end.
///
/// | | here | an SDK client without settings |
/// |---|---|---|
/// | [`attempts`](Self::attempts) | 2, the second after at most 50 ms | 3, the second after at most 1 s |
/// | [`time_limit`](Self::time_limit) of all attempts together | 10 s, which is what an HTTP API gives an authorizer | none |
/// | [`connect_time_limit`](Self::connect_time_limit) | 1 s | 3.1 s |
///
/// A client's limits for reading and for one attempt are switched off.
///
/// A second attempt is made where the SDK makes one: for a connection that was not made or broke, a throttled
/// function, a status of 500 to 504. A function that failed or that is slow is not invoked again. In an outage the SDK's
/// token bucket, which all calls of a client share, ends the retries.
///
/// The layer's own [`authorizer_timeout`](crate::LambdaAuthorizerLayer::authorizer_timeout) goes on top.
///
/// # Permission
///
/// The client's credentials need `lambda:InvokeFunction` for the function. The permission that API Gateway has (the
/// function's resource policy for `apigateway.amazonaws.com`, or the authorizer's role) is not theirs.
///
/// ```
/// use std::time::Duration;
/// use aws_sdk_lambda::{Client, config::{BehaviorVersion, Credentials, Region}};
/// use tower_lambda_authorizer::lambda::SdkInvoke;
///
/// // As `aws_config::load_defaults` would have it.
/// let config = aws_sdk_lambda::Config::builder()
///     .behavior_version(BehaviorVersion::latest())
///     .region(Region::new("eu-west-1"))
///     .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret", None, None, "example"))
/// #   .http_client(aws_smithy_http_client::Builder::new().build_http())
///     .build();
/// let invoke = SdkInvoke::new(Client::from_conf(config), "pets-authorizer")?
///     .qualifier("live")?
///     .attempts(1)?
///     .time_limit(Duration::from_secs(3))?;
/// assert_eq!(format!("{invoke:?}"), r#"SdkInvoke("pets-authorizer", "live")"#);
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct SdkInvoke {
    client: Client,
    function: FunctionName,
    qualifier: Option<Qualifier>,
    attempts: u32,
    time_limit: Duration,
    connect_time_limit: Duration,
}

const ATTEMPTS: u32 = 2;
const LONGEST_FIRST_BACKOFF: Duration = Duration::from_millis(50);
const TIME_LIMIT: Duration = Duration::from_secs(10);
const CONNECT_TIME_LIMIT: Duration = Duration::from_secs(1);

impl SdkInvoke {
    /// The function of this name: `pets-authorizer`, `pets-authorizer:live`, a partial or a whole ARN.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Function`] where the text cannot be a function's name or ARN.
    pub fn new(client: Client, function: impl Into<String>) -> Result<Self, ConfigError> {
        Ok(Self {
            client,
            function: FunctionName::parse(function.into())?,
            qualifier: None,
            attempts: ATTEMPTS,
            time_limit: TIME_LIMIT,
            connect_time_limit: CONNECT_TIME_LIMIT,
        })
    }

    /// Invokes this version or alias; by default the newest code, `$LATEST`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Function`] where the text cannot be a version or an alias.
    pub fn qualifier(mut self, qualifier: impl Into<String>) -> Result<Self, ConfigError> {
        self.qualifier = Some(Qualifier::parse(qualifier.into())?);
        Ok(self)
    }

    /// How often an invocation is tried at most, the first time included.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Attempts`] if it is zero.
    pub fn attempts(mut self, attempts: u32) -> Result<Self, ConfigError> {
        if attempts == 0 {
            return Err(ConfigError::Attempts);
        }
        self.attempts = attempts;
        Ok(self)
    }

    /// How long an invocation may take, all attempts and all waiting in between together.
    ///
    /// # Errors
    ///
    /// [`ConfigError::AuthorizerTimeout`] if it is zero.
    pub fn time_limit(mut self, limit: Duration) -> Result<Self, ConfigError> {
        self.time_limit = not_zero(limit)?;
        Ok(self)
    }

    /// How long it may take to connect, for each attempt.
    ///
    /// # Errors
    ///
    /// [`ConfigError::AuthorizerTimeout`] if it is zero.
    pub fn connect_time_limit(mut self, limit: Duration) -> Result<Self, ConfigError> {
        self.connect_time_limit = not_zero(limit)?;
        Ok(self)
    }

    /// What a call has of its own instead of the client's settings. A limit that is left unset here would be the
    /// client's, and an attempt that the client's ended would be repeated: a slow function would be invoked twice.
    fn settings(&self) -> config::Builder {
        let retries = RetryConfig::standard()
            .with_max_attempts(self.attempts)
            .with_initial_backoff(LONGEST_FIRST_BACKOFF);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(self.connect_time_limit)
            .operation_timeout(self.time_limit)
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
        match call.send().await {
            Ok(output) => Ok(outcome::invoked(output)),
            Err(error) => outcome::not_invoked(error),
        }
    }
}

fn not_zero(limit: Duration) -> Result<Duration, ConfigError> {
    if limit.is_zero() {
        return Err(ConfigError::AuthorizerTimeout);
    }
    Ok(limit)
}

/// Only what is invoked: the client has credentials.
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
