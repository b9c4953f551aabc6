//! The headers that are added to those of an entry: family headers and the ready-made choices.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::{
    cors::Cors,
    entry::Entry,
    gateway_responses::GatewayResponses,
    header_mapping::HeaderMapping,
    reference::Values,
    response_type::{ResponseFamily, ResponseType},
    www_authenticate::WwwAuthenticate,
};
use crate::{decision::DenialReason, error::ConfigError};

/// The headers that are added to those of an entry.
#[derive(Debug, Clone, Default)]
pub(super) struct Additions {
    headers: Vec<(ResponseFamily, HeaderMapping)>,
    cors: Option<Cors>,
    www_authenticate: Option<WwwAuthenticate>,
    retry_after: Option<HeaderValue>,
    security_headers: bool,
}

impl GatewayResponses {
    /// Sets a header on all responses of a family, unless the entry of the response sets the same header.
    ///
    /// A second header of the same name replaces the first. The expression is written as for
    /// [`GatewayResponse::header`](super::GatewayResponse::header).
    ///
    /// # Errors
    ///
    /// [`ConfigError::HeaderMapping`] if the name or the expression is not valid.
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

    /// Whether responses of this type may have CORS headers. Always true if there is a function in `map_response`,
    /// because it may add them.
    pub(crate) fn has_cors_headers(&self, response_type: ResponseType) -> bool {
        let own = self.entry(response_type).into_iter();
        let own = own.flat_map(|entry| entry.headers.iter());
        let of_family = self.additions.headers.iter();
        let of_family = of_family
            .filter(|(family, _)| *family == response_type.family())
            .map(|(_, mapping)| mapping);
        let mut names = own.chain(of_family).map(HeaderMapping::name);
        let is_mapped = names.any(|name| *name == header::ACCESS_CONTROL_ALLOW_ORIGIN);
        is_mapped || self.additions.cors.is_some() || self.custom.is_some()
    }
}

/// What the additions depend on, besides the values of the request.
pub(super) struct Basis<'r> {
    /// The status of the HTTP response. For gRPC, the status that an HTTP response would have.
    pub(super) status: StatusCode,
    pub(super) reason: Option<&'r DenialReason>,
    /// The headers that scripts may read, besides the mapped ones.
    pub(super) exposed: &'r [HeaderName],
}

impl Additions {
    pub(super) fn apply(
        &self,
        headers: &mut HeaderMap,
        entry: Option<&Entry>,
        basis: &Basis<'_>,
        values: &Values<'_>,
    ) {
        let own = entry
            .map(|entry| entry.headers.as_slice())
            .unwrap_or_default();
        let of_family = self.headers.iter().filter(|(family, mapping)| {
            let is_own = own.iter().any(|own| own.name() == mapping.name());
            *family == values.failure.response_type().family() && !is_own
        });
        of_family
            .clone()
            .for_each(|(_, mapping)| mapping.apply(headers, values));
        if let Some(cors) = &self.cors {
            let mapped = own.iter().chain(of_family.map(|(_, mapping)| mapping));
            let mapped = mapped.map(HeaderMapping::name).chain(basis.exposed);
            cors.apply(headers, &values.request.parts.headers, mapped);
        }
        if let Some(challenge) = &self.www_authenticate {
            challenge.apply(basis.status, basis.reason, values.request.path(), headers);
        }
        if let Some(delay) = &self.retry_after {
            const LATER: [StatusCode; 2] = [
                StatusCode::TOO_MANY_REQUESTS,
                StatusCode::SERVICE_UNAVAILABLE,
            ];
            if LATER.contains(&basis.status) {
                headers
                    .entry(header::RETRY_AFTER)
                    .or_insert_with(|| delay.clone());
            }
        }
        if self.security_headers {
            for (name, value) in SECURITY_HEADERS {
                headers
                    .entry(name)
                    .or_insert(HeaderValue::from_static(value));
            }
        }
    }
}

const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
];
