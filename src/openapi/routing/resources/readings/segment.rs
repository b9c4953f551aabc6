//! A segment of a path, with the ways in which routers read it.

use percent_encoding::percent_decode_str;

use crate::{policy::folded, request::path::AmbiguousPaths};

pub(super) struct Segment<'p> {
    pub(super) received: &'p str,
    /// What it is to routers that decode it, drop a `;` and what follows it, or both. Usually there is nothing.
    pub(super) others: Vec<String>,
    /// If case is ignored: it and the others, folded.
    folded: Vec<String>,
    /// Whether it has a `;`, also an encoded one. Some routers drop everything from there to the end of the path.
    pub(super) has_parameters: bool,
    /// Its position in the path.
    pub(super) start: usize,
}

impl<'p> Segment<'p> {
    pub(super) fn new(received: &'p str, start: usize, ambiguous_paths: AmbiguousPaths) -> Self {
        let mut segment = Self {
            received,
            others: Vec::new(),
            folded: Vec::new(),
            has_parameters: false,
            start,
        };
        if ambiguous_paths.are_refused() && received.contains(['%', ';']) {
            segment.read_in_other_ways();
        }
        if ambiguous_paths.ignore_case() {
            let others = segment.others.iter().map(String::as_str);
            let texts = std::iter::once(received).chain(others);
            segment.folded = texts.map(folded).collect();
        }
        segment
    }

    fn read_in_other_ways(&mut self) {
        let decoded = percent_decode_str(self.received).decode_utf8_lossy();
        if let Some((name, _)) = decoded.split_once(';') {
            self.has_parameters = true;
            self.others.push(name.to_owned());
        }
        if decoded != self.received {
            self.others.push(decoded.into_owned());
        }
    }

    /// Whether this is the segment for routers that ignore case, but not for others.
    pub(super) fn is_in_another_case(&self, exact: &str) -> bool {
        // A document has only ASCII letters.
        let is_folded = |folded: &String| exact.eq_ignore_ascii_case(folded);
        self.folded.iter().any(is_folded)
            && exact != self.received
            && !self.others.iter().any(|other| other == exact)
    }

    /// Whether case is ignored.
    pub(super) fn ignores_case(&self) -> bool {
        !self.folded.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.received.is_empty()
    }

    /// Whether some routers read it as an empty segment: it is one, or has nothing but parameters.
    pub(super) fn may_be_empty(&self) -> bool {
        self.is_empty() || self.others.iter().any(String::is_empty)
    }
}
