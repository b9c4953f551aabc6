//! Chooses the guard of a request, so that no spelling of a path bypasses a guard.

use std::sync::Arc;

use http::Method;

use super::{
    paths::{Paths, Spelling},
    prevailing::{Guarded, OtherResource, Prevailing},
    resources::{Resources, is_answered_like_get},
    route::Route,
};
use crate::{
    api::RouteChoice,
    authorizer::BoxAuthorizer,
    identity::IdentitySource,
    openapi::operation::Operation,
    pipeline::settings::Settings,
    request::{
        path::{self, AmbiguousPaths, PathAmbiguity},
        resource::ResourceMatch,
    },
    service::guard::Guard,
};

/// What happens to requests that match no operation of the document.
///
/// ```
/// use tower_lambda_authorizer::openapi::{ApiDefinition, UnknownRoutes};
///
/// # tokio_test::block_on(async {
/// let document = r#"{"openapi": "3.0.1", "paths": {"/pets": {"get": {}}}}"#;
/// let definition = ApiDefinition::from_openapi(document)?;
/// let strict = definition.clone().into_layer()?;
/// let open = definition.unknown_routes(UnknownRoutes::PassOn).into_layer()?;
///
/// let why = strict.explain(http::Request::get("/dogs").body(()).unwrap()).await;
/// assert!(!why.is_allowed());
/// let why = open.explain(http::Request::get("/dogs").body(()).unwrap()).await;
/// assert!(why.is_allowed());
/// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum UnknownRoutes {
    /// They are answered as API Gateway answers them: by a REST API with 403 `{"message":"Missing Authentication
    /// Token"}`, by an HTTP API with 404 `{"message":"Not Found"}`. This includes requests with a known path and an
    /// unknown method.
    #[default]
    Refuse,
    /// They are passed on to the service **without any authorizer**, unless a router may match them with a guarded
    /// operation ([the readings](crate::openapi::ApiAuthorizerLayer#paths-that-routers-read-in-different-ways)). If a
    /// less specific path has the method, the authorizer of that path is asked. HEAD, and CONNECT with a path, are guarded
    /// like GET if their path has no operation for them.
    PassOn,
}

/// Everything that is needed to choose a guard.
#[derive(Debug)]
pub(in crate::openapi) struct Routes {
    pub(in crate::openapi) resources: Resources,
    pub(in crate::openapi) operations: Vec<Route>,
    /// The same operations, for the application.
    pub(in crate::openapi) documented: Vec<Operation>,
    pub(in crate::openapi) guards: Vec<Guard<BoxAuthorizer>>,
    pub(in crate::openapi) unknown_routes: UnknownRoutes,
    pub(in crate::openapi) route_choice: RouteChoice,
    pub(in crate::openapi) ambiguous_paths: AmbiguousPaths,
    /// For refusals without a guard.
    pub(in crate::openapi) settings: Arc<Settings>,
}

/// The choice for a request.
#[derive(Debug)]
pub(in crate::openapi) enum Choice<'r> {
    Guarded(&'r Guard<BoxAuthorizer>, ResourceMatch),
    /// With the operation, unless the document has none.
    Open(Option<&'r Route>),
    Unknown,
    Ambiguous(PathAmbiguity),
}

/// What one reading of a request leads to.
enum Lookup<'r> {
    Guarded(Guarded),
    Open(&'r Route),
    Unknown,
}

impl Routes {
    /// Chooses by the request as received, and by every other way in which the service may read it (with `AsReceived`,
    /// only by the path as received). An operation with an authorizer prevails over one without, and over none.
    /// `rewritten` is the path that the service gets, if it is another one.
    pub(in crate::openapi) fn choose(
        &self,
        method: &Method,
        path: &str,
        rewritten: Option<&str>,
    ) -> Choice<'_> {
        let lookup = self.look_up(method, path);
        let paths = match self.ambiguous_paths {
            paths if paths.are_refused() && !path::is_literal_method(method) => {
                Err(PathAmbiguity::Method)
            }
            paths => Paths::new(path, rewritten, paths, &self.settings),
        };
        match (paths, lookup) {
            (Ok(paths), lookup) => {
                let lookup = self.or_without_slash(lookup, method, path);
                let choice = self.choice(method, lookup, &paths, self.ambiguous_paths);
                match choice {
                    Choice::Ambiguous(_) if self.is_clear_if_case_counts(method, &paths) => {
                        Choice::Ambiguous(PathAmbiguity::Case)
                    }
                    choice => choice,
                }
            }
            // The guard refuses this request as well, after it has checked the identity sources.
            (Err(_), Lookup::Guarded(guarded)) => self.guarded(guarded),
            (Err(ambiguity), _) => Choice::Ambiguous(ambiguity),
        }
    }

    /// Whether a layer that ignores case refuses the request only because of that.
    fn is_clear_if_case_counts(&self, method: &Method, paths: &Paths<'_>) -> bool {
        self.ambiguous_paths.ignore_case()
            && !matches!(
                self.choice_with(AmbiguousPaths::Refuse, method, paths),
                Choice::Ambiguous(_)
            )
    }

    /// Whether an open request is guarded by a layer that ignores case, or refused, and by this one only because case
    /// counts here.
    pub(in crate::openapi) fn is_open_only_in_its_case(
        &self,
        method: &Method,
        path: &str,
        rewritten: Option<&str>,
    ) -> bool {
        let ignoring = AmbiguousPaths::IgnoreCase;
        self.ambiguous_paths == AmbiguousPaths::Refuse
            && Paths::new(path, rewritten, ignoring, &self.settings).is_ok_and(|paths| {
                !matches!(self.choice_with(ignoring, method, &paths), Choice::Open(_))
            })
    }

    /// The choice of a layer that treats paths in another way, but refuses ambiguous ones, too.
    fn choice_with(
        &self,
        ambiguous_paths: AmbiguousPaths,
        method: &Method,
        paths: &Paths<'_>,
    ) -> Choice<'_> {
        let path = paths.received();
        let lookup = self.or_without_slash(self.look_up(method, path), method, path);
        self.choice(method, lookup, paths, ambiguous_paths)
    }

    /// What API Gateway finds: a slash at the end does not make another resource.
    fn or_without_slash<'r>(
        &'r self,
        found: Lookup<'r>,
        method: &Method,
        path: &str,
    ) -> Lookup<'r> {
        match found {
            Lookup::Unknown if self.ambiguous_paths.are_refused() => {
                self.without_slash(method, path)
            }
            found => found,
        }
    }

    /// Looks the path up without a slash at the end.
    fn without_slash(&self, method: &Method, path: &str) -> Lookup<'_> {
        let path = path.strip_suffix('/').filter(|path| !path.is_empty());
        path.map_or(Lookup::Unknown, |path| self.look_up(method, path))
    }

    /// The choice, given what API Gateway finds. The service may read the path in other ways.
    fn choice<'r>(
        &'r self,
        method: &Method,
        lookup: Lookup<'r>,
        paths: &Paths<'_>,
        ambiguous: AmbiguousPaths,
    ) -> Choice<'r> {
        let is_unknown = matches!(lookup, Lookup::Unknown);
        if is_unknown && self.unknown_routes == UnknownRoutes::Refuse {
            return Choice::Unknown;
        }
        let (found, open) = match lookup {
            Lookup::Guarded(guarded) => (Prevailing::one(guarded), None),
            Lookup::Open(route) => (Prevailing::Open, Some(route)),
            Lookup::Unknown => (Prevailing::Open, None),
        };
        match self.prevailing(found, method, paths, ambiguous) {
            Prevailing::Open => Choice::Open(open),
            Prevailing::One {
                first,
                other,
                in_another_case,
                ..
            } if other == OtherResource::Visible && in_another_case
                || other != OtherResource::None && self.may_not_mistake(&first, paths) =>
            {
                Choice::Ambiguous(PathAmbiguity::SeveralResources)
            }
            Prevailing::One { first, .. } => self.guarded(first),
            Prevailing::Several => Choice::Ambiguous(PathAmbiguity::SeveralAuthorizers),
        }
    }

    /// The authorizer that prevails over all readings of the paths, of which API Gateway's has been found.
    fn prevailing(
        &self,
        mut prevailing: Prevailing,
        method: &Method,
        paths: &Paths<'_>,
        ambiguous: AmbiguousPaths,
    ) -> Prevailing {
        for (path, spelling) in paths.all() {
            self.resources
                .readings(path, ambiguous, |resource, reading| {
                    let (operations, is_taken) =
                        resource.served(method, reading.routers_may_differ);
                    let operations = operations.into_iter().flatten();
                    for route in operations.filter_map(|operation| self.operations.get(operation)) {
                        let in_another_case =
                            ambiguous.ignore_case() && !route.path.has_case_of(&reading.path());
                        prevailing.add(route, reading, spelling, in_another_case);
                    }
                    is_taken
                });
        }
        prevailing
    }

    /// Whether a request is refused if its authorizer would be asked about one resource, and the service may serve
    /// another one. A result that is kept for one resource must not be used for another. Other authorizers may decide by
    /// the resource, too. But a slash at the end and HEAD are common, so there API Gateway's choice counts.
    fn may_not_mistake(&self, guarded: &Guarded, paths: &Paths<'_>) -> bool {
        let path = paths.received();
        let is_kept_for_resource = self.guards.get(guarded.guard).is_some_and(|guard| {
            let mut sources = guard.settings().kind.sources().iter();
            sources.any(IdentitySource::asks_the_router)
        });
        let before_slash = path.strip_suffix('/').filter(|before| *before != "/");
        let is_spelled_differently = self.ambiguous_paths.are_refused()
            && !path::is_plain(path)
            && !before_slash.is_some_and(path::is_plain);
        is_kept_for_resource || is_spelled_differently || paths.is_rewritten()
    }

    fn guarded(&self, guarded: Guarded) -> Choice<'_> {
        match self.guards.get(guarded.guard) {
            Some(guard) => Choice::Guarded(guard, guarded.matched),
            None => Choice::Unknown,
        }
    }

    fn look_up(&self, method: &Method, path: &str) -> Lookup<'_> {
        // Servers answer HEAD and CONNECT with the handler for GET, unless they have their own.
        let get_answers = self.unknown_routes == UnknownRoutes::PassOn;
        let path_decides = self.route_choice == RouteChoice::PathThenMethod
            && self.unknown_routes == UnknownRoutes::Refuse;
        let found = self.resources.search(path, |resource| {
            let operation = if get_answers && is_answered_like_get(method) {
                resource.like_get(method)
            } else {
                resource.operation(method)
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
            None => Lookup::Unknown,
            Some(route @ Route { guard: None, .. }) => Lookup::Open(route),
            Some(
                route @ Route {
                    guard: Some(guard), ..
                },
            ) => Lookup::Guarded(Guarded {
                guard: *guard,
                matched: route.matched(path, Spelling::Received),
            }),
        }
    }
}
