//! A short text that needs no allocation.

/// With this length, a text is as large as the largest kind of pattern.
const MAX: usize = 31;

/// The plain text of a pattern. Most are short, and each miss of the layer's cache compiles a policy.
#[derive(Debug, Clone)]
pub(crate) struct SmallText {
    length: u8,
    bytes: [u8; MAX],
}

impl SmallText {
    /// `None` if the text is too long.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; MAX];
        bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        let length = u8::try_from(text.len()).ok()?;
        Some(Self { length, bytes })
    }

    #[inline(always)]
    pub(super) fn as_bytes(&self) -> &[u8] {
        // The mask changes nothing, but shows the compiler that the length is in range.
        let length = usize::from(self.length) & MAX;
        self.bytes.get(..length).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.length.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Wildcard;

    #[test]
    fn every_short_text_is_kept() {
        for length in 0..2 * MAX {
            let text: String = "a\u{f1}/".chars().cycle().take(length).collect();
            let small = SmallText::new(&text);
            assert_eq!(small.is_some(), text.len() <= MAX, "{text}");
            if let Some(small) = small {
                assert_eq!(small.as_bytes(), text.as_bytes());
                assert_eq!(small.as_bytes(), text.as_bytes());
                assert_eq!(small.len(), text.len());
            }
        }
    }

    /// A policy may have very many patterns.
    #[test]
    fn a_short_text_does_not_make_patterns_larger() {
        assert_eq!(size_of::<Wildcard>(), 40);
    }
}
