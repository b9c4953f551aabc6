//! How much memory the process uses.

use std::fs;

/// How much memory may grow after the warm-up, in KiB, since the allocator and thread-local buffers may still grow.
const MOST_GROWTH: usize = 48 * 1024;

const PAGE_KIB: usize = 4;

/// The resident memory in KiB.
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
