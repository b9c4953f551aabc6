//! What else is known once an API's events have been read.

use std::collections::{BTreeMap, BTreeSet};

use crate::openapi::{node::Node, routing::PathTemplate};

/// Where operations have come from, and what is not there.
#[derive(Default)]
pub(super) struct OfEvents<'d> {
    /// Which operations have come from which event.
    pub(super) places: BTreeMap<usize, Node<'d>>,
    /// Paths with an OPTIONS event whose function is not there. It may keep SAM's own OPTIONS operation away.
    pub(super) absent_preflights: BTreeSet<String>,
    /// Paths with any event whose function is not there.
    pub(super) partly_absent: BTreeSet<String>,
    /// Paths that `MergeDefinitions` makes for functions that are not there.
    pub(super) absent_paths: Vec<PathTemplate>,
    /// Paths without the slash at the end, and how many spellings each has: `/a` and `/a/` are one path to API Gateway and
    /// two to SAM.
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

    /// Whether the path is written in two ways.
    pub(super) fn is_written_twice(&self, path: &str) -> bool {
        let spellings = self.spellings.get(path);
        spellings.is_some_and(|spellings| spellings.len() > 1)
    }
}
