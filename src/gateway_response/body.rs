//! The body of a gateway response: a rendered template, problem details or the default body.

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use super::{
    entry::Entry,
    failure::{GatewayFailure, IdHeaders},
    gateway_responses::GatewayResponses,
    reference::{Values, json_string, push_json_string},
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const JSON_IN_UTF_8: HeaderValue = HeaderValue::from_static("application/json; charset=UTF-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html");
const PLAIN_TEXT: HeaderValue = HeaderValue::from_static("text/plain");

/// The form in which API Gateway writes a default body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyForm {
    /// `{"message":"…"}`
    Compact,
    /// `{"message": "…"}`
    Spaced,
    /// `{"Message":"…"}`
    CapitalMessage,
    /// The message itself.
    PlainText,
    /// `{"message": "…", "connectionId":"…", "requestId":"…"}`
    WithConnection,
    /// The HTML page of a front end.
    Html,
}

impl BodyForm {
    /// Whether an entry without a template uses the default template.
    fn is_a_template(self) -> bool {
        !matches!(self, Self::WithConnection | Self::Html)
    }
}

/// A body and its content type.
pub(super) struct Content {
    pub(super) content_type: HeaderValue,
    pub(super) body: Bytes,
}

impl GatewayResponses {
    pub(super) fn content(
        &self,
        entry: Option<&Entry>,
        status: StatusCode,
        values: &Values<'_>,
    ) -> Content {
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
        default_content(entry, values.failure).unwrap_or_else(|| Content {
            content_type: JSON_IN_UTF_8,
            body: connection_body(values).into(),
        })
    }

    /// The content, if it is the same for each request with this failure. In development it names the reason.
    pub(super) fn fixed_content(
        &self,
        entry: Option<&Entry>,
        failure: &GatewayFailure,
    ) -> Option<Content> {
        let has_template = entry.is_some_and(|entry| !entry.templates.is_empty());
        match has_template || self.problem_json || self.development {
            true => None,
            false => default_content(entry, failure),
        }
    }
}

impl Content {
    pub(super) fn json(body: String) -> Self {
        Self {
            content_type: JSON,
            body: body.into(),
        }
    }
}

/// The default body, exactly as API Gateway writes it. None if it has ids of the request.
fn default_content(entry: Option<&Entry>, failure: &GatewayFailure) -> Option<Content> {
    Some(match failure.form() {
        // An entry without a template uses the default template, whose form differs from some default bodies.
        form if entry.is_some() && form.is_a_template() => {
            Content::json(message_body(BodyForm::Compact, failure))
        }
        BodyForm::PlainText => Content {
            content_type: PLAIN_TEXT,
            body: failure.message().unwrap_or_default().to_owned().into(),
        },
        BodyForm::Html => Content {
            content_type: HTML,
            body: page(failure.status()).into(),
        },
        BodyForm::WithConnection => return None,
        form => Content::json(message_body(form, failure)),
    })
}

/// The spaces are as recorded: one after the first colon, and one after each comma.
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

/// The usual error page of front ends. The recording shows only that the body is HTML.
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
    // The capacity is exact unless something is escaped, so converting the text to `Bytes` does not copy it.
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

/// Problem details. The type is `about:blank`, so the title must be the phrase of the status.
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
        // The short ids are not URIs.
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
