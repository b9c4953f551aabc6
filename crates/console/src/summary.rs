//! A decision in one line, as the page's list shows it.

use std::sync::Arc;

use serde::{Serialize, Serializer};

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    pub(crate) id: u64,
    /// The time of the decision, in milliseconds since 1970.
    pub(crate) at: u64,
    #[serde(serialize_with = "text")]
    pub(crate) layer: Arc<str>,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) resource: Option<String>,
    pub(crate) outcome: &'static str,
    pub(crate) source: &'static str,
    pub(crate) age_ms: Option<f64>,
    pub(crate) waited_ms: Option<f64>,
    pub(crate) response_type: Option<&'static str>,
    pub(crate) status: Option<u16>,
    pub(crate) principal: Option<String>,
    pub(crate) reason: String,
    pub(crate) has_story: bool,
}

fn text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}
