//! Buffers that each thread reuses for the texts and keys of a request.

use std::cell::Cell;

/// Larger buffers are freed instead of reused.
const KEPT: usize = 16 * 1024;

thread_local! {
    static TEXT: Cell<String> = const { Cell::new(String::new()) };
    static BYTES: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Calls `look` with the concatenated parts.
pub(crate) fn with_text<R>(parts: &[&str], look: impl FnOnce(&str) -> R) -> R {
    let mut text = TEXT.take();
    text.clear();
    // Copying an empty part costs as much as copying a short one.
    let parts = parts.iter().filter(|part| !part.is_empty());
    parts.for_each(|part| text.push_str(part));
    let result = look(&text);
    if text.capacity() <= KEPT {
        TEXT.set(text);
    }
    result
}

/// Calls `work` with an empty buffer.
pub(crate) fn with_bytes<R>(work: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    let mut bytes = BYTES.take();
    bytes.clear();
    let result = work(&mut bytes);
    if bytes.capacity() <= KEPT {
        BYTES.set(bytes);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_empty_each_time_even_if_calls_are_nested() {
        with_text(&["a", "b"], |outer| {
            with_text(&["c"], |inner| assert_eq!(inner, "c"));
            assert_eq!(outer, "ab");
        });
        with_text(&[], |text| assert_eq!(text, ""));
        with_bytes(|bytes| bytes.resize(KEPT + 1, 7));
        with_bytes(|bytes| assert!(bytes.is_empty() && bytes.capacity() == 0));
    }
}
