//! Random trees of routers with guards in several places, and layers that rewrite the path between them.
//!
//! Behind each guard, a probe checks that the guard has judged what is there. It knows what routers have removed from the path
//! by comparing the paths in front of them and behind them. `NESTED_TREES` sets how many trees there are.

use std::env;

use axum::{Extension, extract::MatchedPath};
use fastrand::Rng;
use tower::util::MapRequestLayer;
use tower_lambda_authorizer::{
    AnonymousRequests, AuthorizerResponse, authorizer_fn,
    policy::{Effect, PolicyDocument, Statement},
};

use super::*;

const TREES: u64 = 100;
const REQUESTS: usize = 40;
const WORDS: [&str; 3] = ["a", "b", "c"];
const REWRITTEN: [(&str, &str); 5] = [
    ("/a", "/b"),
    ("/a", ""),
    ("", "/c"),
    ("/b/a", "/a"),
    ("/c", "/a/b"),
];

/// The path that the client sent.
#[derive(Clone)]
struct Sent(String);

/// The path in front of a router.
#[derive(Clone)]
struct Before(String);

/// What routers have removed from the path.
#[derive(Clone, Default)]
struct Removed(String);

/// The last guard that a request has passed, and what its service must find.
#[derive(Clone, PartialEq, Debug)]
struct Passed(Option<String>);

struct Tree {
    random: Rng,
    parts: usize,
}

impl Tree {
    fn word(&mut self) -> &'static str {
        self.random.choice(WORDS).unwrap()
    }

    fn path(&mut self, longest: usize) -> String {
        let words = (0..self.random.usize(1..=longest)).map(|_| ["/", self.word()].concat());
        words.collect()
    }

    fn number(&mut self) -> usize {
        self.parts += 1;
        self.parts
    }

    fn router(&mut self, depth: usize) -> Router {
        let mut router = Router::new();
        let mut nested = Vec::new();
        for _ in 0..self.random.usize(1..4) {
            let (prefix, number) = (self.path(2), self.number());
            let prefix = match self.random.u8(..4) {
                0 => format!("/{{p{number}}}"),
                1 => format!("{prefix}/{{p{number}}}"),
                _ => prefix,
            };
            // Routes must not overlap.
            if depth == 0
                || nested
                    .iter()
                    .any(|other: &String| begin_alike(other, &prefix))
            {
                continue;
            }
            let inner = self.router(depth - 1);
            let rewritten = self
                .random
                .choice(REWRITTEN)
                .filter(|_| self.random.u8(..3) == 0);
            let removed = MapRequestLayer::new(note_removed);
            // axum cannot merge the fallback of a router whose prefix begins with a parameter.
            router = if self.random.bool() && !prefix.starts_with("/{") {
                router.nest(&prefix, inner.layer(removed))
            } else {
                let (from, to) = rewritten.unwrap_or(("", ""));
                router.nest_service(&prefix, (removed, rewriting(from, to)).layer(inner))
            };
            nested.push(prefix);
        }
        if nested.is_empty() {
            router = router
                .route("/", any(handler))
                .route("/{*rest}", any(handler));
        }
        router = router.layer(MapRequestLayer::new(note_before));
        router = self.layered(router, nested.is_empty());
        match self.random.u8(..4) {
            0 => router = router.fallback(handler),
            1 if depth > 0 => {
                let inner = self.router(depth - 1);
                router = match self.random.choice(REWRITTEN) {
                    Some((from, to)) => router.fallback_service(rewriting(from, to).layer(inner)),
                    None => router,
                };
            }
            _ => {}
        }
        self.layered(router, nested.is_empty())
    }

    /// A layer of a router is behind its routes. So if it rewrites the path, a nested router removes something else from it
    /// than what was matched.
    fn layered(&mut self, mut router: Router, may_rewrite: bool) -> Router {
        for _ in 0..self.random.usize(..3) {
            router = match self.random.u8(..5) {
                kind @ 0..=2 => {
                    let only_routes = kind == 0 && router.has_routes();
                    self.guarded(router, only_routes)
                }
                3 if may_rewrite => {
                    let (from, to) = self.random.choice(REWRITTEN).unwrap();
                    router.layer(rewriting(from, to))
                }
                _ => {
                    let layer = LambdaAuthorizerLayer::request(
                        BoxAuthorizer::new(authorizer_fn(|_| async { unreachable!() })),
                        "method.request.header.x-nobody-sends-it",
                    );
                    let layer = layer.unwrap().anonymous_requests(AnonymousRequests::PassOn);
                    let passed = MapRequestLayer::new(|mut request: Request<Body>| {
                        request.extensions_mut().insert(Passed(None));
                        request
                    });
                    router.layer((layer.unwrap(), passed))
                }
            };
        }
        router
    }

    /// Adds a guard that denies some paths, with its probe behind it.
    fn guarded(&mut self, router: Router, only_routes: bool) -> Router {
        let name = format!("guard {}", self.number());
        let denied: Vec<_> = (0..self.random.usize(..6)).map(|_| self.path(4)).collect();
        let arns = denied.iter().map(|path| format!("{ARN}/GET{path}"));
        let allow = Statement::invoke(Effect::Allow, ["*"]);
        let statements = if denied.is_empty() {
            vec![allow]
        } else {
            vec![allow, Statement::invoke(Effect::Deny, arns)]
        };
        let policy = PolicyDocument::new(statements);
        let principal = name.clone();
        let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer_fn(move |_| {
            let response = AuthorizerResponse::policy(policy.clone());
            let response = response.with_principal_id(principal.as_str());
            async move { Ok(response) }
        })));
        let probe = MapRequestLayer::new(move |mut request: Request<Body>| {
            let extensions = request.extensions();
            let Removed(removed) = extensions.get().cloned().unwrap_or_default();
            let Sent(sent) = extensions.get().unwrap();
            for path in [sent.clone(), removed + request.uri().path()] {
                assert!(
                    !denied.contains(&usual(&path)),
                    "{name} denies {path}, sent {sent}"
                );
            }
            let caller = extensions.get::<AuthorizerContext>().unwrap();
            assert_eq!(caller.principal_id(), Some(&*name));
            request.extensions_mut().insert(Passed(Some(name.clone())));
            request
        });
        if only_routes {
            router.route_layer((layer, probe))
        } else {
            router.layer((layer, probe))
        }
    }
}

fn begin_alike(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.split('/'), other.split('/'));
    loop {
        match (one.next(), other.next()) {
            (Some(one), Some(other))
                if one == other || one.contains('{') || other.contains('{') => {}
            (Some(_), Some(_)) => return false,
            _ => return true,
        }
    }
}

fn rewriting(
    from: &'static str,
    to: &'static str,
) -> MapRequestLayer<impl Fn(Request<Body>) -> Request<Body> + Clone> {
    MapRequestLayer::new(move |mut request: Request<Body>| {
        // Debug builds of axum panic if a router behind a route has nested routers.
        request.extensions_mut().remove::<MatchedPath>();
        if let Some(rest) = request.uri().path().strip_prefix(from) {
            if rest.is_empty() || rest.starts_with('/') {
                let path = format!("{to}{rest}");
                let path = if path.is_empty() { "/" } else { &path };
                *request.uri_mut() = path.parse().unwrap();
            }
        }
        request
    })
}

fn note_before(mut request: Request<Body>) -> Request<Body> {
    let path = request.uri().path().to_owned();
    request.extensions_mut().insert(Before(path));
    request
}

fn note_removed(mut request: Request<Body>) -> Request<Body> {
    let path = request.uri().path().to_owned();
    let extensions = request.extensions_mut();
    let Before(before) = extensions.get().cloned().unwrap();
    let removed = before.strip_suffix(&path).unwrap_or_else(|| {
        assert_eq!(path, "/");
        &before
    });
    let Removed(earlier) = extensions.get().cloned().unwrap_or_default();
    extensions.insert(Removed(earlier + removed));
    request
}

/// How most servers read a path.
fn usual(path: &str) -> String {
    let path = path.replace("%61", "a").replace("%62", "b");
    let segments = path
        .split('/')
        .map(|segment| segment.split(';').next().unwrap());
    let segments = segments.filter(|segment| !segment.is_empty());
    segments.flat_map(|segment| ["/", segment]).collect()
}

async fn handler(caller: Option<AuthorizerContext>, passed: Option<Extension<Passed>>) {
    let passed = passed.and_then(|Extension(Passed(name))| name);
    let caller = caller.as_ref().and_then(AuthorizerContext::principal_id);
    assert_eq!(caller, passed.as_deref());
}

#[tokio::test]
async fn each_guard_of_a_tree_judges_what_is_behind_it() {
    let trees = env::var("NESTED_TREES").map_or(TREES, |trees| trees.parse().unwrap());
    let mut counts = std::collections::BTreeMap::<u16, usize>::new();
    for seed in 0..trees {
        let random = Rng::with_seed(seed);
        let mut tree = Tree { random, parts: 0 };
        let app = tree.router(3);
        for _ in 0..REQUESTS {
            let mut path = tree.path(5);
            match tree.random.u8(..8) {
                0 => path = path.replacen('a', "%61", 1),
                1 => path = path.replacen('/', "//", 1),
                2 => path.push('/'),
                3 => path.push_str(";x"),
                4 => path = path.replace('b', "%62"),
                _ => {}
            }
            let mut request = get(&path, "token");
            request.extensions_mut().insert(Sent(path));
            let status = status(&app, request).await;
            *counts.entry(status.as_u16()).or_default() += 1;
        }
    }
    println!("{counts:?}");
    let count = |status| counts.get(&status).copied().unwrap_or_default();
    assert!(count(200) > 1_000 && count(403) > 200, "{counts:?}");
}
