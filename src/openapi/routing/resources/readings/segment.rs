//! A segment of a path, with the ways in which routers read it.

use percent_encoding::percent_decode_str;

use crate::request::path::AmbiguousPaths;

pub(super) struct Segment<'p> {
    pub(super) received: &'p str,
    /// What it is to routers that decode it, drop a `;` and what follows it, or both. Usually there is nothing.
    pub(super) others: Vec<String>,
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
            has_parameters: false,
            start,
        };
        if ambiguous_paths == AmbiguousPaths::Refuse && received.contains(['%', ';']) {
            segment.read_in_other_ways();
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

    pub(super) fn is_empty(&self) -> bool {
        self.received.is_empty()
    }

    /// Whether some routers read it as an empty segment: it is one, or has nothing but parameters.
    pub(super) fn may_be_empty(&self) -> bool {
        self.is_empty() || self.others.iter().any(String::is_empty)
    }
}
