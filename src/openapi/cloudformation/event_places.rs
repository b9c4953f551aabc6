//! What is known when all of an API's events have been read, apart from the operations.

use std::collections::{BTreeMap, BTreeSet};

use crate::openapi::{node::Node, routing::PathTemplate};

/// The origins of operations, and facts about events that are absent.
#[derive(Default)]
pub(super) struct OfEvents<'d> {
    /// The event of each operation that has one.
    pub(super) places: BTreeMap<usize, Node<'d>>,
    /// Paths with an OPTIONS event whose function is absent. The event may prevent SAM's own OPTIONS operation.
    pub(super) absent_preflights: BTreeSet<String>,
    /// Paths with any event whose function is absent.
    pub(super) partly_absent: BTreeSet<String>,
    /// Paths that `MergeDefinitions` creates for absent functions.
    pub(super) absent_paths: Vec<PathTemplate>,
    /// The spellings of each path: without and with a slash at the end. `/a` and `/a/` are one path to API Gateway, and
    /// two to SAM. The key is the path without the slash.
    spellings: BTreeMap<String, BTreeSet<bool>>,
}

impl OfEvents<'_> {
    pub(super) fn note_spelling(&mut self, path: &str) {
        let (plain, has_slash) = match path.strip_suffix('/') {
            Some(plain) if !plain.is_empty() => (plain, true),
            _ => (path, false),
        };
        let spellings = self.spellings.entry(plain.to_owned()).or_default();
        spellings.insert(has_slash);
    }

    /// Whether the template has the path both with and without a slash at the end.
    pub(super) fn is_written_twice(&self, path: &str) -> bool {
        let spellings = self.spellings.get(path);
        spellings.is_some_and(|spellings| spellings.len() > 1)
    }
}
