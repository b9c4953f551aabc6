//! Texts of others, up to a length that can be kept for every request that waits for the same answer.

/// The most bytes of a text: more than all headers that API Gateway lets through (10,240 bytes), so that a credential
/// in a message is still whole when it is masked.
const MOST_BYTES: usize = 16 * 1024;

/// The beginning of a text.
pub(crate) fn bounded(mut text: String) -> String {
    if text.len() > MOST_BYTES {
        text.truncate(last_boundary(&text));
        text.shrink_to_fit();
    }
    text
}

fn last_boundary(text: &str) -> usize {
    let mut candidates = (0..=MOST_BYTES).rev();
    let boundary = candidates.find(|at| text.is_char_boundary(*at));
    boundary.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_too_long_is_cut_and_no_character_is() {
        for (text, length) in [
            ("", 0),
            (&*"x".repeat(MOST_BYTES), MOST_BYTES),
            (&*"x".repeat(MOST_BYTES + 1), MOST_BYTES),
            // 16,384 is no multiple of three.
            (&*"€".repeat(MOST_BYTES), MOST_BYTES - 1),
        ] {
            let cut = bounded(text.to_owned());
            assert_eq!(cut.len(), length);
            assert!(text.starts_with(&cut));
        }
    }
}
