//! The headers of every gateway response: the content headers, the error type and the request's ids.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::failure::{GatewayFailure, IdHeaders};
use crate::request::context::RequestContext;

static X_AMZN_REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
static X_AMZN_ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
static X_AMZ_APIGW_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");

static APIGW_REQUESTID: HeaderName = HeaderName::from_static("apigw-requestid");

/// The most headers that [`set`] sets.
pub(super) const COUNT: usize = 5;

pub(super) fn set(
    headers: &mut HeaderMap,
    content_type: HeaderValue,
    content_length: usize,
    failure: &GatewayFailure,
    request: &RequestContext<'_>,
) {
    headers.insert(header::CONTENT_TYPE, content_type);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(content_length));
    if failure.ids() == IdHeaders::RequestIdAndApigwId {
        if let Ok(id) = HeaderValue::from_bytes(&request.ids().request_id.text()) {
            headers.insert(&X_AMZN_REQUEST_ID, id);
        }
    }
    if let Some(error_type) = failure.error_type() {
        headers.insert(&X_AMZN_ERROR_TYPE, HeaderValue::from_static(error_type));
    }
    let short = match failure.ids() {
        IdHeaders::None => return,
        IdHeaders::ApigwRequestId => &APIGW_REQUESTID,
        IdHeaders::RequestIdAndApigwId | IdHeaders::ApigwId => &X_AMZ_APIGW_ID,
    };
    if let Ok(id) = HeaderValue::from_bytes(&request.ids().extended_request_id.text()) {
        headers.insert(short, id);
    }
}
