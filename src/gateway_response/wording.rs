//! The messages of a denial by the policy.

/// Which messages to use. API Gateway changed them at some time before October 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Wording {
    #[default]
    Current,
    Older,
    /// Messages that do not mention policies.
    Neutral,
}

impl Wording {
    pub(super) const fn explicit_deny(self) -> &'static str {
        match self {
            Self::Current => {
                "User is not authorized to access this resource with an explicit deny in an identity-based policy"
            }
            Self::Older => "User is not authorized to access this resource with an explicit deny",
            Self::Neutral => "Forbidden",
        }
    }

    pub(super) const fn implicit_deny(self) -> &'static str {
        match self {
            Self::Current => {
                "User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action"
            }
            Self::Older => "User is not authorized to access this resource",
            Self::Neutral => "Forbidden",
        }
    }
}
