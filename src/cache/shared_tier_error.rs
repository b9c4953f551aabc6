//! What went wrong in a shared tier.

use std::{error::Error, fmt};

/// A shared tier could not do what it was asked. No client sees it: the authorizer is asked instead. Who
/// [forgets results](crate::AuthorizerResults::invalidate) does.
///
/// ```
/// use tower_lambda_authorizer::SharedTierError;
///
/// let error = SharedTierError::new("the store is being moved");
/// assert_eq!(error.to_string(), "the store is being moved");
/// let io = std::io::Error::other("connection refused");
/// assert_eq!(SharedTierError::new(io).to_string(), "connection refused");
/// ```
pub struct SharedTierError(Box<dyn Error + Send + Sync>);

impl SharedTierError {
    /// From an error of the store's client, or a text.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

impl fmt::Debug for SharedTierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for SharedTierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for SharedTierError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The message is the wrapped error's own, so the chain goes on behind it.
        self.0.source()
    }
}
