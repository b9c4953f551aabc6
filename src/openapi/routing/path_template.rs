//! The path of a resource: `/pets/{petId}`, `/files/{proxy+}`, and an HTTP API's `$default`.

use std::fmt;

use crate::{openapi::quoting::quoted, policy::folded};

/// The most segments of a path.
const MAX_SEGMENTS: usize = 64;

/// A resource's path, split into segments.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::openapi) struct PathTemplate {
    text: String,
    /// `None`: the default route, which matches each path that no other route matches.
    segments: Option<Vec<Segment>>,
}

/// The path of the default route, in exports and in SAM's templates.
const DEFAULT_ROUTE: [&str; 2] = ["/$default", "$default"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    Exact(String),
    /// `{name}`: one segment.
    Variable(String),
    /// `{name+}`: the rest of the path.
    Greedy(String),
}

impl PathTemplate {
    /// The route that matches each path that no other route matches.
    pub(in crate::openapi) fn default_route() -> Self {
        Self {
            text: "/$default".into(),
            segments: None,
        }
    }

    /// Parses a path that may be the default route. A REST API has none, because `$` is not allowed in its paths.
    pub(in crate::openapi) fn parse_or_default(text: &str) -> Result<Self, String> {
        if DEFAULT_ROUTE.contains(&text) {
            Ok(Self::default_route())
        } else {
            Self::parse(text)
        }
    }

    /// Parses a path by API Gateway's rules. The error says what is wrong.
    ///
    /// A slash at the end is removed: `/pets/` is the resource `/pets`.
    pub(in crate::openapi) fn parse(text: &str) -> Result<Self, String> {
        let Some(path) = text.strip_prefix('/') else {
            return Err("a resource's path must begin with `/`".into());
        };
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut segments = Vec::new();
        for part in path.split('/').filter(|_| text != "/") {
            if segments.len() == MAX_SEGMENTS {
                return Err(format!("it has more than {MAX_SEGMENTS} segments"));
            }
            if let Some(Segment::Greedy(_)) = segments.last() {
                return Err("a greedy parameter (`{proxy+}`) must be the last segment".into());
            }
            let segment = Segment::parse(part)?;
            if let Some(name) = segment.name() {
                if segments
                    .iter()
                    .any(|earlier: &Segment| earlier.name() == Some(name))
                {
                    return Err(format!(
                        "two parameters are called {}; rename one",
                        quoted(name)
                    ));
                }
            }
            segments.push(segment);
        }
        Ok(Self {
            text: format!("/{path}"),
            segments: Some(segments),
        })
    }

    pub(in crate::openapi) fn as_str(&self) -> &str {
        &self.text
    }

    pub(in crate::openapi) fn is_default_route(&self) -> bool {
        self.segments.is_none()
    }

    /// The resource, as routers and events name it.
    pub(in crate::openapi) fn resource(&self) -> &str {
        match self.segments {
            Some(_) => &self.text,
            None => "$default",
        }
    }

    /// Whether the segments of a path that the resource matches have the same case as here.
    pub(super) fn has_case_of(&self, path: &str) -> bool {
        let segments = self.segments.iter().flatten();
        let mut segments = segments.zip(path.split('/').skip(1));
        segments.all(|(segment, text)| match segment {
            Segment::Exact(exact) => exact == text || !exact.eq_ignore_ascii_case(&folded(text)),
            Segment::Variable(_) | Segment::Greedy(_) => true,
        })
    }

    /// Whether it would match the path if the case of letters did not matter.
    pub(super) fn matches_in_some_case(&self, path: &str) -> bool {
        let Some(segments) = &self.segments else {
            return false;
        };
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut texts = path.split('/').filter(|_| !path.is_empty());
        for segment in segments {
            match (segment, texts.next()) {
                (Segment::Greedy(_), Some(_)) => return true,
                (Segment::Exact(exact), Some(text)) if exact.eq_ignore_ascii_case(text) => {}
                (Segment::Variable(_), Some(text)) if !text.is_empty() => {}
                _ => return false,
            }
        }
        texts.next().is_none()
    }

    /// `None`: it matches every path.
    pub(super) fn segments(&self) -> Option<&[Segment]> {
        self.segments.as_deref()
    }
}

impl Segment {
    fn parse(part: &str) -> Result<Self, String> {
        let parameter = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        let is_name = |name: &str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
            !name.is_empty() && name.chars().all(fits)
        };
        match parameter {
            Some(name) => match name.strip_suffix('+') {
                Some(name) if is_name(name) => Ok(Self::Greedy(name.to_owned())),
                None if is_name(name) => Ok(Self::Variable(name.to_owned())),
                _ => Err(format!(
                    "the name of the parameter {} may contain only ASCII letters, digits, `_`, `-`, `.` and `:`",
                    quoted(part)
                )),
            },
            None if part.is_empty() => Err("a segment is empty; write one slash".into()),
            None if matches!(part, "." | "..") => {
                Err("a segment is `.` or `..`; write the path without it".into())
            }
            None if part.contains(['{', '}']) => Err(format!(
                "a parameter must be a whole segment, `{{name}}` or `{{name+}}`, and not a part of {}",
                quoted(part)
            )),
            None if part.chars().all(stands_for_itself) => Ok(Self::Exact(part.to_owned())),
            None => Err(format!(
                "the segment {} may contain only ASCII letters, digits and `-._~!$&'()*+,;=:@`, and must not be \
                 percent-encoded",
                quoted(part)
            )),
        }
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Exact(_) => None,
            Self::Variable(name) | Self::Greedy(name) => Some(name),
        }
    }
}

/// Characters that a path contains unencoded. So a path in a template has only one spelling.
fn stands_for_itself(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@".contains(c)
}

impl fmt::Debug for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_split_into_segments() {
        let template = PathTemplate::parse("/files/{kind}/{proxy+}").unwrap();
        assert_eq!(
            template.segments().unwrap(),
            [
                Segment::Exact("files".into()),
                Segment::Variable("kind".into()),
                Segment::Greedy("proxy".into()),
            ]
        );
        assert!(
            PathTemplate::parse("/")
                .unwrap()
                .segments()
                .unwrap()
                .is_empty()
        );
        assert_eq!(PathTemplate::parse("/pets/").unwrap().as_str(), "/pets");
    }

    #[test]
    fn invalid_paths_are_refused() {
        for (path, expected) in [
            ("", "must begin with"),
            ("pets", "must begin with"),
            ("$default", "must begin with"),
            ("//", "is empty"),
            ("/a//b", "is empty"),
            ("/a/../b", "`..`"),
            ("/pets{id}", "whole segment"),
            ("/{id}.json", "whole segment"),
            ("/{id", "whole segment"),
            ("/{}", "name of the parameter"),
            ("/{+}", "name of the parameter"),
            ("/{a b}", "name of the parameter"),
            ("/{proxy+}/x", "last segment"),
            ("/{a}/{a}", "called `a`"),
            ("/%61", "percent-encoded"),
            ("/é", "percent-encoded"),
        ] {
            let problem = PathTemplate::parse(path).unwrap_err();
            assert!(problem.contains(expected), "{path}: {problem}");
        }
        assert!(PathTemplate::parse(&"/a".repeat(1 << 16)).is_err());
    }
}
