//! Why a request was refused.

mod display;
mod masking;
mod name;
mod of_call;
mod reason;

#[cfg(feature = "testing")]
pub(crate) use self::masking::credentials_in;
pub(crate) use self::masking::{mask, masked_reason, without_credentials};
pub use self::reason::DenialReason;
