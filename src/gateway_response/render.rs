//! Making the response for one failure of one request.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};

use super::{
    development,
    entry::Entry,
    failure::{GatewayFailure, IdHeaders},
    gateway_responses::{Additions, GatewayResponses},
    grpc,
    header_mapping::HeaderMapping,
    reference::{Values, json_string, push_json_string},
    response_type::{BodyForm, ResponseType},
    standard_headers,
};
use crate::{
    authorizer::AuthorizerContext, decision::DenialReason, explanation::without_credentials,
    request::context::RequestContext,
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const JSON_IN_UTF_8: HeaderValue = HeaderValue::from_static("application/json; charset=UTF-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html");
const PLAIN_TEXT: HeaderValue = HeaderValue::from_static("text/plain");

/// A request that is answered by the gateway.
#[derive(Clone, Copy)]
pub(crate) struct Refusal<'r> {
    pub(crate) request: &'r RequestContext<'r>,
    /// None where the application itself refuses the request.
    pub(crate) reason: Option<&'r DenialReason>,
    /// Never shown, and kept out of what is.
    pub(crate) identity: &'r [String],
    /// What the authorizer said of the caller that its policy denies.
    pub(crate) authorizer: Option<&'r AuthorizerContext>,
}

/// The content of a response.
struct Content {
    content_type: HeaderValue,
    body: Bytes,
}

impl GatewayResponses {
    /// The response for a request that a layer refuses.
    pub(crate) fn refuse(&self, reason: &DenialReason, refusal: Refusal<'_>) -> Response<Bytes> {
        let response_type = self.response_type(reason);
        let failure = GatewayFailure::of(reason, self.wording, response_type);
        let dress = &refusal.request.reader.differences.responses;
        self.answer(&dress.dress(failure, Some(reason)), refusal)
    }

    /// The response for a failure that the application itself has found.
    pub(crate) fn respond(&self, failure: GatewayFailure, refusal: Refusal<'_>) -> Response<Bytes> {
        let dress = &refusal.request.reader.differences.responses;
        self.answer(&dress.dress(failure, None), refusal)
    }

    /// The type of the response for a reason.
    pub(crate) fn response_type(&self, reason: &DenialReason) -> ResponseType {
        match reason {
            DenialReason::AuthorizerFailed { .. }
            | DenialReason::AuthorizerPanicked { .. }
            | DenialReason::AuthorizerTimedOut { .. }
                if self.authorizer_failures =>
            {
                ResponseType::AuthorizerFailure
            }
            reason => reason.response_type(),
        }
    }

    /// The response for a failure: entry, additions, in this order; then the application's last word.
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
        let status = entry
            .and_then(|entry| entry.status)
            .unwrap_or(failure.status());
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
        let told = Told {
            status,
            reason: refusal.reason,
            exposed: &[],
        };
        self.additions.apply(headers, entry, &told, &values);
        if let Some(explanation) = explanation {
            development::set_headers(headers, &explanation);
        }
        // The headers that a GET would get, and no body.
        if request.method == Method::HEAD {
            *response.body_mut() = Bytes::new();
        }
        response
    }

    /// A status and a message in gRPC's form. What else an entry maps and what comes on top of it is for whoever is in
    /// between, such as a browser.
    fn grpc_response(&self, failure: &GatewayFailure, refusal: &Refusal<'_>) -> Response<Bytes> {
        let values = Values {
            request: refusal.request,
            failure,
            authorizer: refusal.authorizer,
        };
        let entry = self.entry(failure.response_type());
        let status = entry.and_then(|entry| entry.status);
        let status = status.unwrap_or(failure.status());
        let mut response = Response::new(Bytes::new());
        let headers = response.headers_mut();
        let mappings = entry.iter().flat_map(|entry| &entry.headers);
        mappings.for_each(|mapping| mapping.apply(headers, &values));
        let told = Told {
            status,
            reason: refusal.reason,
            exposed: &grpc::exposed(),
        };
        self.additions.apply(headers, entry, &told, &values);
        grpc::set_headers(headers, failure);
        response
    }

    fn content(&self, entry: Option<&Entry>, status: StatusCode, values: &Values<'_>) -> Content {
        let accept = values.request.parts.headers.get(header::ACCEPT);
        if let Some(template) = entry.and_then(|entry| entry.template(accept)) {
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
        match entry {
            // The default template, which is not what a REST API's default response is made with.
            Some(_) if values.failure.form().is_a_template() => {
                Content::json(message_body(BodyForm::Compact, values.failure))
            }
            _ => default_content(values),
        }
    }
}

impl Content {
    fn json(body: String) -> Self {
        Self {
            content_type: JSON,
            body: body.into(),
        }
    }
}

/// To the letter as API Gateway writes it.
fn default_content(values: &Values<'_>) -> Content {
    let failure = values.failure;
    match failure.form() {
        BodyForm::PlainText => Content {
            content_type: PLAIN_TEXT,
            body: failure.message().unwrap_or_default().to_owned().into(),
        },
        BodyForm::Html => Content {
            content_type: HTML,
            body: page(failure.status()).into(),
        },
        BodyForm::WithConnection => Content {
            content_type: JSON_IN_UTF_8,
            body: connection_body(values).into(),
        },
        form => Content::json(message_body(form, failure)),
    }
}

/// One blank behind the first colon and the commas, as recorded.
fn connection_body(values: &Values<'_>) -> String {
    let message = values.failure.message();
    let message = message.map_or_else(|| "null".to_owned(), json_string);
    let ids = values.request.ids();
    format!(
        r#"{{"message": {message}, "connectionId":"{}", "requestId":"{}"}}"#,
        ids.connection_id(),
        ids.extended_request_id
    )
}

/// In the form that front ends have for it; the recording tells only that it is HTML.
fn page(status: StatusCode) -> String {
    format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n</body>\r\n</html>\r\n"
    )
}

fn message_body(form: BodyForm, failure: &GatewayFailure) -> String {
    let before = match form {
        BodyForm::Compact | BodyForm::PlainText | BodyForm::WithConnection | BodyForm::Html => {
            r#"{"message":"#
        }
        BodyForm::Spaced => r#"{"message": "#,
        // The capital `M` is API Gateway's.
        BodyForm::CapitalMessage => r#"{"Message":"#,
    };
    let message = failure.message();
    // Exact unless something has to be escaped: then the text becomes `Bytes` as it is.
    let length = message.map_or("null".len(), |message| message.len() + 2);
    let mut body = String::with_capacity(before.len() + length + 1);
    body.push_str(before);
    match message {
        Some(message) => push_json_string(&mut body, message),
        None => body.push_str("null"),
    }
    body.push('}');
    body
}

/// Problem details. The type is `about:blank`, so the title is that of the status.
fn problem(status: StatusCode, values: &Values<'_>) -> Content {
    let title = json_string(status.canonical_reason().unwrap_or_default());
    let detail = match values.failure.message() {
        Some(message) => format!(r#","detail":{}"#, json_string(message)),
        None => String::new(),
    };
    let status = status.as_u16();
    let instance = match values.failure.ids() {
        IdHeaders::RequestIdAndApigwId => {
            let id = values.request.ids().request_id;
            format!(r#","instance":"urn:uuid:{id}""#)
        }
        // The short ids are no URIs.
        IdHeaders::ApigwRequestId | IdHeaders::ApigwId | IdHeaders::None => String::new(),
    };
    Content {
        content_type: PROBLEM_JSON,
        body: format!(
            r#"{{"type":"about:blank","title":{title},"status":{status}{detail}{instance}}}"#
        )
        .into(),
    }
}

/// What the additions go by.
struct Told<'r> {
    /// As HTTP has it.
    status: StatusCode,
    reason: Option<&'r DenialReason>,
    /// The headers that scripts may read besides those that are mapped.
    exposed: &'r [HeaderName],
}

impl Additions {
    fn apply(
        &self,
        headers: &mut HeaderMap,
        entry: Option<&Entry>,
        told: &Told<'_>,
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
            let mapped = mapped.map(HeaderMapping::name).chain(told.exposed);
            cors.apply(headers, &values.request.parts.headers, mapped);
        }
        if let Some(challenge) = &self.www_authenticate {
            challenge.apply(told.status, told.reason, values.request.path(), headers);
        }
        if let Some(delay) = &self.retry_after {
            const LATER: [StatusCode; 2] = [
                StatusCode::TOO_MANY_REQUESTS,
                StatusCode::SERVICE_UNAVAILABLE,
            ];
            if LATER.contains(&told.status) {
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
