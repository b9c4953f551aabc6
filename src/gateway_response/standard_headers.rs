//! The headers that responses to one failure have in common: the content headers, the error type and the request's ids,
//! and after them mapped headers whose values are fixed.

use std::mem;

use bytes::Bytes;
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

/// The most headers that [`StandardHeaders::new`] sets.
const COUNT: usize = 5;

/// Stands for a value that is left open.
const OPEN: HeaderValue = HeaderValue::from_static("");

/// A ready-made map, and which of its values depend on the request.
#[derive(Debug)]
pub(super) struct StandardHeaders {
    headers: HeaderMap,
    /// In the order of the headers.
    open: Vec<OpenValue>,
}

/// A value that depends on the request.
#[derive(Debug)]
struct OpenValue {
    kind: StandardValue,
    /// How many fixed values are between this one and the one before.
    skipped: usize,
}

#[derive(Debug, Clone, Copy)]
enum StandardValue {
    ContentType,
    ContentLength,
    RequestId,
    ExtendedRequestId,
}

impl StandardHeaders {
    /// The headers for a failure. The ids are left open. If there is no content, the content headers are left open,
    /// too.
    pub(super) fn new(content: Option<&Content>, failure: &GatewayFailure) -> Self {
        let mut headers = Self {
            headers: HeaderMap::with_capacity(COUNT),
            open: Vec::with_capacity(COUNT),
        };
        let content_type = content.map(|content| content.content_type.clone());
        let length = content.map(Content::length_value);
        headers.add(
            &header::CONTENT_TYPE,
            content_type,
            StandardValue::ContentType,
        );
        headers.add(
            &header::CONTENT_LENGTH,
            length,
            StandardValue::ContentLength,
        );
        if failure.ids == IdHeaders::RequestIdAndApigwId {
            headers.add(&X_AMZN_REQUEST_ID, None, StandardValue::RequestId);
        }
        if let Some(error_type) = failure.error_type {
            let error_type = HeaderValue::from_static(error_type);
            headers.headers.insert(&X_AMZN_ERROR_TYPE, error_type);
        }
        match failure.ids {
            IdHeaders::RequestIdAndApigwId | IdHeaders::ApigwId => {
                headers.add(&X_AMZ_APIGW_ID, None, StandardValue::ExtendedRequestId);
            }
            IdHeaders::ApigwRequestId => {
                headers.add(&APIGW_REQUESTID, None, StandardValue::ExtendedRequestId);
            }
            IdHeaders::None => {}
        }
        headers
    }

    /// Adds a header with a fixed value, or leaves its value open.
    fn add(&mut self, name: &HeaderName, fixed: Option<HeaderValue>, kind: StandardValue) {
        if fixed.is_none() {
            let before = self.open.iter().map(|open| open.skipped + 1);
            let skipped = self.headers.len() - before.sum::<usize>();
            self.open.push(OpenValue { kind, skipped });
        }
        self.headers.insert(name, fixed.unwrap_or(OPEN));
    }

    /// Adds a mapped header after the others. Returns false if it would replace one of them.
    pub(super) fn map(&mut self, name: &HeaderName, value: &HeaderValue) -> bool {
        let is_new = !self.headers.contains_key(name);
        if is_new {
            self.headers.insert(name, value.clone());
        }
        is_new
    }

    /// A copy with the values of one request. `content` is needed only if the content headers were left open.
    pub(super) fn filled(&self, content: Option<&Content>, ids: RequestIds) -> HeaderMap {
        let mut headers = self.headers.clone();
        let (request_id, extended) = ids.texts();
        let (mut request_id, mut extended) = (id_value(request_id), id_value(extended));
        let mut values = headers.values_mut();
        for OpenValue { kind, skipped } in &self.open {
            let Some(value) = values.nth(*skipped) else {
                break;
            };
            match (kind, content) {
                (StandardValue::RequestId, _) => mem::swap(value, &mut request_id),
                (StandardValue::ExtendedRequestId, _) => mem::swap(value, &mut extended),
                (StandardValue::ContentType, Some(content)) => {
                    *value = content.content_type.clone();
                }
                (StandardValue::ContentLength, Some(content)) => *value = content.length_value(),
                (StandardValue::ContentType | StandardValue::ContentLength, None) => {}
            }
        }
        headers
    }
}

fn id_value(id: Bytes) -> HeaderValue {
    HeaderValue::from_maybe_shared(id).expect("ids are ASCII")
}

impl Content {
    fn length_value(&self) -> HeaderValue {
        HeaderValue::from(self.body.len())
    }
}
