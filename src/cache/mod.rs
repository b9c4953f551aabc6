//! The authorizer's results, kept for later requests.

mod key;
#[cfg(feature = "shared-cache")]
pub mod shared;
