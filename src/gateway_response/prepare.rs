//! Prepares responses: what all responses to one failure have in common is made once, and each response is a copy.

use super::{
    body::{Content, default_content},
    cause::Cause,
    entry::Entry,
    failure::GatewayFailure,
    gateway_responses::GatewayResponses,
    header_mapping::HeaderMapping,
    ready_made::ReadyMade,
    response_type::ResponseType,
    standard_headers::StandardHeaders,
    style::in_style,
};
use crate::{api::ResponseStyle, decision::DenialReason};

impl GatewayResponses {
    /// The type of the response for a reason.
    pub(crate) fn response_type(&self, reason: &DenialReason) -> ResponseType {
        self.type_for(Cause::of(reason))
    }

    fn type_for(&self, cause: Cause) -> ResponseType {
        match cause {
            Cause::AuthorizerFailed if self.authorizer_failures => ResponseType::AuthorizerFailure,
            cause => cause.response_type(),
        }
    }

    /// The response to this kind of refusal.
    pub(super) fn ready_made(&self, cause: Cause, style: ResponseStyle) -> &ReadyMade {
        self.ready_made_responses.get_or_make(cause, style, || {
            let failure = GatewayFailure::of(cause, self.wording, self.type_for(cause));
            self.make_ready(in_style(style, failure, Some(cause)))
        })
    }

    pub(super) fn make_ready(&self, failure: GatewayFailure) -> ReadyMade {
        let entry = self.entry(failure.response_type());
        let configured = entry.and_then(|entry| entry.status);
        let content = self.fixed_content(entry, &failure);
        let mut headers = StandardHeaders::new(content.as_ref(), &failure);
        let mappings = entry
            .map(|entry| entry.headers.as_slice())
            .unwrap_or_default();
        let is_mapped = |mapping: &&HeaderMapping| {
            let value = mapping.static_value();
            value.is_some_and(|value| headers.map(mapping.name(), value))
        };
        let mapped = mappings.iter().take_while(is_mapped).count();
        let changes = self.grpc || self.custom.is_some() || !self.additions.are_none();
        ReadyMade {
            is_whole: content.is_some() && mapped == mappings.len() && !changes,
            mapped,
            status: configured.unwrap_or(failure.status()),
            headers,
            body: content.map(|content| content.body),
            failure,
        }
    }

    /// The content, if it is the same for each request with this failure. In development it names the reason.
    fn fixed_content(&self, entry: Option<&Entry>, failure: &GatewayFailure) -> Option<Content> {
        let has_template = entry.is_some_and(|entry| !entry.templates.is_empty());
        if has_template || self.problem_json || self.development {
            None
        } else {
            default_content(entry.is_some(), failure)
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{StatusCode, header};

    use super::*;
    use crate::{gateway_response::GatewayResponse, request::context::RequestIds};

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
            assert_eq!(ready.is_whole, mapped == headers.len(), "{headers:?}");
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
            .status(StatusCode::IM_A_TEAPOT)
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
