//! The error of a shared tier.

use std::{error::Error, fmt};

use super::tier_outcome::TierFault;

/// The error of a shared tier. If the tier fails during a request, the authorizer is called instead, so clients never
/// see this error. The application gets it in an [`InvalidationError`](crate::caching::InvalidationError).
///
/// ```
/// use tower_lambda_authorizer::caching::SharedTierError;
///
/// let error = SharedTierError::new("the store is being moved");
/// assert_eq!(error.to_string(), "the store is being moved");
/// let io = std::io::Error::other("connection refused");
/// assert_eq!(SharedTierError::new(io).to_string(), "connection refused");
/// ```
pub struct SharedTierError {
    error: Box<dyn Error + Send + Sync>,
    fault: TierFault,
}

impl SharedTierError {
    /// Creates an error from the store's error or a message.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::with(TierFault::Failed, error)
    }

    /// An error that the layer noticed itself.
    pub(super) fn with(fault: TierFault, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let error = error.into();
        Self { error, fault }
    }

    pub(super) fn fault(&self) -> TierFault {
        self.fault
    }
}

impl fmt::Debug for SharedTierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl fmt::Display for SharedTierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl Error for SharedTierError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The message is that of the wrapped error, so the chain continues with that error's source.
        self.error.source()
    }
}
