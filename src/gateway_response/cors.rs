//! CORS: what lets the script of another origin read a gateway response.

use http::{HeaderMap, HeaderValue, header};

use crate::error::ConfigError;

/// Which origins' scripts may read gateway responses. Without it a browser hides the 401 and reports a CORS
/// error in its place.
///
/// ```
/// use tower_lambda_authorizer::{Cors, GatewayResponses};
///
/// let app = Cors::origins(["https://app.example"])?.allow_credentials()?;
/// let responses = GatewayResponses::default().cors(app);
/// # let _ = responses;
/// assert!(Cors::origins(["app.example"]).is_err());
/// assert!(Cors::any().allow_credentials().is_err());
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
///
/// This is about gateway responses only. For those of the service behind, and for preflights, put a CORS
/// layer such as tower-http's around this one; it takes the place of what is set here. On API Gateway the
/// same is done with header mappings on `DEFAULT_4XX` and `DEFAULT_5XX`, which cannot answer by the origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    origins: Origins,
    credentials: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Origins {
    Any,
    These(Vec<HeaderValue>),
}

/// What a script may want to read besides the body.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "x-amzn-RequestId, x-amzn-ErrorType, x-amz-apigw-id, WWW-Authenticate, Retry-After",
);

impl Cors {
    /// Every origin: `Access-Control-Allow-Origin: *`.
    #[must_use]
    pub fn any() -> Self {
        Self {
            origins: Origins::Any,
            credentials: false,
        }
    }

    /// These origins, such as `https://app.example` or `http://localhost:3000`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ResponseHeader`] where a text is no origin: a scheme and a host, perhaps a port,
    /// without a path.
    pub fn origins<O: AsRef<str>>(
        origins: impl IntoIterator<Item = O>,
    ) -> Result<Self, ConfigError> {
        let origins = origins
            .into_iter()
            .map(|origin| parse_origin(origin.as_ref()));
        Ok(Self {
            origins: Origins::These(origins.collect::<Result<_, _>>()?),
            credentials: false,
        })
    }

    /// Lets scripts read responses to requests that they made with cookies or other credentials of the
    /// browser's.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ResponseHeader`] for [`any`](Self::any) origin: browsers do not accept that.
    pub fn allow_credentials(mut self) -> Result<Self, ConfigError> {
        if self.origins == Origins::Any {
            return Err(ConfigError::ResponseHeader {
                header: "Access-Control-Allow-Origin",
                value: "*".to_owned(),
                allowed: "with credentials, browsers accept named origins only",
            });
        }
        self.credentials = true;
        Ok(self)
    }

    /// Does not touch an origin that a header mapping has set.
    pub(super) fn apply(&self, headers: &mut HeaderMap, request: &HeaderMap) {
        if headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
            return;
        }
        let allowed = match &self.origins {
            Origins::Any => Some(HeaderValue::from_static("*")),
            Origins::These(origins) => {
                headers.append(header::VARY, HeaderValue::from_static("Origin"));
                let origin = request.get(header::ORIGIN);
                origin.filter(|origin| origins.contains(origin)).cloned()
            }
        };
        let Some(allowed) = allowed else { return };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        if self.credentials {
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
        }
    }
}

fn parse_origin(origin: &str) -> Result<HeaderValue, ConfigError> {
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let is_origin = authority.is_some_and(|authority| {
        let uri = origin.parse::<http::Uri>();
        let host = uri.is_ok_and(|uri| uri.host().is_some_and(|host| !host.is_empty()));
        host && !authority.contains(['/', '?', '#', '@', '*'])
    });
    let value = HeaderValue::from_str(origin).ok().filter(|_| is_origin);
    value.ok_or_else(|| ConfigError::ResponseHeader {
        header: "Access-Control-Allow-Origin",
        value: origin.to_owned(),
        allowed: "an origin is a scheme and a host, perhaps a port, such as `https://app.example`",
    })
}
