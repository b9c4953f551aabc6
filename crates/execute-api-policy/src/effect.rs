//! `Allow` and `Deny`.

/// What a statement does where it applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "IAM has these two")]
pub enum Effect {
    /// Lets the request through, unless another statement denies it.
    Allow,
    /// Refuses the request, whatever other statements say.
    Deny,
}
