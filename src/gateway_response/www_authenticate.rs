//! `WWW-Authenticate`: tells a client how to authenticate. HTTP requires it with every 401.

use std::fmt::Write;

use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::{decision::DenialReason, error::ConfigError};

/// A challenge for the header `WWW-Authenticate` ([RFC 9110, section 11.6.1]). API Gateway does not send one.
///
/// ```
/// use tower_lambda_authorizer::{
///     LambdaAuthorizerLayer,
///     gateway_responses::{GatewayResponses, WwwAuthenticate},
///     testing::{Harness, MockAuthorizer},
/// };
///
/// let bearer = WwwAuthenticate::bearer()
///     .realm("pets")?
///     .scope("pets:read")?;
/// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing())
///     .gateway_responses(GatewayResponses::default().www_authenticate(bearer));
/// # tokio_test::block_on(async {
/// Harness::new(layer)
///     .get("/pets")
///     .send()
///     .await
///     .assert_header("www-authenticate", r#"Bearer realm="pets", scope="pets:read""#);
/// # });
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
///
/// A Bearer challenge says what is wrong with the token ([RFC 6750, section 3.1]): `invalid_token` if the authorizer did
/// not accept it (401), `insufficient_scope` if the policy does not allow the request (403), and nothing if there was no
/// token.
///
/// [RFC 9110, section 11.6.1]: https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
/// [RFC 6750, section 3.1]: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WwwAuthenticate {
    scheme: Scheme,
    /// Each is `name="value"`.
    parameters: Vec<String>,
    by_path: Vec<PathMetadata>,
}

/// The `resource_metadata` for a path and all paths below it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PathMetadata {
    /// Without a trailing slash.
    path: String,
    /// `resource_metadata="value"`.
    parameter: String,
}

const RESOURCE_METADATA: &str = "resource_metadata";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Basic,
    Bearer,
}

impl WwwAuthenticate {
    /// Creates a `Bearer` challenge, which asks the client for a token.
    #[must_use]
    pub fn bearer() -> Self {
        Self {
            scheme: Scheme::Bearer,
            parameters: Vec::new(),
            by_path: Vec::new(),
        }
    }

    /// Creates the challenge `Basic realm="…", charset="UTF-8"`, which asks the client for a user name and a password. A
    /// browser asks its user for them.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::ResponseHeader`] if the realm is not printable ASCII.
    pub fn basic(realm: &str) -> Result<Self, ConfigError> {
        let basic = Self {
            scheme: Scheme::Basic,
            parameters: Vec::new(),
            by_path: Vec::new(),
        };
        basic.realm(realm)?.parameter("charset", "UTF-8")
    }

    /// Sets `realm`, the name of the protected area.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::ResponseHeader`] if it is not printable ASCII.
    pub fn realm(self, realm: &str) -> Result<Self, ConfigError> {
        self.parameter("realm", realm)
    }

    /// Sets `scope`, the scopes that a token needs.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::ResponseHeader`] if it is not printable ASCII.
    pub fn scope(self, scope: &str) -> Result<Self, ConfigError> {
        self.parameter("scope", scope)
    }

    /// Sets `resource_metadata`, the URL at which a client can learn how to get a token ([RFC 9728]).
    ///
    /// [RFC 9728]: https://www.rfc-editor.org/rfc/rfc9728
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::ResponseHeader`] if it is not printable ASCII.
    pub fn resource_metadata(self, url: &str) -> Result<Self, ConfigError> {
        self.parameter(RESOURCE_METADATA, url)
    }

    /// Sets `resource_metadata` for a path and all paths below it. It replaces the one for all paths.
    ///
    /// A server with several protected resources has one metadata document for each ([RFC 9728, section 3.1]). If several
    /// paths match, the longest is used. Paths are compared with the path that the client sent, segment by segment.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer,
    ///     gateway_responses::{GatewayResponses, WwwAuthenticate},
    ///     testing::{Harness, MockAuthorizer},
    /// };
    ///
    /// let bearer = WwwAuthenticate::bearer()
    ///     .resource_metadata("https://api.example/.well-known/oauth-protected-resource")?
    ///     .resource_metadata_at(
    ///         "/mcp",
    ///         "https://api.example/.well-known/oauth-protected-resource/mcp",
    ///     )?;
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing())
    ///     .gateway_responses(GatewayResponses::default().www_authenticate(bearer));
    /// # tokio_test::block_on(async {
    /// Harness::new(layer).get("/mcp/tools").send().await.assert_header(
    ///     "www-authenticate",
    ///     r#"Bearer resource_metadata="https://api.example/.well-known/oauth-protected-resource/mcp""#,
    /// );
    /// # });
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    ///
    /// [RFC 9728, section 3.1]: https://www.rfc-editor.org/rfc/rfc9728#section-3.1
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::ResponseHeader`] if the path does not begin with `/`, or the URL is not printable ASCII.
    pub fn resource_metadata_at(mut self, path: &str, url: &str) -> Result<Self, ConfigError> {
        if !path.starts_with('/') {
            return Err(ConfigError::ResponseHeader {
                header: "WWW-Authenticate",
                value: path.to_owned(),
                allowed: "a path of `resource_metadata` begins with `/`",
            });
        }
        let path = path.trim_end_matches('/').to_owned();
        let parameter = parameter(RESOURCE_METADATA, url)?;
        self.by_path.retain(|known| known.path != path);
        self.by_path.push(PathMetadata { path, parameter });
        Ok(self)
    }

    fn parameter(mut self, name: &str, value: &str) -> Result<Self, ConfigError> {
        self.parameters.push(parameter(name, value)?);
        Ok(self)
    }

    /// The parameters of the challenge for a path.
    fn parameters(&self, path: &str) -> impl Iterator<Item = &String> {
        let covers = |entry: &&PathMetadata| {
            let rest = path.strip_prefix(&*entry.path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let of_path = self.by_path.iter().filter(covers);
        let of_path = of_path.max_by_key(|entry| entry.path.len());
        let general = self.parameters.iter().filter(move |parameter| {
            let name = parameter.split('=').next();
            of_path.is_none() || name != Some(RESOURCE_METADATA)
        });
        general.chain(of_path.map(|entry| &entry.parameter))
    }

    /// Sets the challenge, unless a header mapping has set one.
    pub(super) fn apply(
        &self,
        status: StatusCode,
        reason: Option<&DenialReason>,
        path: &str,
        headers: &mut HeaderMap,
    ) {
        let is_denial = matches!(
            reason,
            Some(
                DenialReason::ExplicitDeny { .. }
                    | DenialReason::ImplicitDeny { .. }
                    | DenialReason::ReadingNotAllowed { .. }
            )
        );
        // A denial with another status is made to look like something else, so it gets no challenge.
        let applies = match status {
            StatusCode::UNAUTHORIZED => true,
            StatusCode::FORBIDDEN => is_denial && self.scheme == Scheme::Bearer,
            _ => false,
        };
        if !applies || headers.contains_key(header::WWW_AUTHENTICATE) {
            return;
        }
        let challenge = self.challenge(reason, path);
        if let Ok(challenge) = HeaderValue::try_from(challenge) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
    }

    fn challenge(&self, reason: Option<&DenialReason>, path: &str) -> String {
        let mut challenge = match self.scheme {
            Scheme::Basic => "Basic".to_owned(),
            Scheme::Bearer => "Bearer".to_owned(),
        };
        let error = error(reason).filter(|_| self.scheme == Scheme::Bearer);
        let error = error.map(|error| format!("error=\"{error}\""));
        for (index, parameter) in self.parameters(path).chain(&error).enumerate() {
            let comma = if index == 0 { "" } else { "," };
            // Writing into a string cannot fail.
            let _ = write!(challenge, "{comma} {parameter}");
        }
        challenge
    }
}

fn parameter(name: &str, value: &str) -> Result<String, ConfigError> {
    if !value.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        return Err(ConfigError::ResponseHeader {
            header: "WWW-Authenticate",
            value: value.to_owned(),
            allowed: "a parameter must be printable ASCII",
        });
    }
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(format!("{name}=\"{escaped}\""))
}

fn error(reason: Option<&DenialReason>) -> Option<&'static str> {
    match reason? {
        DenialReason::IdentitySourceNotUtf8 { .. }
        | DenialReason::IdentitySourceAmbiguous { .. }
        | DenialReason::RefusedByValidationExpression { .. }
        | DenialReason::AuthorizerSaidUnauthorized { .. } => Some("invalid_token"),
        DenialReason::ExplicitDeny { .. }
        | DenialReason::ImplicitDeny { .. }
        | DenialReason::ReadingNotAllowed { .. } => Some("insufficient_scope"),
        _ => None,
    }
}
