//! How much memory the process has.

use std::fs;

/// The most that may be added after the warm-up, in KiB: what the allocator and the threads' own stores may
/// still spread out to.
const MOST_GROWTH: usize = 48 * 1024;

const PAGE_KIB: usize = 4;

/// Resident memory in KiB.
pub(crate) fn resident() -> Option<usize> {
    let text = fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * PAGE_KIB)
}

pub(crate) fn growth(memory: Option<(usize, usize)>) -> Option<String> {
    let (before, after) = memory?;
    let grown = after.saturating_sub(before);
    (grown > MOST_GROWTH).then(|| format!("resident memory grew by {grown} KiB"))
}
