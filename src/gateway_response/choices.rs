//! The ready-made choices: headers that are added to those of an entry, and other forms and messages.

use std::time::Duration;

use http::HeaderValue;

use super::{
    cors::Cors, gateway_responses::GatewayResponses, header_mapping::HeaderMapping,
    response_type::ResponseFamily, wording::Wording, www_authenticate::WwwAuthenticate,
};
use crate::error::ConfigError;

impl GatewayResponses {
    /// Answers with problem details ([RFC 9457], `application/problem+json`), unless an entry has a template.
    ///
    /// [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457
    pub fn problem_json(mut self) -> Self {
        self.problem_json = true;
        self
    }

    /// Sets the message of a denial by the policy to `Forbidden`. The default messages reveal that there is a policy, and
    /// whether the deny is explicit or implicit.
    pub fn neutral_denials(mut self) -> Self {
        self.wording = Wording::Neutral;
        self
    }

    /// Sets the messages of a denial by the policy to those that API Gateway used until some time before October 2025:
    /// `User is not authorized to access this resource`, followed by `with an explicit deny` for an explicit deny.
    pub fn older_wording(mut self) -> Self {
        self.wording = Wording::Older;
        self
    }

    /// Answers gRPC requests (POST with `Content-Type: application/grpc`) in the form that gRPC clients understand.
    ///
    /// The response has the HTTP status 200, no body, `Cache-Control: no-store` and the message as `grpc-message`. The
    /// `grpc-status` is 16 (unauthenticated) for a 401, 7 (permission denied) for a 403, and 13 (internal) for a broken
    /// authorizer.
    ///
    /// The mapped headers of the entry, [`cors`](Self::cors) and the other choices apply as usual, but they cannot change
    /// the status or the headers `Content-Type`, `Cache-Control`, `grpc-status` and `grpc-message`. CORS exposes
    /// `grpc-status` and `grpc-message`, so a web page can read the refusal through gRPC-Web
    /// (`tonic_web::GrpcWebLayer`).
    pub fn grpc(mut self) -> Self {
        self.grpc = true;
        self
    }

    /// Answers with `AUTHORIZER_FAILURE` if the authorizer failed, panicked or took too long, and with
    /// `AUTHORIZER_CONFIGURATION_ERROR` only if its answer is not valid.
    ///
    /// API Gateway documents both types. In all recordings it answers with `AUTHORIZER_CONFIGURATION_ERROR`, which is the
    /// default here.
    pub fn authorizer_failures_apart(mut self) -> Self {
        self.authorizer_failures = true;
        self
    }

    /// Sets a header on all responses of a family, unless the entry of the response sets the same header.
    ///
    /// A second header of the same name replaces the first. The expression is written as for
    /// [`GatewayResponse::header`](super::GatewayResponse::header).
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::HeaderMapping`] if the name or the expression is not valid.
    pub fn family_header(
        mut self,
        family: ResponseFamily,
        name: &str,
        expression: &str,
    ) -> Result<Self, ConfigError> {
        let mapping = HeaderMapping::parse(name, expression)?;
        let headers = &mut self.additions.headers;
        headers.retain(|(known, other)| (*known, other.name()) != (family, mapping.name()));
        headers.push((family, mapping));
        Ok(self)
    }

    /// Lets scripts of other origins read the responses.
    pub fn cors(mut self, cors: Cors) -> Self {
        self.additions.cors = Some(cors);
        self
    }

    /// Tells clients with every 401 how to authenticate.
    pub fn www_authenticate(mut self, challenge: WwwAuthenticate) -> Self {
        self.additions.www_authenticate = Some(challenge);
        self
    }

    /// Tells clients with every 429 and 503 when to try again, in whole seconds, rounded up ([RFC 9110, section
    /// 10.2.3]).
    ///
    /// [RFC 9110, section 10.2.3]: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
    pub fn retry_after(mut self, delay: Duration) -> Self {
        let begun = u64::from(delay.subsec_nanos() > 0);
        let seconds = delay.as_secs().saturating_add(begun);
        self.additions.retry_after = Some(HeaderValue::from(seconds));
        self
    }

    /// Sets the headers that the OWASP REST Security Cheat Sheet recommends: `Cache-Control: no-store`,
    /// `Content-Security-Policy: frame-ancestors 'none'`, `Strict-Transport-Security`,
    /// `X-Content-Type-Options: nosniff` and `X-Frame-Options: DENY`.
    pub fn security_headers(mut self) -> Self {
        self.additions.security_headers = true;
        self
    }
}
