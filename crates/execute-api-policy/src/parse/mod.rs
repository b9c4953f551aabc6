//! Parses a policy from JSON strictly: everything that is not exactly a valid policy is rejected.

mod conditions;
mod members;
mod statements;

use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use self::members::DocumentMembers;
use super::{PolicyDocument, PolicyError};
use crate::strict_json::object;

/// The largest policy that [`PolicyDocument::from_json`] reads: the size limit of a Lambda function's response.
const DEFAULT_MAX_BYTES: usize = 6 * 1024 * 1024;

/// Options for parsing a policy.
///
/// There is no limit for nesting, because a value that is nested deeper than the policy language allows is rejected
/// where it begins.
///
/// ```
/// use execute_api_policy::{ParseOptions, UnusableValues};
///
/// let typo = br#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
///     "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/33"}}}}"#;
///
/// let error = ParseOptions::new().parse(typo).unwrap_err();
/// assert_eq!(error.path(), Some("Statement.Condition.IpAddress.aws:SourceIp"));
///
/// let tolerant = ParseOptions::new().unusable_values(UnusableValues::MatchNothing);
/// assert!(tolerant.parse(typo).is_ok());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "options do nothing until something is parsed with them"]
pub struct ParseOptions {
    max_bytes: usize,
    unusable_values: UnusableValues,
}

/// How a condition's value is treated if it has the wrong type for its operator, for example if it is not a number, a
/// date, an address, a boolean or base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum UnusableValues {
    /// Reject the policy, because its author meant something else.
    #[default]
    Refuse,
    /// Let the value match nothing, as in IAM. Under a negated operator, IAM does not define the result. The condition
    /// then holds in a `Deny` and does not hold in an `Allow`.
    MatchNothing,
}

impl Default for ParseOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl ParseOptions {
    /// Creates the default options: at most 6 MiB, and unusable values are rejected.
    pub const fn new() -> Self {
        Self {
            max_bytes: DEFAULT_MAX_BYTES,
            unusable_values: UnusableValues::Refuse,
        }
    }

    /// Sets the maximum length of the text in bytes.
    pub const fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Sets what to do with values that their operator cannot use.
    pub const fn unusable_values(mut self, values: UnusableValues) -> Self {
        self.unusable_values = values;
        self
    }

    /// Parses a policy.
    ///
    /// # Errors
    ///
    /// Returns [`PolicyError`] if the text is too long, not JSON, or not a policy. The [language](crate::language)
    /// lists what is rejected.
    pub fn parse(&self, text: &[u8]) -> Result<PolicyDocument, PolicyError> {
        if text.len() > self.max_bytes {
            return Err(PolicyError::new(format!(
                "the policy has {} bytes; at most {} are allowed",
                text.len(),
                self.max_bytes
            )));
        }
        let text = std::str::from_utf8(text)
            .map_err(|error| PolicyError::new(format!("the policy is not UTF-8: {error}")))?;
        if text.starts_with('\u{feff}') {
            return Err(PolicyError::new(
                "the policy begins with a byte order mark; save it as UTF-8 without a byte order mark",
            ));
        }
        match self.unusable_values {
            UnusableValues::Refuse => read::<Document<true>>(text).map(|Document(policy)| policy),
            UnusableValues::MatchNothing => {
                read::<Document<false>>(text).map(|Document(policy)| policy)
            }
        }
    }
}

impl PolicyDocument {
    /// Parses a policy from JSON with the default options of [`ParseOptions::new`].
    ///
    /// # Errors
    ///
    /// Returns [`PolicyError`] if the text is too long, not JSON, or not a policy. The [language](crate::language)
    /// lists what is rejected.
    pub fn from_json(text: &[u8]) -> Result<Self, PolicyError> {
        ParseOptions::new().parse(text)
    }
}

/// Tracks the position only after an error, by parsing a second time.
fn read<T: DeserializeOwned>(text: &str) -> Result<T, PolicyError> {
    serde_json::from_str(text).map_err(|error| {
        let mut again = serde_json::Deserializer::from_str(text);
        match serde_path_to_error::deserialize::<_, T>(&mut again) {
            Err(placed) => PolicyError::at(placed.path(), placed.inner()),
            // The policy itself is valid, so the error is in the text after it.
            Ok(_) => PolicyError::at(&serde_path_to_error::Track::new().path(), &error),
        }
    })
}

struct Document<const STRICT: bool>(PolicyDocument);

impl<'de, const STRICT: bool> Deserialize<'de> for Document<STRICT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members: DocumentMembers<STRICT> = object(deserializer)?;
        Ok(Self(PolicyDocument::from_members(members.into())))
    }
}

/// Deserializes an object strictly. The [language](crate::language) lists what is rejected.
impl<'de> Deserialize<'de> for PolicyDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Document::<true>::deserialize(deserializer).map(|Document(policy)| policy)
    }
}
