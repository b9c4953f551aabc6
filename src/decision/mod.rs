//! Why a request was refused.

mod display;
mod failed_call;
mod masking;
mod name;
mod reason;

#[cfg(feature = "testing")]
pub(crate) use self::masking::credentials_in;
pub(crate) use self::masking::{mask, masked_reason, without_credentials};
pub use self::reason::DenialReason;
