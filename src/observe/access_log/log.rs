//! The access log that an application builds and gives to a layer.

use std::{
    io::Write,
    sync::{Mutex, PoisonError},
};

use super::{line::Line, log_format::LogFormat};
use crate::{
    error::ConfigError,
    observe::{Decision, Observer},
};

/// An access log with a format string of API Gateway.
///
/// It writes one line for each decision of a layer. Choose the output with [`to_writer`](Self::to_writer) or
/// [`to_fn`](Self::to_fn), and give the result to
/// [`LambdaAuthorizerLayer::observe`](crate::LambdaAuthorizerLayer::observe). Put it into an [`Arc`](std::sync::Arc) if
/// several layers write into one log.
///
/// ```
/// # tokio_test::block_on(async {
/// use std::sync::mpsc::channel;
///
/// use axum::{Router, body::Body, routing::get};
/// use http::Request;
/// use tower::ServiceExt;
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
/// use tower_lambda_authorizer::observing::AccessLog;
///
/// let (log, lines) = channel();
/// let access_log = AccessLog::json(
///     r#"{"path":"$context.path","user":"$context.authorizer.principalId","status":$context.status}"#,
/// )?
/// .to_fn(move |line: &str| log.send(line.to_owned()).unwrap());
///
/// let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*").with_principal_id("ann")) });
/// let layer = LambdaAuthorizerLayer::token(authorizer).observe(access_log);
/// let app: Router = Router::new().route("/pets", get("a cat")).route_layer(layer);
///
/// let request = || Request::get("/pets?size=small");
/// let with_token = request().header("authorization", "t").body(Body::empty()).unwrap();
/// app.clone().oneshot(with_token).await.unwrap();
/// app.oneshot(request().body(Body::empty()).unwrap()).await.unwrap();
/// assert_eq!(
///     lines.try_iter().collect::<Vec<_>>(),
///     [
///         r#"{"path":"/local/pets","user":"ann","status":null}"#,
///         r#"{"path":"/local/pets","user":"-","status":401}"#,
///     ]
/// );
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// # }).unwrap();
/// ```
///
/// # Variables
///
/// All variables that API Gateway documents for access logs are accepted. As there, a variable without a value is
/// written as `-`.
///
/// | `$context.` | Value |
/// |---|---|
/// | `requestId`, `extendedRequestId`, `requestTime`, `requestTimeEpoch` | the ids and the time of the request |
/// | `httpMethod`, `path`, `protocol`, `domainName`, `domainPrefix` | the request. `path` contains the stage on REST APIs, and never the query |
/// | `resourcePath`, `routeKey` | the resource, even if the result was cached |
/// | `identity.sourceIp`, `identity.userAgent` | the client. `identity.userAgent` is `-` if it is an identity source |
/// | `accountId`, `apiId`, `stage` | the layer's [`Api`](crate::Api) |
/// | `authorizer.principalId`, `authorizer.KEY` | what the authorizer said about the caller. A `KEY` may have letters, digits, `_`, `-` and `.`. It is an error if it looks like a misspelt `principalId`, `latency`, `integrationLatency` or `integrationStatus` |
/// | `authorizer.latency`, `authorizer.integrationLatency` | how long the authorizer took, in milliseconds, if this request called it. With a shared tier, this includes the time to ask the tier and to store the result |
/// | `authorizer.status`, `authorizer.integrationStatus` | 200 if there is a usable result, cached or not; 401 if the authorizer returned `Unauthorized`; 500 if it failed |
/// | `authorizer.error` | why the authorizer failed, without the request's credentials |
/// | `authorize.status`, `authorize.error` | 200 if the result allows the request, otherwise 403 and the reason |
/// | `error.message`, `error.messageString`, `error.responseType`, `responseType` | the gateway response. `responseType` is `error.responseType`. In shadow, it is what the client would have received |
/// | `status` | the status of the gateway response |
/// | `integration.*`, `responseLatency`, `responseLength`, `waf.*` and others | `-`: only API Gateway has these values |
///
/// A decision is logged before the service answers. So **`status` is `-` if the request reaches the service**. A layer for
/// logs around the service, such as `tower_http::trace`, knows that status.
///
/// # Escaping
///
/// A value cannot end its field or its line, and control characters are always escaped.
///
/// - JSON: as in JSON strings. A variable outside of quotes is a number or a Boolean if its value is one, `null` if there
///   is no value, and otherwise a string. API Gateway writes such a variable as it is, which may not be JSON.
/// - CSV: as in RFC 4180. A field with a comma, a space or a quote gets quotes, and quotes in it are doubled. A value that
///   begins with `=`, `+`, `-` or `@` is not changed. A spreadsheet may run it as a formula, so import the columns as text.
/// - XML: with entities and character references. Characters that XML does not allow become U+FFFD.
/// - CLF: quotes and brackets get a backslash or become `\u005b`. Outside of quotes and brackets, a space is `\u0020`.
///
/// In CLF and CSV, a backslash is doubled and control characters are written as in JSON.
#[derive(Debug, Clone)]
#[must_use = "an access log does nothing until it has an output and is given to a layer"]
pub struct AccessLog(Line);

impl AccessLog {
    /// Creates an access log in JSON. The format string may have line breaks, which become spaces.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::AccessLog`] if a variable is unknown, if the format does not make valid JSON, or if a
    /// name has a variable in it.
    pub fn json(format: &str) -> Result<Self, ConfigError> {
        Self::new(LogFormat::Json, format)
    }

    /// Creates an access log in the common log format. The format string is one line.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::AccessLog`] if a variable is unknown, if the format has several lines, or if a quote or a
    /// bracket is not closed.
    pub fn clf(format: &str) -> Result<Self, ConfigError> {
        Self::new(LogFormat::Clf, format)
    }

    /// Creates an access log in CSV. The format string is one line. A field with a variable and other text gets quotes.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::AccessLog`] if a variable is unknown, if the format has several lines, or if only a part of a
    /// field is in quotes.
    pub fn csv(format: &str) -> Result<Self, ConfigError> {
        Self::new(LogFormat::Csv, format)
    }

    /// Creates an access log in XML. The format string may have line breaks, which become spaces.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::AccessLog`] if a variable is unknown, if one is neither in text nor in the quotes of an
    /// attribute, or if the tags do not match.
    pub fn xml(format: &str) -> Result<Self, ConfigError> {
        Self::new(LogFormat::Xml, format)
    }

    /// Creates an access log from a format string, with lines in this format.
    ///
    /// ```
    /// use tower_lambda_authorizer::observing::{AccessLog, LogFormat};
    ///
    /// let error = AccessLog::new(LogFormat::Clf, "$context.identity.sourceip").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the CLF access log format cannot be used: `$context.identity.sourceip` is not a variable of access logs; \
    ///      the most similar one is `$context.identity.sourceIp`"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::AccessLog`] as the function for the format does.
    pub fn new(log_format: LogFormat, format: &str) -> Result<Self, ConfigError> {
        let line = Line::parse(log_format, format);
        let line = line.map_err(|problem| ConfigError::AccessLog {
            format: log_format.as_str(),
            problem,
        })?;
        Ok(Self(line))
    }

    /// Writes each line, with a line break, to a writer. A line is one call of [`Write::write_all`].
    ///
    /// The log does not flush the writer, and it ignores the writer's errors, because a full disk must not change
    /// decisions. To notice them, use [`to_fn`](Self::to_fn).
    ///
    /// A lock is held while a line is written. So use a writer that does not block, for example the one of the crate
    /// `tracing-appender`, which writes in a thread of its own:
    ///
    /// ```text
    /// let file = tracing_appender::rolling::daily("/var/log/pets", "access.log");
    /// let (writer, _guard) = tracing_appender::non_blocking(file); // keep the guard until the program ends
    /// let layer = layer.observe(AccessLog::json(FORMAT)?.to_writer(writer));
    /// ```
    ///
    /// ```
    /// use std::fs::{self, File};
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer, observing::AccessLog, testing::{Harness, MockAuthorizer},
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let path = std::env::temp_dir().join(format!("access-{}.log", std::process::id()));
    /// let access_log = AccessLog::clf(r#""$context.httpMethod $context.path" $context.status"#)?;
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing())
    ///     .observe(access_log.to_writer(File::create(&path)?));
    ///
    /// Harness::new(layer).get("/pets").send().await.assert_unauthorized();
    /// assert_eq!(fs::read_to_string(&path)?, "\"GET /local/pets\" 401\n");
    /// # fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn to_writer(self, writer: impl Write + Send + 'static) -> impl Observer {
        let writer = Mutex::new(writer);
        Output {
            line: self.0,
            write: move |line: &mut String| {
                line.push('\n');
                // A writer that has panicked still gets the next line.
                let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = writer.write_all(line.as_bytes());
            },
        }
    }

    /// Calls a function with each line, without a line break.
    pub fn to_fn(self, write: impl Fn(&str) + Send + Sync + 'static) -> impl Observer {
        Output {
            line: self.0,
            write: move |line: &mut String| write(line),
        }
    }
}

struct Output<W> {
    line: Line,
    write: W,
}

impl<W: Fn(&mut String) + Send + Sync + 'static> Observer for Output<W> {
    fn decided(&self, decision: &Decision<'_>) {
        (self.write)(&mut self.line.render(decision));
    }
}
