//! Errors of a console's configuration.

use thiserror::Error;

/// The settings of a console are not valid.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConsoleError {
    /// The number of decisions to keep is 0 or too large.
    #[error("the console cannot keep {0} decisions: choose a number from 1 to {MAX}", MAX = super::ring::MAX_DECISIONS)]
    Capacity(usize),
    /// A text is not the name or the address of a host.
    #[error(
        "`{0}` is not a host: write a name or an address without a scheme, a port and a path, such as `dev.example`"
    )]
    Host(String),
}
