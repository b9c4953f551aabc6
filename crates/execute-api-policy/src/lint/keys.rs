//! The condition keys of API Gateway.

use super::LintOptions;
use crate::{condition::Comparison, edit_distance::edit_distance};

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
    ("aws:CurrentTime", Kind::Date),
    ("aws:EpochTime", Kind::Epoch),
    ("aws:Referer", Kind::Text),
    ("aws:SecureTransport", Kind::Bool),
    ("aws:SourceArn", Kind::Arn),
    ("aws:SourceIp", Kind::Address),
    ("aws:SourceVpc", Kind::Text),
    ("aws:SourceVpce", Kind::Text),
    ("aws:UserAgent", Kind::Text),
    ("aws:VpcSourceIp", Kind::Address),
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

/// The key of API Gateway that a misspelt name was probably meant as. `None` for the name of a key that exists.
pub(crate) fn nearest_key(name: &str) -> Option<&'static str> {
    if Key::new(name, &LintOptions::new()) != Key::Unknown {
        return None;
    }
    // Another prefix is the application's own.
    let prefix = name
        .split_once(':')
        .map(|(prefix, _)| prefix.to_ascii_lowercase());
    if prefix.is_some_and(|prefix| edit_distance(b"aws", prefix.as_bytes()) > 1) {
        return None;
    }
    let name = plain(name);
    let distance = |known: &str| edit_distance(&plain(known), &name);
    let known = OF_GATEWAY.iter().map(|(known, _)| *known);
    let nearest = known.min_by_key(|known| distance(known))?;
    (distance(nearest) <= MAX_EDITS).then_some(nearest)
}

/// With more edits, different keys would be taken for each other.
const MAX_EDITS: usize = 2;

/// The letters of a name without its prefix, as far as they can matter.
fn plain(name: &str) -> Vec<u8> {
    const MAX: usize = 40;
    let name = name.split_once(':').map_or(name, |(_, name)| name);
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    letters
        .map(|byte| byte.to_ascii_lowercase())
        .take(MAX)
        .collect()
}

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
        if let Some((_, kind)) = OF_GATEWAY
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(&name))
        {
            return Self::OfGateway(*kind);
        }
        if IAM_ONLY.contains(&&*name) || name.starts_with("aws:principaltag/") {
            Self::IamOnly
        } else {
            Self::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_is_recognised() {
        for (name, expected) in [
            ("SourceIp", Some("aws:SourceIp")),
            ("aws:Source-Ip", Some("aws:SourceIp")),
            ("aws:SoruceIp", Some("aws:SourceIp")),
            ("aws:SourceIpAddress", None),
            ("aws:SecureTransprot", Some("aws:SecureTransport")),
            ("aws:Referrer", Some("aws:Referer")),
            ("aws:userAgents", Some("aws:UserAgent")),
            ("aws:VpcSourceIps", Some("aws:VpcSourceIp")),
            ("aws:SourceIp", None),
            ("AWS:sourceip", None),
            ("aws:username", None),
            ("aws:Colour", None),
            ("acme:Plan", None),
            ("acme:SourceIp", None),
            ("aw:SourceIp", Some("aws:SourceIp")),
            ("", None),
        ] {
            assert_eq!(nearest_key(name), expected, "{name}");
        }
    }
}
