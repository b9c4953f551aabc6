//! The tree of an API's resources. A search follows API Gateway's precedence: an exact segment, then a parameter, then
//! a greedy parameter, with backtracking. An HTTP API's default route is last.
//!
//! A search visits each node at most once. A router crate could find the first resource. But the following ones also
//! matter, and those that other routers find ([`readings`]).

mod readings;
mod resource;

use std::collections::HashMap;

use http::Method;

use self::resource::Resource;
pub(super) use self::{readings::Reading, resource::is_answered_like_get};
use super::path_template::{PathTemplate, Segment};
use crate::openapi::quoting::quoted;

/// Resources and their methods. An operation is identified by its index.
#[derive(Debug, Default)]
pub(in crate::openapi) struct Resources {
    root: Node,
    default_route: Option<Resource>,
    /// The most segments of a resource's path.
    depth: usize,
}

#[derive(Debug, Default)]
struct Node {
    exact: HashMap<String, Node>,
    variable: Option<(String, Box<Node>)>,
    greedy: Option<Resource>,
    here: Option<Resource>,
}

impl Resources {
    /// Adds an operation. The error names the conflicting operation.
    pub(in crate::openapi) fn insert(
        &mut self,
        path: &PathTemplate,
        method: Option<&Method>,
        operation: usize,
    ) -> Result<(), String> {
        let place = match path.segments() {
            Some(segments) => {
                self.depth = self.depth.max(segments.len());
                self.root.place(segments)?
            }
            None => &mut self.default_route,
        };
        let resource = place.get_or_insert_with(|| Resource::new(path));
        if resource.path() != path {
            let other = quoted(resource.path().as_str());
            return Err(format!(
                "the path {other} matches the same requests; keep one of the two"
            ));
        }
        resource.add(method, operation)
    }

    /// Passes the resources that match a path to `take`, in the order of precedence, until it returns a value.
    pub(super) fn search<T>(
        &self,
        path: &str,
        mut take: impl FnMut(&Resource) -> Option<T>,
    ) -> Option<T> {
        let path = path.strip_prefix('/')?;
        let segments: Vec<_> = match path {
            "" => Vec::new(),
            path => path.split('/').collect(),
        };
        let found = self.root.search(&segments, &mut take);
        found.or_else(|| self.default_route.as_ref().and_then(take))
    }
}

impl Node {
    /// The place of a path's resource. The error names the conflicting path.
    fn place(&mut self, segments: &[Segment]) -> Result<&mut Option<Resource>, String> {
        let mut node = self;
        for segment in segments {
            match segment {
                Segment::Exact(text) => node = node.exact.entry(text.clone()).or_default(),
                Segment::Variable(name) => {
                    let (first, next) = node
                        .variable
                        .get_or_insert_with(|| (name.clone(), Box::default()));
                    if first != name {
                        return Err(format!(
                            "its parameter {} is in the place where another path has {}; use the same name in both \
                             paths",
                            quoted(name),
                            quoted(first),
                        ));
                    }
                    node = next;
                }
                // A greedy parameter is the last segment.
                Segment::Greedy(_) => return Ok(&mut node.greedy),
            }
        }
        Ok(&mut node.here)
    }

    fn search<T>(
        &self,
        segments: &[&str],
        take: &mut impl FnMut(&Resource) -> Option<T>,
    ) -> Option<T> {
        let Some((first, rest)) = segments.split_first() else {
            return self.here.as_ref().and_then(take);
        };
        let exact = self.exact.get(*first);
        let variable = self.variable.as_ref().filter(|_| !first.is_empty());
        exact
            .and_then(|node| node.search(rest, take))
            .or_else(|| variable.and_then(|(_, node)| node.search(rest, take)))
            .or_else(|| self.greedy.as_ref().and_then(take))
    }
}

/// The values of a resource's parameters in a matching path.
pub(super) fn parameters<'p>(
    template: &'p PathTemplate,
    path: &'p str,
) -> impl Iterator<Item = (&'p str, &'p str)> {
    let mut rest = path.strip_prefix('/').unwrap_or(path);
    let segments = template.segments().unwrap_or_default();
    segments.iter().filter_map(move |segment| {
        let whole = rest;
        let (first, others) = rest.split_once('/').unwrap_or((rest, ""));
        rest = others;
        match segment {
            Segment::Exact(_) => None,
            Segment::Variable(name) => Some((name.as_str(), first)),
            Segment::Greedy(name) => Some((name.as_str(), whole)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resources(paths: &[&str]) -> Resources {
        let mut resources = Resources::default();
        for (index, path) in paths.iter().enumerate() {
            let path = PathTemplate::parse_or_default(path).unwrap();
            resources.insert(&path, None, index).unwrap();
        }
        resources
    }

    #[test]
    fn precedence_is_exact_then_parameter_then_greedy_with_backtracking() {
        let paths = [
            "/",
            "/{proxy+}",
            "/a",
            "/{id}",
            "/a/b",
            "/{id}/c",
            "/a/{x}/{rest+}",
        ];
        let resources = resources(&paths);
        for (path, expected) in [
            ("/", vec!["/"]),
            ("/a", vec!["/a", "/{id}", "/{proxy+}"]),
            ("/b", vec!["/{id}", "/{proxy+}"]),
            ("/a/b", vec!["/a/b", "/{proxy+}"]),
            ("/a/c", vec!["/{id}/c", "/{proxy+}"]),
            ("/a/b/c/d", vec!["/a/{x}/{rest+}", "/{proxy+}"]),
            ("/a/d", vec!["/{proxy+}"]),
            ("/a/", vec!["/{proxy+}"]),
            ("a", vec![]),
        ] {
            let mut found = Vec::new();
            let none: Option<()> = resources.search(path, |resource| {
                found.push(resource.path().as_str().to_owned());
                None
            });
            assert_eq!(none, None);
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn the_default_route_is_last() {
        let resources = resources(&["/$default", "/a", "/{proxy+}"]);
        for (path, expected) in [
            ("/", vec!["/$default"]),
            ("/a", vec!["/a", "/{proxy+}", "/$default"]),
            // In a request, `/$default` is a path like any other.
            ("/$default", vec!["/{proxy+}", "/$default"]),
        ] {
            let mut found = Vec::new();
            let _: Option<()> = resources.search(path, |resource| {
                found.push(resource.path().as_str().to_owned());
                None
            });
            assert_eq!(found, expected, "{path}");
        }
        assert_eq!(parameters(&PathTemplate::default_route(), "/a").count(), 0);
    }

    #[test]
    fn conflicting_paths_are_refused() {
        for (one, other, expected) in [
            (
                "/{a}",
                "/{b}",
                "`b` is in the place where another path has `a`",
            ),
            (
                "/{a}/x",
                "/{b}/y",
                "`b` is in the place where another path has `a`",
            ),
            ("/{a+}", "/{b+}", "`/{a+}` matches the same requests"),
            ("/a", "/a", "twice"),
        ] {
            let mut resources = resources(&[one]);
            let path = PathTemplate::parse(other).unwrap();
            let problem = resources.insert(&path, None, 1).unwrap_err();
            assert!(problem.contains(expected), "{problem}");
        }
    }

    #[test]
    fn parameters_are_extracted_from_the_path() {
        let template = PathTemplate::parse("/a/{x}/b/{rest+}").unwrap();
        let found: Vec<_> = parameters(&template, "/a/1/b/c/d").collect();
        assert_eq!(found, [("x", "1"), ("rest", "c/d")]);
    }
}
