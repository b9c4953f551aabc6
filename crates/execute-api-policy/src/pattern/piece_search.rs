//! Finds a piece by the sets of places of a text.
//!
//! If the text has few of a character of the piece, the piece is compared at each place at which this character fits.
//! Otherwise, the places of all its characters are sets of bits. The piece starts at the places that are in all of these
//! sets, each of them shifted by the distance of its character from the start. A window of about a thousand places fits
//! into vector registers, and a character is tested at all of them with some 30 instructions.

use std::ops::{Range, RangeInclusive};

use smallvec::SmallVec;

use super::{
    elements::Element,
    place_sets::{Occurrences, PlaceSets},
    window::{BYTE, WINDOW, Window},
};

/// Returns the end of the leftmost occurrence of a piece in a part of the text. Both are measured in bytes.
pub(super) fn end_of_first(
    text: &PlaceSets,
    piece: &[Element],
    part: Range<usize>,
) -> Option<usize> {
    let (start, end) = (text.place(part.start), text.place(part.end));
    let starts = start..=end.checked_sub(piece.len())?;
    if starts.is_empty() {
        return None;
    }
    let start = first_start(text, piece, &starts)?;
    text.offset(start + piece.len())
}

fn first_start(
    text: &PlaceSets,
    piece: &[Element],
    starts: &RangeInclusive<usize>,
) -> Option<usize> {
    let mut sets = SmallVec::<[&[u8]; 32]>::new();
    let mut rarest: Option<(usize, &[usize])> = None;
    for (distance, element) in piece.iter().enumerate() {
        let Some(wanted) = *element else { continue };
        match text.occurrences(wanted) {
            Occurrences::Many(set) => sets.push(set.before(distance)),
            Occurrences::Few(places) => {
                if rarest.is_none_or(|(_, fewest)| places.len() < fewest.len()) {
                    rarest = Some((distance, places));
                }
            }
        }
    }
    match rarest {
        Some((distance, places)) => by_comparing(text, piece, starts, distance, places),
        None => by_sets(&sets, starts),
    }
}

/// Compares the piece wherever its character at this distance is at one of these places.
fn by_comparing(
    text: &PlaceSets,
    piece: &[Element],
    starts: &RangeInclusive<usize>,
    distance: usize,
    places: &[usize],
) -> Option<usize> {
    let first = places.partition_point(|place| *place < starts.start() + distance);
    let places = places.get(first..)?.iter();
    let candidates = places.map(|place| *place - distance);
    let mut candidates = candidates.take_while(|start| start <= starts.end());
    candidates.find(|start| {
        let text = text.chars.get(*start..).unwrap_or_default();
        begins_with(text, piece)
    })
}

/// The number of characters that are compared without a branch.
const COMPARED: usize = 8;

fn begins_with(text: &[char], piece: &[Element]) -> bool {
    let fits = |(wanted, found): (&Element, &char)| wanted.is_none() | (*wanted == Some(*found));
    let (mut pieces, mut texts) = (piece.chunks_exact(COMPARED), text.chunks_exact(COMPARED));
    let chunks_fit = pieces.by_ref().zip(texts.by_ref()).all(|(piece, text)| {
        let all = piece.iter().zip(text).map(fits);
        all.fold(true, |all, fits| all & fits)
    });
    let rest = text.get(piece.len() - pieces.remainder().len()..);
    chunks_fit
        && pieces
            .remainder()
            .iter()
            .zip(rest.unwrap_or_default())
            .all(fits)
}

/// Finds the first of these places that is in all sets.
fn by_sets(sets: &[&[u8]], starts: &RangeInclusive<usize>) -> Option<usize> {
    let mut first_byte = starts.start() / BYTE;
    let mut window = Window::after(starts.start() % BYTE);
    while first_byte * BYTE <= *starts.end() {
        window.keep(sets, first_byte);
        if let Some(found) = window.first() {
            let start = first_byte * BYTE + found;
            return (start <= *starts.end()).then_some(start);
        }
        first_byte += WINDOW;
        window = Window::after(0);
    }
    None
}
