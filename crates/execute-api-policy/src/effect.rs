//! `Allow` and `Deny`.

/// What a statement does if it applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "IAM has only these two")]
pub enum Effect {
    /// Allows the request, unless another statement denies it.
    Allow,
    /// Denies the request, even if other statements allow it.
    Deny,
}
