//! CORS: lets scripts of other origins read gateway responses.

use http::{HeaderMap, HeaderName, HeaderValue, header, uri::Authority};

use crate::error::ConfigError;

/// The origins whose scripts may read gateway responses.
///
/// Without it, a browser hides a 401 from the script and reports a CORS error instead.
///
/// ```
/// use tower_lambda_authorizer::gateway_responses::{Cors, GatewayResponses};
///
/// let app = Cors::origins(["https://app.example"])?.allow_credentials()?;
/// let responses = GatewayResponses::default().cors(app);
/// # let _ = responses;
/// assert!(Cors::origins(["app.example"]).is_err());
/// assert!(Cors::any().allow_credentials().is_err());
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
///
/// This applies to gateway responses only. For the responses of the service and for preflights, put a CORS layer such as
/// tower-http's around this layer; its headers replace the ones set here. On API Gateway, header mappings on
/// `DEFAULT_4XX` and `DEFAULT_5XX` do the same, but cannot depend on the request's origin.
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

/// The headers that scripts may read, besides the mapped ones.
const EXPOSED: &str = "x-amzn-RequestId, x-amzn-ErrorType, x-amz-apigw-id, apigw-requestid, WWW-Authenticate, Retry-After";

impl Cors {
    /// Allows every origin: `Access-Control-Allow-Origin: *`.
    #[must_use]
    pub fn any() -> Self {
        Self {
            origins: Origins::Any,
            credentials: false,
        }
    }

    /// Allows these origins, such as `https://app.example` or `http://localhost:3000`.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::ResponseHeader`] if a text is not an origin, or if there is no origin. An origin is a
    /// scheme and a host, optionally with a port, and has no path.
    pub fn origins<O: AsRef<str>>(
        origins: impl IntoIterator<Item = O>,
    ) -> Result<Self, ConfigError> {
        let origins = origins
            .into_iter()
            .map(|origin| parse_origin(origin.as_ref()));
        let origins = origins.collect::<Result<Vec<_>, _>>()?;
        if origins.is_empty() {
            return Err(ConfigError::ResponseHeader {
                header: "Access-Control-Allow-Origin",
                value: String::new(),
                allowed: "name at least one origin, or leave CORS out",
            });
        }
        Ok(Self {
            origins: Origins::These(origins),
            credentials: false,
        })
    }

    /// Also lets scripts read responses to requests with cookies or other credentials of the browser.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::ResponseHeader`] for [`any`](Self::any) origin, because browsers do not accept that.
    pub fn allow_credentials(mut self) -> Result<Self, ConfigError> {
        if self.origins == Origins::Any {
            return Err(ConfigError::ResponseHeader {
                header: "Access-Control-Allow-Origin",
                value: "*".to_owned(),
                allowed: "browsers accept credentials only with named origins",
            });
        }
        self.credentials = true;
        Ok(self)
    }

    /// Sets the headers, unless a header mapping has set them.
    pub(super) fn apply<'n>(
        &self,
        headers: &mut HeaderMap,
        request: &HeaderMap,
        mapped: impl Iterator<Item = &'n HeaderName>,
    ) {
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
        headers
            .entry(header::ACCESS_CONTROL_EXPOSE_HEADERS)
            .or_insert_with(|| exposed(mapped));
        if self.credentials {
            headers
                .entry(header::ACCESS_CONTROL_ALLOW_CREDENTIALS)
                .or_insert(HeaderValue::from_static("true"));
        }
    }
}

fn exposed<'n>(mapped: impl Iterator<Item = &'n HeaderName>) -> HeaderValue {
    let mut names = EXPOSED.to_owned();
    for name in mapped {
        let mut listed = names.split(", ");
        if !listed.any(|it| it.eq_ignore_ascii_case(name.as_str())) {
            names.push_str(", ");
            names.push_str(name.as_str());
        }
    }
    HeaderValue::try_from(names).unwrap_or(HeaderValue::from_static(EXPOSED))
}

/// The origin as a browser writes it: in lower case and without the default port of the scheme.
fn parse_origin(origin: &str) -> Result<HeaderValue, ConfigError> {
    let refused = || ConfigError::ResponseHeader {
        header: "Access-Control-Allow-Origin",
        value: origin.to_owned(),
        allowed: match origin {
            "*" => "to allow every origin, use `Cors::any`",
            _ => {
                "an origin is a scheme and a host, optionally with a port, such as `https://app.example`, without a \
                 slash at the end"
            }
        },
    };
    let (scheme, authority) = origin.split_once("://").ok_or_else(refused)?;
    if authority.contains(['/', '?', '#', '@', '*']) {
        return Err(refused());
    }
    let authority: Authority = authority.parse().map_err(|_| refused())?;
    let scheme = scheme.to_ascii_lowercase();
    let host = authority.host().to_ascii_lowercase();
    let has_port = authority.as_str().len() > authority.host().len();
    let written = match (scheme.as_str(), authority.port_u16()) {
        _ if host.is_empty() => return Err(refused()),
        ("http", Some(80)) | ("https", Some(443)) => format!("{scheme}://{host}"),
        (_, Some(port)) => format!("{scheme}://{host}:{port}"),
        (_, None) if has_port => return Err(refused()),
        (_, None) => format!("{scheme}://{host}"),
    };
    HeaderValue::try_from(written).map_err(|_| refused())
}
