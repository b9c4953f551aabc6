//! Makes the response for one failure of one request.

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};

use super::{
    additions::Basis, body::Content, development, dress::dress, entry::Entry,
    failure::GatewayFailure, gateway_responses::GatewayResponses, grpc, reference::Values,
    standard_headers,
};
use crate::{
    api::Differences,
    authorizer::AuthorizerContext,
    decision::{DenialReason, without_credentials},
    request::context::RequestContext,
};

/// A request that the gateway answers.
#[derive(Clone, Copy)]
pub(crate) struct Refusal<'r> {
    pub(crate) request: &'r RequestContext<'r>,
    /// None if the application refuses the request.
    pub(crate) reason: Option<&'r DenialReason>,
    /// The identity values, which are masked in explanations.
    pub(crate) identity: &'r [String],
    /// The authorizer's context, if its policy denies the request.
    pub(crate) authorizer: Option<&'r AuthorizerContext>,
}

impl GatewayResponses {
    /// The response for a request that a layer refuses.
    pub(crate) fn refuse(&self, reason: &DenialReason, refusal: Refusal<'_>) -> Response<Bytes> {
        let row = refusal.request.reader.differences;
        self.answer(&self.failure(reason, row), refusal)
    }

    /// The response for a failure that the application reports.
    pub(crate) fn respond(&self, failure: GatewayFailure, refusal: Refusal<'_>) -> Response<Bytes> {
        let style = refusal.request.reader.differences.responses;
        self.answer(&dress(style, failure, None), refusal)
    }

    /// The failure for which a layer refuses a request, in the words of the API's type.
    pub(super) fn failure(&self, reason: &DenialReason, row: &Differences) -> GatewayFailure {
        let failure = GatewayFailure::of(reason, self.wording, self.response_type(reason));
        dress(row.responses, failure, Some(reason))
    }

    /// The response for a failure, passed through the function of `map_response`.
    fn answer(&self, failure: &GatewayFailure, refusal: Refusal<'_>) -> Response<Bytes> {
        let response = match self.grpc && grpc::is_grpc(refusal.request.parts) {
            true => self.grpc_response(failure, &refusal),
            false => self.http_response(failure, &refusal),
        };
        match &self.custom {
            Some(custom) => custom(failure, refusal.request.parts, response),
            None => response,
        }
    }

    fn http_response(&self, failure: &GatewayFailure, refusal: &Refusal<'_>) -> Response<Bytes> {
        let values = Values {
            request: refusal.request,
            failure,
            authorizer: refusal.authorizer,
        };
        let request = &refusal.request.parts;
        let entry = self.entry(failure.response_type());
        let status = status(entry, failure);
        let explanation = refusal
            .reason
            .filter(|_| self.development)
            .map(|reason| without_credentials(reason, refusal.identity, request));
        let content = match explanation.as_deref() {
            Some(explanation) if entry.is_none_or(|entry| entry.templates.is_empty()) => {
                Content::json(development::body(failure, explanation))
            }
            _ => self.content(entry, status, &values),
        };
        let mut response = Response::new(content.body);
        *response.status_mut() = status;
        let length = response.body().len();
        let headers = response.headers_mut();
        headers.reserve(standard_headers::COUNT + entry.map_or(0, |entry| entry.headers.len()));
        standard_headers::set(
            headers,
            content.content_type,
            length,
            failure,
            refusal.request,
        );
        if let Some(entry) = entry {
            let mappings = entry.headers.iter();
            mappings.for_each(|mapping| mapping.apply(headers, &values));
            if entry.templates.len() > 1 {
                headers.append(header::VARY, HeaderValue::from_static("Accept"));
            }
        }
        let basis = Basis {
            status,
            reason: refusal.reason,
            exposed: &[],
        };
        self.additions.apply(headers, entry, &basis, &values);
        if let Some(explanation) = explanation {
            development::set_headers(headers, &explanation);
        }
        // A HEAD request gets the headers of a GET, but no body.
        if request.method == Method::HEAD {
            *response.body_mut() = Bytes::new();
        }
        response
    }

    /// A status and a message in the form of gRPC. The other headers are for programs in between, such as a browser.
    fn grpc_response(&self, failure: &GatewayFailure, refusal: &Refusal<'_>) -> Response<Bytes> {
        let values = Values {
            request: refusal.request,
            failure,
            authorizer: refusal.authorizer,
        };
        let entry = self.entry(failure.response_type());
        let mut response = Response::new(Bytes::new());
        let headers = response.headers_mut();
        let mappings = entry.iter().flat_map(|entry| &entry.headers);
        mappings.for_each(|mapping| mapping.apply(headers, &values));
        let basis = Basis {
            status: status(entry, failure),
            reason: refusal.reason,
            exposed: &grpc::exposed(),
        };
        self.additions.apply(headers, entry, &basis, &values);
        grpc::set_headers(headers, failure);
        response
    }
}

/// The status that the entry sets, or the failure's own.
pub(super) fn status(entry: Option<&Entry>, failure: &GatewayFailure) -> StatusCode {
    let configured = entry.and_then(|entry| entry.status);
    configured.unwrap_or(failure.status())
}
