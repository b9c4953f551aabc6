//! A condition key that a decision needed and this process could not provide.

use std::fmt;

/// A condition key that API Gateway provides for every request and this process
/// [does not know](crate::LambdaAuthorizerLayer#keys-that-are-not-known).
///
/// A [`DenialReason`](crate::DenialReason) names it if the policy needs it.
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

    /// What is missing, and the line of code that provides it.
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
