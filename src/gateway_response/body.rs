//! The bodies of gateway responses: problem details and the default bodies.

use bytes::Bytes;
use http::{HeaderValue, StatusCode};

use super::{
    body_form::BodyForm,
    failure::{GatewayFailure, IdHeaders},
    reference::{Values, json_string, push_json_string},
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const JSON_IN_UTF_8: HeaderValue = HeaderValue::from_static("application/json; charset=UTF-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html");
const PLAIN_TEXT: HeaderValue = HeaderValue::from_static("text/plain");

/// A body and its content type.
pub(super) struct Content {
    pub(super) content_type: HeaderValue,
    pub(super) body: Bytes,
}

impl Content {
    pub(super) fn json(body: String) -> Self {
        Self {
            content_type: JSON,
            body: body.into(),
        }
    }

    /// The default body with ids of the request.
    pub(super) fn with_connection(values: &Values<'_>) -> Self {
        Self {
            content_type: JSON_IN_UTF_8,
            body: connection_body(values).into(),
        }
    }
}

/// The default body, exactly as API Gateway writes it. `None` if it has ids of the request.
pub(super) fn default_content(has_entry: bool, failure: &GatewayFailure) -> Option<Content> {
    Some(match failure.form {
        // An entry without a template uses the default template, whose form differs from some default bodies.
        form if has_entry && form.is_a_template() => {
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
        ids.extended_request_id()
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
pub(super) fn problem(status: StatusCode, values: &Values<'_>) -> Content {
    let title = json_string(status.canonical_reason().unwrap_or_default());
    let detail = match values.failure.message() {
        Some(message) => format!(r#","detail":{}"#, json_string(message)),
        None => String::new(),
    };
    let status = status.as_u16();
    let instance = match values.failure.ids {
        IdHeaders::RequestIdAndApigwId => {
            let id = values.request.ids().request_id();
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
