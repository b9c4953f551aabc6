//! The request that a result was made for.

use std::{fmt, sync::Arc};

use super::key::Key;
use crate::policy::HeapBytes;

/// The method ARN of the request that a result was made for.
#[derive(Clone)]
pub(crate) enum MadeFor {
    /// It is stored with the result's key.
    Key(Key),
    Text(Arc<str>),
}

impl MadeFor {
    pub(crate) fn is(&self, method_arn: &str) -> bool {
        self.as_bytes() == method_arn.as_bytes()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Key(key) => key.method_arn(),
            Self::Text(text) => text.as_bytes(),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Key(key) => std::str::from_utf8(key.method_arn()).unwrap_or_default(),
            Self::Text(text) => text,
        }
    }

    /// The text without the key, which is a credential.
    pub(crate) fn text(&self) -> Arc<str> {
        match self {
            Self::Key(_) => self.as_str().into(),
            Self::Text(text) => Arc::clone(text),
        }
    }
}

impl From<&str> for MadeFor {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl PartialEq for MadeFor {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for MadeFor {}

impl fmt::Debug for MadeFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// The memory of a key is counted where the result is kept.
impl HeapBytes for MadeFor {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Key(_) => 0,
            Self::Text(text) => text.heap_bytes(),
        }
    }
}
