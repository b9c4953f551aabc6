//! Shortens messages from outside of the crate, since every request that waits for the same call keeps a copy.

/// More than the total size of headers that API Gateway accepts (10,240 bytes). So a credential in a message is never
/// cut in the middle, which would keep it from being masked.
const MAX_BYTES: usize = 16 * 1024;

/// The first [`MAX_BYTES`] of a text, without a part of a character.
pub(crate) fn bounded(mut text: String) -> String {
    if text.len() > MAX_BYTES {
        text.truncate(last_boundary(&text));
        text.shrink_to_fit();
    }
    text
}

fn last_boundary(text: &str) -> usize {
    let mut candidates = (0..=MAX_BYTES).rev();
    let boundary = candidates.find(|at| text.is_char_boundary(*at));
    boundary.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        for (text, length) in [
            ("", 0),
            (&*"x".repeat(MAX_BYTES), MAX_BYTES),
            (&*"x".repeat(MAX_BYTES + 1), MAX_BYTES),
            // A euro sign has three bytes, and 16,384 is not a multiple of three.
            (&*"€".repeat(MAX_BYTES), MAX_BYTES - 1),
        ] {
            let cut = bounded(text.to_owned());
            assert_eq!(cut.len(), length);
            assert!(text.starts_with(&cut));
        }
    }
}
