//! `WWW-Authenticate`: how a client can authenticate, which HTTP demands of every 401.

use std::fmt::Write;

use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::{decision::DenialReason, error::ConfigError};

/// A challenge for the header `WWW-Authenticate` ([RFC 9110, section 11.6.1]). API Gateway sends none.
///
/// ```
/// use tower_lambda_authorizer::{GatewayResponses, WwwAuthenticate};
///
/// let bearer = WwwAuthenticate::bearer()
///     .realm("pets")?
///     .scope("pets:read")?
///     .resource_metadata("https://api.example/.well-known/oauth-protected-resource")?;
/// let responses = GatewayResponses::default().www_authenticate(bearer);
/// # let _ = responses;
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
///
/// A Bearer challenge says what was wrong with the token ([RFC 6750, section 3.1]): nothing where there was
/// none, `invalid_token` where the authorizer did not accept it (401), `insufficient_scope` where the policy
/// did not let it in (403).
///
/// [RFC 9110, section 11.6.1]: https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
/// [RFC 6750, section 3.1]: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WwwAuthenticate {
    scheme: Scheme,
    /// `name="value"`, each.
    parameters: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Basic,
    Bearer,
}

impl WwwAuthenticate {
    /// `Bearer`: the client shall send a token.
    #[must_use]
    pub fn bearer() -> Self {
        Self {
            scheme: Scheme::Bearer,
            parameters: Vec::new(),
        }
    }

    /// `Basic realm="…", charset="UTF-8"`: the client shall send a name and a password. A browser asks its user
    /// for them.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ResponseHeader`] where the realm is not printable ASCII.
    pub fn basic(realm: &str) -> Result<Self, ConfigError> {
        let basic = Self {
            scheme: Scheme::Basic,
            parameters: Vec::new(),
        };
        basic.realm(realm)?.parameter("charset", "UTF-8")
    }

    /// Sets `realm`, the name of what is protected.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ResponseHeader`] where it is not printable ASCII.
    pub fn realm(self, realm: &str) -> Result<Self, ConfigError> {
        self.parameter("realm", realm)
    }

    /// Sets `scope`, what a token has to be for.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ResponseHeader`] where it is not printable ASCII.
    pub fn scope(self, scope: &str) -> Result<Self, ConfigError> {
        self.parameter("scope", scope)
    }

    /// Sets `resource_metadata`, where a client can learn how to get a token ([RFC 9728]).
    ///
    /// [RFC 9728]: https://www.rfc-editor.org/rfc/rfc9728
    ///
    /// # Errors
    ///
    /// [`ConfigError::ResponseHeader`] where it is not printable ASCII.
    pub fn resource_metadata(self, url: &str) -> Result<Self, ConfigError> {
        self.parameter("resource_metadata", url)
    }

    fn parameter(mut self, name: &str, value: &str) -> Result<Self, ConfigError> {
        if !value.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
            return Err(ConfigError::ResponseHeader {
                header: "WWW-Authenticate",
                value: value.to_owned(),
                allowed: "a parameter is printable ASCII",
            });
        }
        let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
        self.parameters.push(format!("{name}=\"{escaped}\""));
        Ok(self)
    }

    /// Does not touch a challenge that a header mapping has set.
    pub(super) fn apply(
        &self,
        status: StatusCode,
        reason: Option<&DenialReason>,
        headers: &mut HeaderMap,
    ) {
        let is_denial = matches!(
            reason,
            Some(DenialReason::ExplicitDeny { .. } | DenialReason::ImplicitDeny { .. })
        );
        // Not where a denial is made to look like something else.
        let applies = match status {
            StatusCode::UNAUTHORIZED => true,
            StatusCode::FORBIDDEN => is_denial && self.scheme == Scheme::Bearer,
            _ => false,
        };
        if !applies || headers.contains_key(header::WWW_AUTHENTICATE) {
            return;
        }
        let challenge = self.challenge(reason);
        if let Ok(challenge) = HeaderValue::try_from(challenge) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
    }

    fn challenge(&self, reason: Option<&DenialReason>) -> String {
        let mut challenge = match self.scheme {
            Scheme::Basic => "Basic".to_owned(),
            Scheme::Bearer => "Bearer".to_owned(),
        };
        let error = error(reason).filter(|_| self.scheme == Scheme::Bearer);
        let error = error.map(|error| format!("error=\"{error}\""));
        for (index, parameter) in self.parameters.iter().chain(&error).enumerate() {
            let comma = if index == 0 { "" } else { "," };
            // Writing into a string cannot fail.
            let _ = write!(challenge, "{comma} {parameter}");
        }
        challenge
    }
}

fn error(reason: Option<&DenialReason>) -> Option<&'static str> {
    match reason? {
        DenialReason::IdentitySourceNotUtf8 { .. }
        | DenialReason::IdentitySourceAmbiguous { .. }
        | DenialReason::RefusedByValidationExpression { .. }
        | DenialReason::AuthorizerSaidUnauthorized => Some("invalid_token"),
        DenialReason::ExplicitDeny { .. } | DenialReason::ImplicitDeny { .. } => {
            Some("insufficient_scope")
        }
        _ => None,
    }
}
