//! Finds a piece with gaps by the sets of places of a text.
//!
//! The character of the piece that is rarest in the text comes first: the piece can only start at the right distance
//! before it. The leftmost of these candidates is compared with the piece. If an element differs there, it usually
//! differs for many other candidates too, and one operation on sets removes them all.
//!
//! Each operation uses another element of the piece, and takes time linear in the places that are searched, with a very
//! small constant. The comparisons between the operations take no longer than the operations.

use std::ops::RangeInclusive;

use smallvec::SmallVec;

use super::{
    candidates::{Candidates, Listed, Marked},
    elements::Element,
    place_sets::{Occurrences, PlaceSets},
};

/// The number of places that are searched together at first. An operation on fewer places takes about the same time.
const FIRST_WINDOW: usize = 512;

/// If the piece is not found, this many times as many places follow.
const GROWTH: usize = 8;

/// The least number of characters that are compared before the next operations.
const LEAST_COMPARED: usize = 8;

/// If the compared characters are those of the piece, operations with this many of them follow.
const KEPT_AT_ONCE: usize = LEAST_COMPARED;

/// Returns the first of these places at which the piece starts. Behind each of them, the text is as long as the piece.
pub(super) fn first_start(
    sets: &PlaceSets,
    piece: &[Element],
    mut starts: RangeInclusive<usize>,
) -> Option<usize> {
    let mut comparison = Comparison::new(sets, piece)?;
    let Some(rarest) = comparison.wanted.first().copied() else {
        return Some(*starts.start());
    };
    let occurrences = sets.occurrences(rarest.c);
    // A piece that is found early costs no more than its own length requires.
    let mut width = piece.len().max(FIRST_WINDOW);
    while !starts.is_empty() {
        let (found, end) = match occurrences {
            Occurrences::Few(places) => {
                let mut listed = Listed::new(places, rarest.distance, &starts, width);
                (comparison.first_among(&mut listed), listed.end())
            }
            Occurrences::Many => {
                let mut marked = Marked::new(&starts, width);
                marked.keep(sets, rarest);
                (comparison.first_among(&mut marked), marked.end())
            }
        };
        if found.is_some() {
            return found;
        }
        starts = end..=*starts.end();
        width *= GROWTH;
    }
    None
}

/// A character of the piece.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) c: char,
    /// The distance from the start of the piece.
    pub(super) distance: usize,
}

/// Compares candidates with a piece.
struct Comparison<'p> {
    sets: &'p PlaceSets,
    /// The characters of the piece: first those that all candidates are known to have, the rarest one before all.
    wanted: SmallVec<[Wanted; 16]>,
    /// The number of those that all candidates have.
    known: usize,
}

impl<'p> Comparison<'p> {
    /// Returns `None` if the text does not have one of the characters.
    fn new(sets: &'p PlaceSets, piece: &[Element]) -> Option<Self> {
        let mut wanted = SmallVec::new();
        let (mut rarest, mut least) = (0, usize::MAX);
        for (distance, element) in piece.iter().enumerate() {
            let Some(c) = *element else { continue };
            let count = sets.count(c);
            if count == 0 {
                return None;
            }
            if count < least {
                (rarest, least) = (wanted.len(), count);
            }
            wanted.push(Wanted { c, distance });
        }
        if !wanted.is_empty() {
            wanted.swap(0, rarest);
        }
        Some(Self {
            sets,
            wanted,
            known: 0,
        })
    }

    /// Returns the first candidate at which the piece starts. All of them have the rarest character.
    fn first_among(&mut self, candidates: &mut impl Candidates) -> Option<usize> {
        // The characters that told other candidates apart are still at the front, and are compared first.
        self.known = 1;
        while let Some(start) = candidates.first() {
            if self.fits(start, candidates) {
                return Some(start);
            }
            candidates.remove(start);
        }
        None
    }

    /// Whether the piece starts at a candidate. Removes other candidates from time to time.
    fn fits(&mut self, start: usize, candidates: &mut impl Candidates) -> bool {
        let mut next = self.known;
        let mut most = candidates.cost_of_keeping();
        loop {
            let rest = self.wanted.get(next..).unwrap_or_default();
            let text = self.sets.chars.get(start..).unwrap_or_default();
            let differs = |wanted: &Wanted| text.get(wanted.distance) != Some(&wanted.c);
            let differing = rest.iter().take(most).position(differs);
            // Those before `next` are known or were compared, too. So they may change places.
            match differing {
                Some(at) => {
                    self.keep(next + at, candidates);
                    return false;
                }
                None if rest.len() <= most => return true,
                None => next += most,
            }
            for at in next - KEPT_AT_ONCE..next {
                self.keep(at, candidates);
            }
            // Comparing has told nothing so far.
            most = (most / 2).max(LEAST_COMPARED);
        }
    }

    /// Keeps the candidates that have a character. From then on it is known that all of them have it.
    fn keep(&mut self, at: usize, candidates: &mut impl Candidates) {
        if let Some(wanted) = self.wanted.get(at) {
            candidates.keep(self.sets, *wanted);
        }
        self.wanted.swap(self.known, at);
        self.known += 1;
    }
}
