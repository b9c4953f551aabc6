//! Texts of which paths and patterns are made.

use std::fmt::Write;

/// Repeats the text as often as it fits.
pub(super) fn cycle(text: &str, bytes: usize) -> String {
    let mut path = String::new();
    for c in text.chars().cycle() {
        if path.len() + c.len_utf8() > bytes {
            break;
        }
        path.push(c);
    }
    path
}

pub(super) fn after(text: &str, end: &str, bytes: usize) -> String {
    [&cycle(text, bytes - end.len()), end].concat()
}

pub(super) fn before(start: &str, text: &str, bytes: usize) -> String {
    [start, &cycle(text, bytes - start.len())].concat()
}

/// Repeats the text as a whole.
pub(super) fn whole(text: &str, bytes: usize) -> String {
    text.repeat(bytes / text.len())
}

/// Different ends, as many as fit.
pub(super) fn many_ends(bytes: usize) -> String {
    let mut path = String::from("/detail");
    let mut numbers = 0..;
    while path.len() < bytes {
        let _ = write!(path, "X{}", numbers.next().unwrap_or(0));
    }
    path.truncate(bytes - 1);
    path.push('/');
    path
}

/// Different letters, in no order.
pub(super) fn letters(count: u32) -> String {
    let mut letters: Vec<_> = ('\u{100}'..).take(count as usize).collect();
    letters.sort_by_key(|letter| u32::from(*letter).wrapping_mul(0x9e37_79b9));
    letters.into_iter().collect()
}

/// The letters `a` and `b` in no order.
pub(super) fn random(bytes: usize, seed: u32) -> String {
    let mut state = seed;
    let letters = (0..bytes).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if state >> 31 == 0 { 'a' } else { 'b' }
    });
    letters.collect()
}
