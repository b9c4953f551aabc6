//! The choice of a guard, such that no spelling of a path leads around one.

use std::sync::Arc;

use http::Method;
use percent_encoding::percent_decode_str;

use super::{
    path_template::PathTemplate,
    resources::{Resources, parameters},
};
use crate::{
    api::{ArnEnd, RouteChoice},
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
    /// They are answered as by API Gateway, also where the path is known and the method is not: by a REST API 403
    /// `{"message":"Missing Authentication Token"}`, by an HTTP API 404 `{"message":"Not Found"}`. (The
    /// name is a REST API's; it stands for both.)
    #[default]
    MissingAuthenticationToken,
    /// They go through to the service, **without any authorizer**. Where a less specific path has the
    /// method, that one's authorizer is asked; and HEAD is guarded as GET is, too, where its path has no operation
    /// for HEAD itself.
    PassOn,
}

/// All that is needed to choose a guard.
#[derive(Debug)]
pub(in crate::openapi) struct Routes {
    pub(in crate::openapi) resources: Resources,
    pub(in crate::openapi) operations: Vec<Route>,
    pub(in crate::openapi) guards: Vec<Guard<BoxAuthorizer>>,
    pub(in crate::openapi) unknown_routes: UnknownRoutes,
    pub(in crate::openapi) route_choice: RouteChoice,
    pub(in crate::openapi) ambiguous_paths: AmbiguousPaths,
    /// For refusals before a guard is chosen.
    pub(in crate::openapi) settings: Arc<Settings>,
}

/// An operation, as far as choosing goes.
#[derive(Debug)]
pub(in crate::openapi) struct Route {
    pub(in crate::openapi) path: PathTemplate,
    pub(in crate::openapi) route_key: Arc<str>,
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

/// One of the ways in which the service may take a request.
#[derive(Clone, Copy)]
struct Reading<'p> {
    path: &'p str,
    is_decoded: bool,
    /// Servers answer HEAD with GET's handler, where it has none of its own.
    head_as_get: bool,
}

/// An operation that is guarded, with the reading of the request that leads to it.
struct Guarded {
    guard: usize,
    matched: ResourceMatch,
}

/// What one reading of a request leads to.
enum Outcome {
    Guarded(Guarded),
    Open,
    Unknown,
}

impl Routes {
    /// Chooses by the request as received and by all that the service may take it for (of its path as received
    /// only, where that is set). An operation with an authorizer prevails over one without, and over none.
    pub(in crate::openapi) fn choose(&self, method: &Method, path: &str) -> Choice<'_> {
        let received = Reading {
            path,
            is_decoded: false,
            head_as_get: self.unknown_routes == UnknownRoutes::PassOn,
        };
        let outcome = self.outcome(method, received);
        if self.ambiguous_paths == AmbiguousPaths::AsReceived {
            return self.choose_as_received(method, received, outcome);
        }
        match (path::decode(path), outcome) {
            (Ok(decoded), outcome) => {
                let spellings = path::other_spellings(path, &decoded);
                let spellings = spellings.iter().map(|path| Reading {
                    path,
                    is_decoded: true,
                    ..received
                });
                let others = spellings
                    .flat_map(|spelling| {
                        std::iter::once(self.outcome(method, spelling))
                            .chain(self.served_as(method, spelling))
                    })
                    .chain(self.served_as(method, received));
                let primary = match outcome {
                    Outcome::Unknown => self.without_slash(method, received),
                    known => known,
                };
                self.choice(primary, others.collect())
            }
            // The guard refuses it as well, after the identity sources.
            (Err(_), outcome @ Outcome::Guarded(_)) => self.choice(outcome, Vec::new()),
            (Err(ambiguity), _) => Choice::Ambiguous(ambiguity),
        }
    }

    /// The policy of an authorizer whose ARN has the decoded path is to be asked about that path's operation, too.
    fn choose_as_received(
        &self,
        method: &Method,
        received: Reading<'_>,
        outcome: Outcome,
    ) -> Choice<'_> {
        let mut others: Vec<_> = self.served_as(method, received).into_iter().collect();
        let arn_end = self.settings.kind.differences().arn_ends_with;
        if arn_end == ArnEnd::MethodAndDecodedPath {
            let decoded = match (path::decode_as_received(received.path), &outcome) {
                (Ok(decoded), _) => decoded,
                // The guard refuses it as well, after the identity sources.
                (Err(_), Outcome::Guarded(_)) => return self.choice(outcome, others),
                (Err(ambiguity), _) => return Choice::Ambiguous(ambiguity),
            };
            let decoded = Reading {
                path: &decoded,
                is_decoded: true,
                ..received
            };
            others.push(self.outcome(method, decoded));
            others.extend(self.served_as(method, decoded));
        }
        self.choice(outcome, others)
    }

    /// A slash at the end makes no other resource.
    fn without_slash(&self, method: &Method, reading: Reading<'_>) -> Outcome {
        let path = reading.path.strip_suffix('/');
        let path = path.filter(|path| !path.is_empty());
        path.map_or(Outcome::Unknown, |path| {
            self.outcome(method, Reading { path, ..reading })
        })
    }

    /// The same reading of a path with HEAD taken for GET, where that can make a difference; or with HEAD as it is,
    /// where it is taken for GET already.
    fn served_as(&self, method: &Method, reading: Reading<'_>) -> Option<Outcome> {
        let other = Reading {
            head_as_get: !reading.head_as_get,
            ..reading
        };
        (method == Method::HEAD).then(|| self.outcome(method, other))
    }

    fn choice(&self, primary: Outcome, others: Vec<Outcome>) -> Choice<'_> {
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
            Some(guard) => Choice::Guarded(guard, first.matched),
            None => Choice::Unknown,
        }
    }

    fn outcome(&self, method: &Method, reading: Reading<'_>) -> Outcome {
        let path_decides = self.route_choice == RouteChoice::PathThenMethod
            && self.unknown_routes == UnknownRoutes::MissingAuthenticationToken;
        let found = self.resources.search(reading.path, |resource| {
            let operation = match reading.head_as_get && method == Method::HEAD {
                true => resource.head_as_get(),
                false => resource.operation(method),
            };
            match operation {
                None if path_decides => Some(None),
                operation => operation.map(Some),
            }
        });
        let route = found
            .flatten()
            .and_then(|operation| self.operations.get(operation));
        match route {
            None => Outcome::Unknown,
            Some(Route { guard: None, .. }) => Outcome::Open,
            Some(
                route @ Route {
                    guard: Some(guard), ..
                },
            ) => Outcome::Guarded(Guarded {
                guard: *guard,
                matched: route.matched(reading),
            }),
        }
    }
}

impl Route {
    fn matched(&self, reading: Reading<'_>) -> ResourceMatch {
        let matched = ResourceMatch::new()
            .with_resource(self.path.resource())
            .with_route_key(Arc::clone(&self.route_key));
        let parameters = parameters(&self.path, reading.path);
        parameters.fold(matched, |matched, (name, value)| match reading.is_decoded {
            true => matched.with_path_parameter(name, value),
            false => {
                matched.with_path_parameter(name, percent_decode_str(value).decode_utf8_lossy())
            }
        })
    }
}
