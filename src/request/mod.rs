//! What the layer knows about a request: its target, its client, and the values that a configuration can refer to.

pub(crate) mod arn;
pub(crate) mod arn_spellings;
#[cfg(feature = "axum")]
pub(crate) mod axum;
pub(crate) mod body;
pub(crate) mod client_ip;
pub(crate) mod condition_keys;
pub(crate) mod context;
mod forwarded;
pub(crate) mod host;
pub(crate) mod path;
pub(crate) mod preflight;
pub(crate) mod reader;
pub(crate) mod resource;
pub(crate) mod resource_resolver;
#[cfg(feature = "axum")]
pub(crate) mod rewritten;
#[cfg(not(feature = "axum"))]
#[path = "no_rewritten.rs"]
pub(crate) mod rewritten;
#[cfg(test)]
#[path = "../../crates/execute-api-policy/src/thread_time.rs"]
mod thread_time;
pub(crate) mod unknown_key;
