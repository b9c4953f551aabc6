//! A method and a pattern for the path.

use std::num::NonZeroU64;

use crate::effect::Effect;

/// A route that was read from a policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundRoute<'d> {
    pub(super) method: MethodName,
    pub(super) path: &'d str,
    pub(super) effect: Effect,
    /// The number of its statement.
    pub(super) statement: u32,
}

/// The name of a method, of at most seven bytes. All methods of HTTP itself have such a name.
///
/// It is stored as a number. The highest bit that is set marks the length; the bits below it are the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MethodName(NonZeroU64);

impl MethodName {
    /// Stands for every method, before all names.
    pub(super) const EVERY: Self = Self(NonZeroU64::MIN);

    const MAX_LENGTH: usize = 7;

    /// `None` if the text is longer.
    #[must_use]
    pub const fn of(text: &str) -> Option<Self> {
        if text.len() > Self::MAX_LENGTH {
            return None;
        }
        let mut number = 2;
        let mut rest = text.as_bytes();
        while let [byte, after @ ..] = rest {
            number = number << 8 | *byte as u64;
            rest = after;
        }
        match NonZeroU64::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }
}

/// Where in a stage a pattern matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'p> {
    Nowhere,
    Everywhere,
    Route {
        method: MethodName,
        /// A pattern for the path with its first slash.
        path: &'p str,
    },
}

impl<'p> Place<'p> {
    /// Reads a pattern for a method and a path, `{METHOD}/{path}`. Returns `None` if it is not a method and a pattern
    /// for the path.
    ///
    /// A method has no slash, so the first slash of a text is where its path begins. A pattern without a wildcard
    /// before its first slash therefore matches if the method and the path match. If a pattern begins with a star and a
    /// slash, the star matches the method, and perhaps more: then the same pattern matches the path alone, in which the
    /// star may match nothing. A wildcard at another place may match a part of the method, so such a pattern is not a
    /// route.
    pub(super) fn of(pattern: &'p str) -> Option<Self> {
        let special = pattern
            .bytes()
            .position(|byte| matches!(byte, b'/' | b'*' | b'?'));
        let Some((before, from)) = special.and_then(|at| pattern.split_at_checked(at)) else {
            return Some(Self::Nowhere);
        };
        if from.starts_with('/') {
            return MethodName::of(before).map(|method| Self::Route { method, path: from });
        }
        let after_star = pattern.trim_start_matches('*');
        match after_star.as_bytes().first() {
            None => Some(Self::Everywhere),
            Some(b'/') if after_star.len() < pattern.len() => Some(Self::Route {
                method: MethodName::EVERY,
                path: pattern,
            }),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_methods_differ() {
        let names = ["", "G", "GE", "GET", "get", "\0", "\0G", "G\0", "OPTIONS"];
        for a in names {
            for b in names {
                let (name_a, name_b) = (MethodName::of(a).unwrap(), MethodName::of(b).unwrap());
                assert_eq!(name_a == name_b, a == b, "{a:?} {b:?}");
            }
            assert!(MethodName::EVERY < MethodName::of(a).unwrap());
        }
        assert_eq!(MethodName::of("PROPFIND"), None);
    }

    #[test]
    fn a_route_has_a_whole_method() {
        let route = |method: Option<&str>, path| {
            let method = method.map_or(MethodName::EVERY, |name| MethodName::of(name).unwrap());
            Some(Place::Route { method, path })
        };
        for (pattern, place) in [
            ("GET/pets/*", route(Some("GET"), "/pets/*")),
            ("GET/", route(Some("GET"), "/")),
            ("GET/*?", route(Some("GET"), "/*?")),
            ("/pets", route(Some(""), "/pets")),
            ("*/pets", route(None, "*/pets")),
            ("**/pets", route(None, "**/pets")),
            ("*", Some(Place::Everywhere)),
            ("**", Some(Place::Everywhere)),
            ("", Some(Place::Nowhere)),
            ("GET", Some(Place::Nowhere)),
            ("$connect", Some(Place::Nowhere)),
            ("*pets", None),
            ("*?", None),
            ("?*", None),
            ("GET*", None),
            ("GET*/pets", None),
            ("?ET/pets", None),
            ("PROPFIND/pets", None),
        ] {
            assert_eq!(Place::of(pattern), place, "{pattern}");
        }
    }
}
