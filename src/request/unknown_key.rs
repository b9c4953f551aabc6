//! A condition key that a policy needs and this process does not know.

use std::fmt;

/// A condition key that API Gateway knows for every request but this process
/// [does not know](crate::LambdaAuthorizerLayer#keys-that-are-not-known).
///
/// If a policy needs the key, the [`DenialReason`](crate::DenialReason) contains it.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownKey {
    name: &'static str,
    reason: &'static str,
}

impl UnknownKey {
    pub(crate) const fn new(name: &'static str, reason: &'static str) -> Self {
        Self { name, reason }
    }

    /// The name of the key, such as `aws:SourceIp`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Why the key is not known, and the line of code that makes it known.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.reason
    }
}

impl fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not known: {}", self.name, self.reason)
    }
}
