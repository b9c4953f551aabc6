//! The condition keys of API Gateway.

use super::LintOptions;
use crate::condition::Comparison;

/// The type of a key's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Address,
    Arn,
    Bool,
    Date,
    /// Seconds since 1970, compared as a date or a number.
    Epoch,
    Text,
}

/// What is known about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// Requests may have the key, with a single value.
    OfGateway(Kind),
    /// Only requests signed for IAM have the key. Requests with an authorizer do not.
    IamOnly,
    /// The application supplies the key, according to the options.
    OfApplication,
    Unknown,
}

const OF_GATEWAY: [(&str, Kind); 10] = [
    ("aws:currenttime", Kind::Date),
    ("aws:epochtime", Kind::Epoch),
    ("aws:referer", Kind::Text),
    ("aws:securetransport", Kind::Bool),
    ("aws:sourcearn", Kind::Arn),
    ("aws:sourceip", Kind::Address),
    ("aws:sourcevpc", Kind::Text),
    ("aws:sourcevpce", Kind::Text),
    ("aws:useragent", Kind::Text),
    ("aws:vpcsourceip", Kind::Address),
];

const IAM_ONLY: [&str; 10] = [
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principaltype",
    "aws:tokenissuetime",
    "aws:userid",
    "aws:username",
];

/// Whether every request has the key.
pub(super) fn is_certain(key: &str) -> bool {
    let certain = ["aws:CurrentTime", "aws:EpochTime", "aws:SecureTransport"];
    certain.iter().any(|known| known.eq_ignore_ascii_case(key))
}

impl Kind {
    pub(super) fn is_compared_by(self, comparison: Comparison) -> bool {
        match comparison {
            Comparison::Null => true,
            Comparison::StringEquals { .. }
            | Comparison::StringEqualsIgnoreCase { .. }
            | Comparison::StringLike { .. } => matches!(self, Self::Text | Self::Arn | Self::Bool),
            Comparison::Numeric(_) => self == Self::Epoch,
            Comparison::Date(_) => matches!(self, Self::Date | Self::Epoch),
            Comparison::Bool => self == Self::Bool,
            Comparison::Binary => false,
            Comparison::IpAddress { .. } => self == Self::Address,
            Comparison::Arn { .. } => self == Self::Arn,
        }
    }

    pub(super) fn with_article(self) -> &'static str {
        match self {
            Self::Address => "an address",
            Self::Arn => "an ARN",
            Self::Bool => "a boolean",
            Self::Date | Self::Epoch => "a date",
            Self::Text => "a text",
        }
    }
}

impl Key {
    pub(super) fn new(name: &str, options: &LintOptions) -> Self {
        let name = name.to_ascii_lowercase();
        if options.keys.contains(&name) {
            return Self::OfApplication;
        }
        if let Some((_, kind)) = OF_GATEWAY.iter().find(|(known, _)| *known == name) {
            return Self::OfGateway(*kind);
        }
        match IAM_ONLY.contains(&&*name) || name.starts_with("aws:principaltag/") {
            true => Self::IamOnly,
            false => Self::Unknown,
        }
    }
}
