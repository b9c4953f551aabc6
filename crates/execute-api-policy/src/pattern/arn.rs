//! ARNs, `arn:partition:service:region:account:resource`, and patterns for their heads.

use memchr::{memchr_iter, memchr2};

use super::wildcard::Wildcard;
use crate::heap::HeapBytes;

/// Splits an ARN into its head, which is the text between `arn:` and the resource, and the resource, which may contain
/// colons. Returns `None` if the ARN has fewer than six parts.
pub(crate) fn cut_arn(text: &str) -> Option<(&str, &str)> {
    let after_arn = text.strip_prefix("arn:")?;
    // One search over the whole text is five times as fast as one search for each part.
    let colon = memchr_iter(b':', after_arn.as_bytes()).nth(3)?;
    Some((after_arn.get(..colon)?, after_arn.get(colon + 1..)?))
}

/// The parts of an ARN's head (partition, service, region, account) and the resource.
pub(crate) fn split_arn(text: &str) -> Option<([&str; 4], &str)> {
    let (head, resource) = cut_arn(text)?;
    Some((head_parts(head)?, resource))
}

pub(crate) fn head_parts(head: &str) -> Option<[&str; 4]> {
    let mut parts = head.splitn(4, ':');
    Some([parts.next()?, parts.next()?, parts.next()?, parts.next()?])
}

/// A pattern for a head. Each part is matched separately, so a `*` stays within its part.
#[derive(Debug, Clone)]
pub(crate) enum HeadPattern {
    /// Has no wildcards, so the whole head is compared at once.
    Exact(Box<str>),
    Parts(Box<[Wildcard; 4]>),
}

impl HeadPattern {
    /// Reads the text between `arn:` and the resource. Missing parts are `*`.
    pub(crate) fn new(text: &str) -> Self {
        let is_whole = memchr_iter(b':', text.as_bytes()).nth(2).is_some();
        if is_whole && memchr2(b'*', b'?', text.as_bytes()).is_none() {
            return Self::Exact(text.into());
        }
        let mut parts = text.splitn(4, ':');
        let parts = std::array::from_fn(|_| Wildcard::new(parts.next().unwrap_or("*")));
        Self::Parts(Box::new(parts))
    }

    pub(crate) fn matches(&self, head: &str) -> bool {
        match self {
            Self::Exact(exact) => **exact == *head,
            Self::Parts(patterns) => head_parts(head).is_some_and(|parts| {
                let mut pairs = patterns.iter().zip(parts);
                pairs.all(|(pattern, part)| pattern.matches(part))
            }),
        }
    }
}

impl HeapBytes for HeadPattern {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Exact(text) => text.heap_bytes(),
            Self::Parts(parts) => parts.heap_bytes(),
        }
    }
}
