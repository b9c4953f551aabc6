//! A router as a list of choices: what routers are known to do with slashes, empty segments and methods. Written for
//! clarity only.

use fastrand::Rng;
use percent_encoding::percent_decode_str;

use tower_lambda_authorizer::{ApiType, openapi::UnknownRoutes};

use super::documents::{Document, Operation, Segment};

#[derive(Debug, Clone, Copy)]
pub(super) struct Model {
    slashes: Slashes,
    decodes: bool,
    /// The nested router that routes with a parameter belong to.
    nested: Option<Nested>,
    takes_empty_variable: bool,
    rest: Rest,
    /// Whether a less specific route is tried if the path is known and the method is not.
    falls_through: bool,
    head_as_get: bool,
}

/// What a nested router does in another way than the one around it.
#[derive(Debug, Clone, Copy)]
enum Nested {
    MergesSlashes,
    Decodes,
}

/// What happens to a path before it is matched.
#[derive(Debug, Clone, Copy)]
enum Slashes {
    Kept,
    OneTrimmed,
    Trimmed,
    TrimmedOnBothSides,
    Merged,
    MergedAndTrimmed,
    /// Each `//` is replaced once, so that `///` is left as `//`.
    Replaced,
}

/// The least that a `{rest+}` matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rest {
    Nothing,
    Slash,
    SlashAndMore,
}

impl Model {
    pub(super) fn random(rng: &mut Rng) -> Self {
        let slashes = [
            Slashes::Kept,
            Slashes::OneTrimmed,
            Slashes::Trimmed,
            Slashes::TrimmedOnBothSides,
            Slashes::Merged,
            Slashes::MergedAndTrimmed,
            Slashes::Replaced,
        ];
        Self {
            slashes: rng.choice(slashes).unwrap(),
            decodes: rng.bool(),
            nested: rng
                .choice([
                    None,
                    None,
                    Some(Nested::MergesSlashes),
                    Some(Nested::Decodes),
                ])
                .unwrap(),
            takes_empty_variable: rng.bool(),
            rest: rng
                .choice([Rest::Nothing, Rest::Slash, Rest::SlashAndMore])
                .unwrap(),
            falls_through: rng.bool(),
            head_as_get: rng.bool(),
        }
    }

    /// A router with a nested one that differs from it.
    pub(super) fn nesting(rng: &mut Rng) -> Self {
        Self {
            nested: rng.choice([Nested::MergesSlashes, Nested::Decodes]),
            ..Self::random(rng)
        }
    }

    /// API Gateway as the layer models it.
    pub(super) fn gateway(document: &Document) -> Self {
        Self {
            slashes: Slashes::Kept,
            decodes: false,
            nested: None,
            takes_empty_variable: false,
            rest: Rest::SlashAndMore,
            falls_through: document.api_type == ApiType::Http
                || document.unknown_routes == UnknownRoutes::PassOn,
            head_as_get: false,
        }
    }

    /// The same router, except for a path that ends before a greedy parameter.
    pub(super) fn with_greedy_nothing(self) -> Self {
        Self {
            rest: Rest::Nothing,
            falls_through: true,
            ..self
        }
    }

    /// The operation that serves a request, if any does.
    pub(super) fn route(
        &self,
        operations: &[Operation],
        method: &str,
        path: &str,
    ) -> Option<usize> {
        let segments = self.segments(path);
        let in_nested = match self.nested {
            None => segments.clone(),
            Some(Nested::MergesSlashes) => self.segments(&Slashes::Merged.apply(path)),
            Some(Nested::Decodes) => {
                let decoding = Self {
                    decodes: true,
                    ..*self
                };
                decoding.segments(path)
            }
        };
        let mut templates: Vec<_> = operations
            .iter()
            .map(|operation| &operation.template)
            .collect();
        templates.retain(|template| {
            template.as_ref().is_none_or(|template| {
                let is_parameter = |segment: &Segment| !matches!(segment, Segment::Exact(_));
                let is_nested = template.iter().any(is_parameter);
                let segments = if is_nested { &in_nested } else { &segments };
                self.matches(template, segments)
            })
        });
        templates.sort_by_key(|template| rank(template.as_deref()));
        templates.dedup();
        let mut found = templates.into_iter().map(|template| {
            let own = operations.iter().enumerate();
            let own = own.filter(|(_, operation)| operation.template == *template);
            let own: Vec<_> = own.map(|(at, operation)| (at, operation.method)).collect();
            self.operation(&own, method)
        });
        if self.falls_through {
            found.flatten().next()
        } else {
            found.next().flatten()
        }
    }

    fn segments(&self, path: &str) -> Vec<String> {
        let path = self.slashes.apply(path);
        match path.strip_prefix('/').unwrap_or(&path) {
            "" => Vec::new(),
            path => path.split('/').map(|segment| self.read(segment)).collect(),
        }
    }

    fn read(&self, segment: &str) -> String {
        if self.decodes {
            percent_decode_str(segment).decode_utf8_lossy().into_owned()
        } else {
            segment.to_owned()
        }
    }

    fn matches(&self, template: &[Segment], segments: &[String]) -> bool {
        let Some((first, others)) = template.split_first() else {
            return segments.is_empty();
        };
        if *first == Segment::Greedy {
            return self.rest
                <= match segments {
                    [] => Rest::Nothing,
                    [rest] if rest.is_empty() => Rest::Slash,
                    _ => Rest::SlashAndMore,
                };
        }
        let Some((segment, rest)) = segments.split_first() else {
            return false;
        };
        let fits = match first {
            Segment::Exact(text) => segment == text,
            _ => self.takes_empty_variable || !segment.is_empty(),
        };
        fits && self.matches(others, rest)
    }

    fn operation(&self, own: &[(usize, Option<&str>)], method: &str) -> Option<usize> {
        let of = |method: Option<&str>| {
            own.iter()
                .find(|(_, own)| *own == method)
                .map(|(at, _)| *at)
        };
        let as_get = (self.head_as_get && method == "HEAD")
            .then(|| of(Some("GET")))
            .flatten();
        of(Some(method)).or(as_get).or(of(None))
    }
}

impl Slashes {
    fn apply(self, path: &str) -> String {
        let merge = |path: &str| {
            let mut path = path.to_owned();
            while path.contains("//") {
                path = path.replace("//", "/");
            }
            path
        };
        let changed = match self {
            Self::Kept => path.to_owned(),
            Self::OneTrimmed => path.strip_suffix('/').unwrap_or(path).to_owned(),
            Self::Trimmed => path.trim_end_matches('/').to_owned(),
            Self::TrimmedOnBothSides => path.trim_matches('/').to_owned(),
            Self::Merged => merge(path),
            Self::MergedAndTrimmed => merge(path).trim_end_matches('/').to_owned(),
            Self::Replaced => path.replace("//", "/"),
        };
        if changed.starts_with('/') {
            changed
        } else {
            format!("/{changed}")
        }
    }
}

/// Sorts the most specific template first. A path that ends is more specific than one that matches the rest.
fn rank(template: Option<&[Segment]>) -> Vec<u8> {
    let rank = |segment: &Segment| match segment {
        Segment::Exact(_) => 0,
        Segment::Variable => 2,
        Segment::Greedy => 3,
    };
    match template {
        None => vec![4],
        Some(template) => template.iter().map(rank).chain([1]).collect(),
    }
}
