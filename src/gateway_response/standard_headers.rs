//! The headers of every gateway response: the content headers, the error type and the request's ids.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{
    body::Content,
    failure::{GatewayFailure, IdHeaders},
};
use crate::request::context::RequestIds;

static X_AMZN_REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
static X_AMZN_ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
static X_AMZ_APIGW_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");
static APIGW_REQUESTID: HeaderName = HeaderName::from_static("apigw-requestid");

/// The most headers that [`ready_made`] sets.
const COUNT: usize = 5;

/// Stands for a value that is left open.
const OPEN: HeaderValue = HeaderValue::from_static("");

/// The headers for a failure. The ids are left open, and so are the content headers if there is no content.
pub(super) fn ready_made(content: Option<&Content>, failure: &GatewayFailure) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(COUNT);
    let content_type = content.map(|content| content.content_type.clone());
    let length = content.map(Content::length_value);
    headers.insert(header::CONTENT_TYPE, content_type.unwrap_or(OPEN));
    headers.insert(header::CONTENT_LENGTH, length.unwrap_or(OPEN));
    if failure.ids() == IdHeaders::RequestIdAndApigwId {
        headers.insert(&X_AMZN_REQUEST_ID, OPEN);
    }
    if let Some(error_type) = failure.error_type() {
        headers.insert(&X_AMZN_ERROR_TYPE, HeaderValue::from_static(error_type));
    }
    match failure.ids() {
        IdHeaders::RequestIdAndApigwId | IdHeaders::ApigwId => {
            headers.insert(&X_AMZ_APIGW_ID, OPEN);
        }
        IdHeaders::ApigwRequestId => {
            headers.insert(&APIGW_REQUESTID, OPEN);
        }
        IdHeaders::None => {}
    }
    headers
}

/// Sets the content headers that were left open.
pub(super) fn describe(headers: &mut HeaderMap, content: &Content) {
    headers.insert(header::CONTENT_TYPE, content.content_type.clone());
    headers.insert(header::CONTENT_LENGTH, content.length_value());
}

/// Sets the ids that were left open.
pub(super) fn identify(headers: &mut HeaderMap, ids: RequestIds) {
    let (request_id, extended) = ids.texts();
    let open = headers.iter_mut().filter(|(_, value)| value.is_empty());
    for (name, value) in open {
        let text = match *name == X_AMZN_REQUEST_ID {
            true => &request_id,
            false => &extended,
        };
        *value = HeaderValue::from_maybe_shared(text.clone()).expect("ids are ASCII");
    }
}

impl Content {
    fn length_value(&self) -> HeaderValue {
        HeaderValue::from(self.body.len())
    }
}
