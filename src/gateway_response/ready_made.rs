//! Ready-made responses: what all responses to one failure have in common is made once, and each response is a copy.

use std::{fmt, sync::OnceLock};

use bytes::Bytes;
use http::StatusCode;

use super::{
    cause::Cause, dress::dress, failure::GatewayFailure, gateway_responses::GatewayResponses,
    header_mapping::HeaderMapping, standard_headers::StandardHeaders,
};
use crate::api::ResponseStyle;

/// What does not depend on the request.
#[derive(Debug)]
pub(super) struct ReadyMade {
    pub(super) failure: GatewayFailure,
    pub(super) status: StatusCode,
    /// Values that depend on the request are left open.
    pub(super) headers: StandardHeaders,
    /// How many of the entry's mappings are among the headers. To keep their order, these are only the first ones.
    pub(super) mapped: usize,
    /// None if the body depends on the request.
    pub(super) body: Option<Bytes>,
}

/// The responses to the refusals of layers, made when they are first needed. Every change of the configuration begins
/// with a clone or a new value, and a clone is empty, so nothing here is older than the configuration.
#[derive(Default)]
pub(super) struct Shelf {
    by_response_type: Slots,
    status_phrase: Slots,
    with_connection: Slots,
}

type Slots = [OnceLock<ReadyMade>; Cause::COUNT];

impl GatewayResponses {
    /// The response to this kind of refusal.
    pub(super) fn ready_made(&self, cause: Cause, style: ResponseStyle) -> &ReadyMade {
        let slots = match style {
            ResponseStyle::ByResponseType => &self.shelf.by_response_type,
            ResponseStyle::StatusPhrase => &self.shelf.status_phrase,
            ResponseStyle::WithConnection => &self.shelf.with_connection,
        };
        let slot = slots.get(cause as usize).expect("every cause has a slot");
        slot.get_or_init(|| {
            let failure = GatewayFailure::of(cause, self.wording, self.type_for(cause));
            self.make_ready(dress(style, failure, Some(cause)))
        })
    }

    pub(super) fn make_ready(&self, failure: GatewayFailure) -> ReadyMade {
        let entry = self.entry(failure.response_type());
        let configured = entry.and_then(|entry| entry.status);
        let content = self.fixed_content(entry, &failure);
        let mut headers = StandardHeaders::new(content.as_ref(), &failure);
        let mappings = entry.map(|entry| entry.headers.as_slice());
        let is_mapped = |mapping: &&HeaderMapping| {
            let value = mapping.static_value();
            value.is_some_and(|value| headers.map(mapping.name(), value))
        };
        let mapped = mappings.unwrap_or_default().iter().take_while(is_mapped);
        ReadyMade {
            mapped: mapped.count(),
            status: configured.unwrap_or(failure.status()),
            headers,
            body: content.map(|content| content.body),
            failure,
        }
    }
}

impl Clone for Shelf {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use http::header;

    use super::*;
    use crate::{
        gateway_response::{GatewayResponse, ResponseType},
        request::context::RequestIds,
    };

    /// Layers with different types of API may share their gateway responses.
    #[test]
    fn each_style_has_its_own_response() {
        let responses = GatewayResponses::default();
        let message = |style| {
            let ready = responses.ready_made(Cause::ExplicitDeny, style);
            let headers = ready.headers.filled(None, RequestIds::draw());
            let ids = headers.contains_key("x-amzn-requestid");
            (ready.failure.message(), ready.body.is_some(), ids)
        };
        let styles = [
            ResponseStyle::ByResponseType,
            ResponseStyle::StatusPhrase,
            ResponseStyle::WithConnection,
        ];
        let long = Some(responses.wording.explicit_deny());
        for _ in 0..2 {
            assert_eq!(
                styles.map(message),
                [
                    (long, true, true),
                    (Some("Forbidden"), true, false),
                    (long, false, false)
                ]
            );
        }
    }

    /// Mapped headers keep their order, and an empty value is not mistaken for one that is left open.
    #[test]
    fn only_the_first_fixed_mappings_are_ready_made() {
        let style = ResponseStyle::ByResponseType;
        for (headers, mapped) in [
            (&[("x-a", "''"), ("x-b", "'b'")][..], 2),
            (
                &[("x-a", "'a'"), ("x-b", "context.stage"), ("x-c", "'c'")],
                1,
            ),
            (
                &[("x-a", "'a'"), ("x-amzn-errortype", "'E'"), ("x-b", "'b'")],
                1,
            ),
            (&[("content-type", "'text/plain'"), ("x-a", "'a'")], 0),
        ] {
            let response = headers
                .iter()
                .fold(GatewayResponse::new(), |response, (name, value)| {
                    response.header(*name, *value)
                });
            let responses = GatewayResponses::default().with(ResponseType::Unauthorized, response);
            let responses = responses.unwrap();
            let ready = responses.ready_made(Cause::Unauthorized, style);
            assert_eq!(ready.mapped, mapped, "{headers:?}");
            let filled = ready.headers.filled(None, RequestIds::draw());
            assert_eq!(filled.len(), 5 + mapped, "{headers:?}");
            for (name, value) in headers.iter().take(mapped) {
                assert_eq!(filled[*name], value.trim_matches('\''), "{headers:?}");
            }
        }
    }

    #[test]
    fn a_changed_clone_of_used_responses_answers_as_configured() {
        let style = ResponseStyle::ByResponseType;
        let used = GatewayResponses::default();
        let before = used.ready_made(Cause::Unauthorized, style);
        let teapot = GatewayResponse::new()
            .status(418)
            .template("text/plain", "no");
        let changed = used.clone().with(ResponseType::Unauthorized, teapot);
        let changed = changed.unwrap();
        let after = changed.ready_made(Cause::Unauthorized, style);
        assert_eq!((before.status.as_u16(), after.status.as_u16()), (401, 418));
        assert!(before.body.is_some() && after.body.is_none());
        let headers = before.headers.filled(None, RequestIds::draw());
        assert_eq!(headers[header::CONTENT_TYPE], "application/json");
    }
}
