//! Room that each thread keeps for what is put together at every request and not kept: texts and keys.

use std::cell::Cell;

/// What is larger is given back.
const KEPT: usize = 16 * 1024;

thread_local! {
    static TEXT: Cell<String> = const { Cell::new(String::new()) };
    static BYTES: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Lends the text that these parts make.
pub(crate) fn with_text<R>(parts: &[&str], look: impl FnOnce(&str) -> R) -> R {
    let mut text = TEXT.take();
    text.clear();
    // To copy nothing costs as much as to copy something.
    let parts = parts.iter().filter(|part| !part.is_empty());
    parts.for_each(|part| text.push_str(part));
    let result = look(&text);
    if text.capacity() <= KEPT {
        TEXT.set(text);
    }
    result
}

/// Lends an empty list of bytes.
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
    fn the_room_is_empty_each_time_also_within_itself() {
        with_text(&["a", "b"], |outer| {
            with_text(&["c"], |inner| assert_eq!(inner, "c"));
            assert_eq!(outer, "ab");
        });
        with_text(&[], |text| assert_eq!(text, ""));
        with_bytes(|bytes| bytes.resize(KEPT + 1, 7));
        with_bytes(|bytes| assert!(bytes.is_empty() && bytes.capacity() == 0));
    }
}
