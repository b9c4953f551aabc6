//! The choice of a guard, such that no spelling of a path leads around one.

use http::Method;
use percent_encoding::percent_decode_str;

use super::{
    path_template::PathTemplate,
    resources::{Resources, parameters},
};
use crate::{
    authorizer::BoxAuthorizer,
    guard::Guard,
    path::{self, AmbiguousPaths, PathAmbiguity},
    resource::ResourceMatch,
    settings::Settings,
};

/// What becomes of requests that the document has no operation for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum UnknownRoutes {
    /// They are answered as by API Gateway: 403 `{"message":"Missing Authentication Token"}`, also where the
    /// path is known and the method is not.
    #[default]
    MissingAuthenticationToken,
    /// They go through to the service, **without any authorizer**. Where a less specific path has the
    /// method, that one's authorizer is asked; and HEAD is guarded as GET is where it has no operation of
    /// its own, because servers answer it with GET's handler.
    PassOn,
}

/// All that is needed to choose a guard.
#[derive(Debug)]
pub(in crate::openapi) struct Routes {
    pub(in crate::openapi) resources: Resources,
    pub(in crate::openapi) operations: Vec<Route>,
    pub(in crate::openapi) guards: Vec<Guard<BoxAuthorizer>>,
    pub(in crate::openapi) unknown_routes: UnknownRoutes,
    pub(in crate::openapi) ambiguous_paths: AmbiguousPaths,
    /// For refusals before a guard is chosen.
    pub(in crate::openapi) settings: Settings,
}

/// An operation, as far as choosing goes.
#[derive(Debug)]
pub(in crate::openapi) struct Route {
    pub(in crate::openapi) path: PathTemplate,
    /// The index of its guard. None: it is open.
    pub(in crate::openapi) guard: Option<usize>,
}

/// What a request gets.
#[derive(Debug)]
pub(in crate::openapi) enum Choice<'r> {
    Guarded(&'r Guard<BoxAuthorizer>, ResourceMatch),
    Open,
    Unknown,
    Ambiguous(PathAmbiguity),
}

/// An operation that is guarded, with the reading of the path that leads to it.
struct Guarded<'r> {
    guard: usize,
    path: &'r PathTemplate,
    matched: ResourceMatch,
}

/// What one reading of a path leads to.
enum Outcome<'r> {
    Guarded(Guarded<'r>),
    Open,
    Unknown,
}

impl Routes {
    /// Chooses by the path as received and, unless paths are taken as received only, by all that the service
    /// may take it for. An operation with an authorizer prevails over one without, and over none.
    pub(in crate::openapi) fn choose(&self, method: &Method, path: &str) -> Choice<'_> {
        let received = self.outcome(method, path, false);
        if self.ambiguous_paths == AmbiguousPaths::AsReceived {
            return self.choice(received, Vec::new());
        }
        match (path::decode(path), received) {
            (Ok(decoded), received) => {
                let spellings = path::other_spellings(path, &decoded);
                let others = spellings
                    .iter()
                    .map(|path| self.outcome(method, path, true));
                let primary = match received {
                    Outcome::Unknown => self.without_slash(method, path),
                    known => known,
                };
                self.choice(primary, others.collect())
            }
            // The guard refuses it as well, after the identity sources.
            (Err(_), received @ Outcome::Guarded(_)) => self.choice(received, Vec::new()),
            (Err(ambiguity), _) => Choice::Ambiguous(ambiguity),
        }
    }

    /// A slash at the end makes no other resource.
    fn without_slash(&self, method: &Method, path: &str) -> Outcome<'_> {
        let path = path.strip_suffix('/').filter(|path| !path.is_empty());
        path.map_or(Outcome::Unknown, |path| self.outcome(method, path, false))
    }

    fn choice<'r>(&'r self, primary: Outcome<'r>, others: Vec<Outcome<'r>>) -> Choice<'r> {
        let is_unknown = matches!(primary, Outcome::Unknown);
        if is_unknown && self.unknown_routes == UnknownRoutes::MissingAuthenticationToken {
            return Choice::Unknown;
        }
        let outcomes = std::iter::once(primary).chain(others);
        let mut guarded = outcomes.filter_map(|outcome| match outcome {
            Outcome::Guarded(guarded) => Some(guarded),
            Outcome::Open | Outcome::Unknown => None,
        });
        let Some(first) = guarded.next() else {
            return Choice::Open;
        };
        if guarded.any(|other| other.guard != first.guard) {
            return Choice::Ambiguous(PathAmbiguity::SeveralAuthorizers);
        }
        match self.guards.get(first.guard) {
            Some(guard) => Choice::Guarded(guard, first.matched.with_resource(first.path.as_str())),
            None => Choice::Unknown,
        }
    }

    fn outcome(&self, method: &Method, path: &str, is_decoded: bool) -> Outcome<'_> {
        let pass_on = self.unknown_routes == UnknownRoutes::PassOn;
        let found = self.resources.search(path, |resource| {
            let operation = resource.operation(method);
            if !pass_on {
                return Some(operation);
            }
            let as_get = || {
                resource
                    .operation(&Method::GET)
                    .filter(|_| method == Method::HEAD)
            };
            operation.or_else(as_get).map(Some)
        });
        let route = found
            .flatten()
            .and_then(|operation| self.operations.get(operation));
        match route {
            None => Outcome::Unknown,
            Some(Route { guard: None, .. }) => Outcome::Open,
            Some(Route {
                guard: Some(guard),
                path: template,
            }) => Outcome::Guarded(Guarded {
                guard: *guard,
                path: template,
                matched: matched(template, path, is_decoded),
            }),
        }
    }
}

fn matched(template: &PathTemplate, path: &str, is_decoded: bool) -> ResourceMatch {
    let parameters = parameters(template, path);
    parameters.fold(
        ResourceMatch::new(),
        |matched, (name, value)| match is_decoded {
            true => matched.with_path_parameter(name, value),
            false => {
                matched.with_path_parameter(name, percent_decode_str(value).decode_utf8_lossy())
            }
        },
    )
}
