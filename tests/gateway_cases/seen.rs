//! One exchange of a case, as seen from outside.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) response_type: Option<String>,
    /// What the protected service received, if it was reached.
    pub(crate) caller: Option<Caller>,
    /// How often the authorizer was invoked so far.
    pub(crate) invocations: usize,
    /// What the authorizer received in this exchange.
    pub(crate) event: Option<Value>,
}

/// What the protected service knows of the caller.
#[derive(Clone, Default)]
pub(crate) struct Caller {
    pub(crate) principal_id: Option<String>,
    pub(crate) context: BTreeMap<String, Value>,
}
