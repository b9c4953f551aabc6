//! The answer to a request that the document has no operation for.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};

use crate::context::RequestIds;

const BODY: &str = r#"{"message":"Missing Authentication Token"}"#;

/// The default response of the type `MISSING_AUTHENTICATION_TOKEN`, as recorded.
pub(super) fn missing_authentication_token(method: &Method, ids: RequestIds) -> Response<Bytes> {
    let body = if method == Method::HEAD { "" } else { BODY };
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = StatusCode::FORBIDDEN;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(BODY.len()));
    if let Ok(id) = HeaderValue::try_from(ids.request_id.to_string()) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    headers.insert(
        HeaderName::from_static("x-amzn-errortype"),
        HeaderValue::from_static("MissingAuthenticationTokenException"),
    );
    if let Ok(id) = HeaderValue::try_from(ids.extended_request_id.to_string()) {
        headers.insert(HeaderName::from_static("x-amz-apigw-id"), id);
    }
    response
}
