//! The headers that are added to those of an entry: family headers and the ready-made choices.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::{
    cors::Cors, entry::Entry, header_mapping::HeaderMapping, reference::Values,
    response_type::ResponseFamily, www_authenticate::WwwAuthenticate,
};
use crate::decision::DenialReason;

/// The headers that are added to those of an entry.
#[derive(Debug, Clone, Default)]
pub(super) struct Additions {
    pub(super) headers: Vec<(ResponseFamily, HeaderMapping)>,
    pub(super) cors: Option<Cors>,
    pub(super) www_authenticate: Option<WwwAuthenticate>,
    pub(super) retry_after: Option<HeaderValue>,
    pub(super) security_headers: bool,
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
    pub(super) fn are_none(&self) -> bool {
        let Self {
            headers,
            cors,
            www_authenticate,
            retry_after,
            security_headers,
        } = self;
        headers.is_empty()
            && cors.is_none()
            && www_authenticate.is_none()
            && retry_after.is_none()
            && !security_headers
    }

    pub(super) fn apply(
        &self,
        headers: &mut HeaderMap,
        entry: Option<&Entry>,
        basis: &Basis<'_>,
        values: &Values<'_>,
    ) {
        let own = entry.map_or(&[][..], |entry| &entry.headers);
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
        let is_retried = RETRIED_LATER.contains(&basis.status);
        if let Some(delay) = self.retry_after.as_ref().filter(|_| is_retried) {
            let known = headers.entry(header::RETRY_AFTER);
            known.or_insert_with(|| delay.clone());
        }
        if self.security_headers {
            for (name, value) in SECURITY_HEADERS {
                let value = HeaderValue::from_static(value);
                headers.entry(name).or_insert(value);
            }
        }
    }
}

/// The statuses that get a `Retry-After`.
const RETRIED_LATER: [StatusCode; 2] = [
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::SERVICE_UNAVAILABLE,
];

const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
];
