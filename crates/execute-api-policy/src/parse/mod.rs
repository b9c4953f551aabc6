//! Reading a policy from JSON, strictly: whatever is not a policy to the letter is refused.

mod conditions;
mod members;

use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use self::members::DocumentMembers;
use super::{PolicyDocument, PolicyError};
use crate::strict_json::object;

/// The most that [`PolicyDocument::from_json`] reads: what a Lambda function may answer.
const DEFAULT_MAX_BYTES: usize = 6 * 1024 * 1024;

/// How a policy is read.
///
/// Its nesting needs no limit: a value that is deeper than the policy language has it is an error where it
/// begins.
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

/// What becomes of a condition's value that is not of its operator's kind: text where a number, a
/// date, an address, a truth value or base64 has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum UnusableValues {
    /// The policy is refused: whoever wrote it meant something else.
    #[default]
    Refuse,
    /// The value matches nothing, as in IAM's evaluation. Under a negated operator, where IAM does not
    /// say, the condition then holds in a `Deny` and does not in an `Allow`.
    MatchNothing,
}

impl Default for ParseOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl ParseOptions {
    /// At most 6 MiB, and unusable values are refused.
    pub const fn new() -> Self {
        Self {
            max_bytes: DEFAULT_MAX_BYTES,
            unusable_values: UnusableValues::Refuse,
        }
    }

    /// Sets how long the text may be, in bytes.
    pub const fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Sets what becomes of values that no operator can use.
    pub const fn unusable_values(mut self, values: UnusableValues) -> Self {
        self.unusable_values = values;
        self
    }

    /// Reads a policy.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] where the text is too long, not JSON or not a policy; see the
    /// [module](super) for what is refused.
    pub fn parse(&self, text: &[u8]) -> Result<PolicyDocument, PolicyError> {
        if text.len() > self.max_bytes {
            return Err(PolicyError::new(format!(
                "the policy has {} bytes; {} are allowed",
                text.len(),
                self.max_bytes
            )));
        }
        let text = std::str::from_utf8(text)
            .map_err(|error| PolicyError::new(format!("the policy is not UTF-8: {error}")))?;
        if text.starts_with('\u{feff}') {
            return Err(PolicyError::new(
                "the policy begins with a byte order mark, which JSON does not have: save it as UTF-8 without one",
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
    /// Reads a policy from JSON text, as [`ParseOptions::new`] has it.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] where the text is too long, not JSON or not a policy; see the
    /// [module](super) for what is refused.
    pub fn from_json(text: &[u8]) -> Result<Self, PolicyError> {
        ParseOptions::new().parse(text)
    }
}

/// Keeps track of the place only where there is an error to be placed.
fn read<T: DeserializeOwned>(text: &str) -> Result<T, PolicyError> {
    serde_json::from_str(text).map_err(|error| {
        let mut again = serde_json::Deserializer::from_str(text);
        match serde_path_to_error::deserialize::<_, T>(&mut again) {
            Err(placed) => PolicyError::at(placed.path(), placed.inner()),
            // Only what follows the policy is wrong.
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

/// From an object, strictly; see the [module](super) for what is refused.
impl<'de> Deserialize<'de> for PolicyDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Document::<true>::deserialize(deserializer).map(|Document(policy)| policy)
    }
}
