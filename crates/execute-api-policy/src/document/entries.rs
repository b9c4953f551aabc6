//! The entries of a statement's action part or resource part.

use smallvec::SmallVec;

use crate::{heap::heap_bytes, resource::Resource};

/// The entries of `Action`, `NotAction`, `Resource` or `NotResource`. A statement has exactly one member of each pair.
///
/// ```
/// use execute_api_policy::PolicyDocument;
///
/// let document = PolicyDocument::from_json(br#"{"Statement": {
///     "Effect": "Deny", "Action": "*", "NotResource": ["arn:aws:execute-api:*:*:*/prod/GET/health"]
/// }}"#)?;
/// let resources = document.statements()[0].resources();
/// assert!(resources.is_excluding());
/// assert_eq!(resources.texts(), ["arn:aws:execute-api:*:*:*/prod/GET/health"]);
/// # Ok::<(), execute_api_policy::PolicyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries {
    pub(crate) excluding: bool,
    pub(crate) texts: SmallVec<[String; 1]>,
    /// The entries that are escaped, in a document of any version, because they were made from method ARNs. Sorted.
    pub(crate) escaped: Vec<u32>,
}

heap_bytes!(Entries { texts, escaped });

impl Entries {
    pub(crate) fn new(excluding: bool, texts: SmallVec<[String; 1]>) -> Self {
        Self {
            excluding,
            texts,
            escaped: Vec::new(),
        }
    }

    pub(super) fn resources<R: Into<Resource>>(resources: impl IntoIterator<Item = R>) -> Self {
        let mut entries = Self::new(false, SmallVec::new());
        for (number, resource) in (0..).zip(resources) {
            let (text, is_escaped) = resource.into().into_parts();
            entries.texts.push(text);
            entries.escaped.extend(is_escaped.then_some(number));
        }
        entries
    }

    /// Whether an entry is read in the version with escapes, even if the document has another version.
    pub(crate) fn is_escaped(&self, index: usize) -> bool {
        let index = u32::try_from(index);
        index.is_ok_and(|index| self.escaped.binary_search(&index).is_ok())
    }

    /// Whether this is `NotAction` or `NotResource`. The statement then applies if none of the entries matches.
    /// Otherwise it applies if one of them matches.
    #[must_use]
    pub fn is_excluding(&self) -> bool {
        self.excluding
    }

    /// The entries, included or excluded.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.texts
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::thread_time::thread_time;

    #[test]
    fn many_escaped_entries_do_not_cost_quadratic_time() {
        let arn = "arn:aws:execute-api:r:1:a/prod/GET/*";
        let entries = Entries::resources((0..200_000).map(|_| Resource::literal(arn)));
        let before = thread_time();
        assert!((0..200_000).all(|index| entries.is_escaped(index)));
        assert!(!entries.is_escaped(200_000));
        // In quadratic time, it takes minutes.
        assert!(thread_time() - before < Duration::from_secs(10));
    }
}
