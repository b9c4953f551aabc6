//! Envoy's answer, from the response of the guard.

use bytes::Bytes;
use envoy_types::{
    ext_authz::v3::pb::{
        CheckResponse, DeniedHttpResponse, HeaderAppendAction, HeaderValue, HeaderValueOption,
        HttpResponse, HttpStatus, OkHttpResponse,
    },
    pb::google::rpc,
};
use http::{HeaderMap, Response, StatusCode, header};
use tonic::Code;

use super::{allowed::Allowed, metadata};

/// Translates a response. Only a response of the service behind the guard, which has [`Allowed`] in its extensions,
/// lets the request through.
pub(super) fn answer(response: Response<Bytes>) -> CheckResponse {
    let (mut head, body) = response.into_parts();
    match head.extensions.remove::<Allowed>() {
        Some(allowed) => ok(&allowed, &head.headers),
        None => denied(head.status, &head.headers, &body),
    }
}

fn ok(allowed: &Allowed, added: &HeaderMap) -> CheckResponse {
    CheckResponse {
        status: Some(code(Code::Ok)),
        dynamic_metadata: allowed.caller.as_ref().map(metadata::of),
        http_response: Some(HttpResponse::OkResponse(OkHttpResponse {
            headers: options(&allowed.set),
            headers_to_remove: allowed.remove.iter().map(ToString::to_string).collect(),
            response_headers_to_add: options(added),
            ..OkHttpResponse::default()
        })),
    }
}

/// The gateway response, which Envoy sends to the client.
///
/// It is never an `error_response`: Envoy may be configured to let a request through after an error.
fn denied(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> CheckResponse {
    let mut headers = headers.clone();
    // Envoy counts the body itself. It sends none after a HEAD request.
    headers.remove(header::CONTENT_LENGTH);
    CheckResponse {
        status: Some(code(match status {
            StatusCode::UNAUTHORIZED => Code::Unauthenticated,
            _ => Code::PermissionDenied,
        })),
        dynamic_metadata: None,
        http_response: Some(HttpResponse::DeniedResponse(DeniedHttpResponse {
            // Envoy's list of statuses has gaps, such as 418, but it sends every number.
            status: Some(HttpStatus {
                code: i32::from(status.as_u16()),
            }),
            headers: options(&headers),
            // The field must be text. A gateway response is text, unless it repeats a client's header that is not
            // UTF-8.
            body: String::from_utf8_lossy(body).into_owned(),
        })),
    }
}

fn code(code: Code) -> rpc::Status {
    rpc::Status {
        code: code.into(),
        ..rpc::Status::default()
    }
}

/// The first value of a name replaces what is there, and further values are added to it.
///
/// The older field `append` stays unset: Envoy versions that know `append_action` prefer `append`, and would join values
/// with commas. Versions that do not know it set each header, and keep several of one name.
fn options(headers: &HeaderMap) -> Vec<HeaderValueOption> {
    let mut options = Vec::with_capacity(headers.len());
    for name in headers.keys() {
        let mut action = HeaderAppendAction::OverwriteIfExistsOrAdd;
        for value in headers.get_all(name) {
            options.push(HeaderValueOption {
                header: Some(HeaderValue {
                    key: name.to_string(),
                    value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    ..HeaderValue::default()
                }),
                append_action: action.into(),
                keep_empty_value: true,
                ..HeaderValueOption::default()
            });
            action = HeaderAppendAction::AppendIfExistsOrAdd;
        }
    }
    options
}
