//! Makes the response for one failure of one request.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};

use super::{
    additions::Basis,
    body::{Content, default_content, problem},
    cause::Cause,
    development,
    entry::Entry,
    failure::GatewayFailure,
    gateway_responses::GatewayResponses,
    grpc,
    ready_made::ReadyMade,
    reference::Values,
    style::in_style,
};
use crate::{
    authorizer::AuthorizerContext,
    decision::{DenialReason, without_credentials},
    identity::IdentitySources,
    request::context::RequestContext,
};

/// A request that the gateway answers.
#[derive(Clone, Copy)]
pub(crate) struct Refusal<'r> {
    pub(crate) request: &'r RequestContext<'r>,
    /// `None` if the application refuses the request.
    pub(crate) reason: Option<&'r DenialReason>,
    /// The identity sources, whose values are masked in explanations.
    pub(crate) sources: &'r IdentitySources,
    /// The authorizer's context, if its policy denies the request.
    pub(crate) authorizer: Option<&'r AuthorizerContext>,
}

impl GatewayResponses {
    /// The response for a request that a layer refuses.
    pub(crate) fn refuse(&self, reason: &DenialReason, refusal: Refusal<'_>) -> Response<Bytes> {
        let style = refusal.request.reader.differences.responses;
        self.answer(self.ready_made(Cause::of(reason), style), refusal)
    }

    /// The response for a failure that the application reports.
    pub(crate) fn respond(&self, failure: GatewayFailure, refusal: Refusal<'_>) -> Response<Bytes> {
        let style = refusal.request.reader.differences.responses;
        self.answer(&self.make_ready(in_style(style, failure, None)), refusal)
    }

    /// The response, passed through the function of `map_response`.
    fn answer(&self, ready: &ReadyMade, refusal: Refusal<'_>) -> Response<Bytes> {
        if let (true, Some(body)) = (ready.is_whole, &ready.body) {
            let headers = ready.headers.filled(None, refusal.request.ids());
            return response(ready.status, headers, body.clone(), refusal.request);
        }
        let response = if self.grpc && grpc::is_grpc(refusal.request.parts) {
            self.grpc_response(ready, &refusal)
        } else {
            self.http_response(ready, &refusal)
        };
        match &self.custom {
            Some(custom) => custom(&ready.failure, refusal.request.parts, response),
            None => response,
        }
    }

    fn http_response(&self, ready: &ReadyMade, refusal: &Refusal<'_>) -> Response<Bytes> {
        let values = Values {
            request: refusal.request,
            failure: &ready.failure,
            authorizer: refusal.authorizer,
        };
        let entry = self.entry(ready.failure.response_type());
        let explanation = refusal
            .reason
            .filter(|_| self.development)
            .map(|reason| without_credentials(reason, refusal.sources, refusal.request));
        let content = || match explanation.as_deref() {
            Some(explanation) if entry.is_none_or(|entry| entry.templates.is_empty()) => {
                Content::json(development::body(&ready.failure, explanation))
            }
            _ => self.content(entry, ready.status, &values),
        };
        let (body, mut headers) = match &ready.body {
            Some(body) => {
                let headers = ready.headers.filled(None, refusal.request.ids());
                (body.clone(), headers)
            }
            None => {
                let content = content();
                let headers = ready.headers.filled(Some(&content), refusal.request.ids());
                (content.body, headers)
            }
        };
        if let Some(entry) = entry {
            let mappings = entry.headers.iter().skip(ready.mapped);
            mappings.for_each(|mapping| mapping.apply(&mut headers, &values));
            if entry.templates.len() > 1 {
                headers.append(header::VARY, HeaderValue::from_static("Accept"));
            }
        }
        let basis = Basis {
            status: ready.status,
            reason: refusal.reason,
            exposed: &[],
        };
        self.additions.apply(&mut headers, entry, &basis, &values);
        if let Some(explanation) = explanation {
            development::set_headers(&mut headers, &explanation);
        }
        response(ready.status, headers, body, refusal.request)
    }

    /// A rendered template, problem details or the default body.
    fn content(&self, entry: Option<&Entry>, status: StatusCode, values: &Values<'_>) -> Content {
        let headers = &values.request.parts.headers;
        if let Some(template) = entry.and_then(|entry| entry.template(headers)) {
            if let Some(body) = template.template.render(values) {
                return Content {
                    content_type: template.content_type.clone(),
                    body: body.into(),
                };
            }
        }
        if self.problem_json {
            return problem(status, values);
        }
        default_content(entry.is_some(), values.failure)
            .unwrap_or_else(|| Content::with_connection(values))
    }

    /// A status and a message in the form of gRPC. The other headers are for programs in between, such as a browser.
    fn grpc_response(&self, ready: &ReadyMade, refusal: &Refusal<'_>) -> Response<Bytes> {
        let values = Values {
            request: refusal.request,
            failure: &ready.failure,
            authorizer: refusal.authorizer,
        };
        let entry = self.entry(ready.failure.response_type());
        let mut response = Response::new(Bytes::new());
        let headers = response.headers_mut();
        let mappings = entry.iter().flat_map(|entry| &entry.headers);
        mappings.for_each(|mapping| mapping.apply(headers, &values));
        let basis = Basis {
            status: ready.status,
            reason: refusal.reason,
            exposed: &grpc::exposed(),
        };
        self.additions.apply(headers, entry, &basis, &values);
        grpc::set_headers(headers, &ready.failure);
        response
    }
}

/// A HEAD request gets the headers of a GET, but no body.
fn response(
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    request: &RequestContext<'_>,
) -> Response<Bytes> {
    let is_head = request.parts.method == Method::HEAD;
    let mut response = Response::new(if is_head { Bytes::new() } else { body });
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
