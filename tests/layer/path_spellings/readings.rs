//! An `Allow` with a wildcard, and a path that servers read as another one.
//!
//! Some servers merge slashes (tower-http's `ServeDir`), or take what follows two slashes for a host. Some drop a `;` and what
//! follows it in the segment (Tomcat, Jetty), or in the whole path (Fastify 4). A wildcard also matches an empty segment and a `;`.
//! So the path that such a server reads has to be allowed, too.

use std::{
    convert::Infallible,
    sync::atomic::{AtomicUsize, Ordering},
};

use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{Api, Denial};

use super::*;

fn allow(paths: &[&str]) -> PolicyDocument {
    let resources = paths.iter().map(|path| format!("{METHOD}{path}"));
    PolicyDocument::new([Statement::invoke(Effect::Allow, resources)])
}

#[tokio::test]
#[rustfmt::skip]
async fn a_wildcard_does_not_allow_what_servers_read_as_another_path() {
    for (allowed, refused, served) in [
        (
            &["/*/orders"][..],
            &["//orders", "///orders", "//acme/orders", "//a/b/orders//", "/;/orders", "/;x/a/orders"][..],
            &["/acme/orders", "/acme//orders", "/a/b/orders", "//a/b/orders", "/%3B/orders"][..],
        ),
        (&["/tenants/*/public"], &["/tenants//public", "//tenants//public"], &["/tenants/acme/public"]),
        (&["//a*", "/*/orders"], &["//orders", "//a;x"], &["/a/orders"]),
        (&["/?orders", "/a??c"], &["//orders", "/a//c", "/a;;c"], &["/xorders", "/abbc"]),
        (&["/*.css"], &["/admin;.css", "/admin;/a.css", "/;.css"], &["/a.css", "/a/b.css", "/a%3b.css"]),
        (&["/*/items"], &["/admin;/items", "/admin/;/items"], &["/a/items"]),
        (&["/*/a", "/*/y"], &["//h;x/a;y/b", "//h;/b;/y"], &["//h/b/a/y"]),
        (&["/admin;*", "/admin"], &["/admin;x/users"], &["/admin;x"]),
        (&["*"], &[], &["//orders", "//x/orders", "/orders;x/y", "/;/orders"]),
        (&["/orders*"], &["//orders"], &["/orders;x", "/orders;x/y", "/orders//7"]),
        (&["/pets/*"], &[], &["/pets/", "/pets//", "/pets//7", "/pets/a;b/c", "/pets/a;b", "/pets/;b", "/pets/7/"]),
    ] {
        let server = Server::refusing(allow(allowed)).await;
        for target in refused {
            assert_eq!(server.refusal(target).await, 403, "{allowed:?}: {target}");
        }
        for target in served {
            let outcome = server.get(target).await;
            assert_eq!(outcome.status, 200, "{allowed:?}: {target}: {outcome:?}");
        }
    }
}

/// Such as a policy that an authorizer makes of the method ARN.
#[tokio::test]
async fn what_an_allow_names_itself_is_allowed() {
    let paths = ["//orders", "/a//b", "//x/orders", "/a;x", "/;/b"];
    for path in paths {
        let server = Server::refusing(allow(&[path])).await;
        let outcome = server.get(path).await;
        assert_eq!(outcome.status, 200, "{path}: {outcome:?}");
        for other in paths.iter().filter(|other| **other != path) {
            assert_eq!(server.refusal(other).await, 403, "{path}: {other}");
        }
    }
    // It has to be allowed by the statement that names it.
    let condition = r#","Condition":{"StringEquals":{"aws:UserAgent":"other"}}"#;
    for (statement, condition) in [
        (
            r#""Effect":"Allow","Action":"execute-api:Invoke","Resource":"#,
            condition,
        ),
        (
            r#""Effect":"Allow","Action":"execute-api:Other","Resource":"#,
            "",
        ),
        (
            r#""Effect":"Allow","NotAction":"execute-api:Invoke","Resource":"#,
            "",
        ),
        (
            r#""Effect":"Deny","Action":"execute-api:Other","Resource":"#,
            "",
        ),
        (
            r#""Effect":"Allow","Action":"execute-api:Other","NotResource":"#,
            "",
        ),
    ] {
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{{statement}"{METHOD}//orders"{condition}}},
                {{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"{METHOD}/*/orders"}}]}}"#
        );
        let policy = PolicyDocument::from_json(policy.as_bytes()).unwrap();
        let server = Server::refusing(policy).await;
        assert_eq!(
            server.refusal("//orders").await,
            403,
            "{statement} {condition}"
        );
    }
}

#[tokio::test]
async fn as_received_a_wildcard_allows_them() {
    let server = Server::start(allow(&["/*/orders"]), AmbiguousPaths::AsReceived).await;
    for target in ["//orders", "//x/orders"] {
        assert_eq!(server.get(target).await.status, 200, "{target}");
    }
}

/// The policy of an HTTP API is about the decoded path. Servers look for a `;` before they decode it.
#[tokio::test]
async fn the_same_applies_to_an_http_api() {
    for (allowed, refused, served) in [
        (
            &["/*/orders"][..],
            &["//orders", "//%61cme/orders", "/;/orders"][..],
            &["/%61cme/orders", "/acme//orders", "/secret%3B/orders"][..],
        ),
        (&["/a", "*y"], &["/a%3Bx;y", "/b;y"], &["/a;y", "/a%3By"]),
        (&["/a;x", "*y"], &["/a;x;y"], &["/a%3Bx;y"]),
    ] {
        let layer = LambdaAuthorizerLayer::http_api(authorizer_fn(move |_| async {
            Ok(AuthorizerResponse::policy(allow(allowed)).with_principal_id("p"))
        }))
        .api(Api::new("us-east-1", "000000000000", "placeholder", "local").unwrap());
        let calls = Arc::new(AtomicUsize::new(0));
        let own = Arc::clone(&calls);
        let service = layer.layer(service_fn(move |_: Request| {
            own.fetch_add(1, Ordering::Relaxed);
            async { Ok::<_, Infallible>(http::Response::new(axum::body::Body::empty())) }
        }));
        let with_status =
            |targets: &'static [&str], status| targets.iter().map(move |it| (it, status));
        for (target, status) in with_status(refused, 403).chain(with_status(served, 200)) {
            let request = http::Request::get(*target).header("authorization", "t");
            let request = request.body(axum::body::Body::empty()).unwrap();
            let response = service.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{allowed:?}: {target}");
            let denial = response.extensions().get::<Denial>();
            assert_eq!(denial.is_some(), status == 403, "{allowed:?}: {target}");
        }
        assert_eq!(calls.load(Ordering::Relaxed), served.len());
    }
}

/// The reason names both paths.
#[tokio::test]
async fn the_reason_says_which_path_is_not_allowed() {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
        Ok(AuthorizerResponse::policy(allow(&["/*/orders"])))
    }));
    for kept in ["called", "from the cache"] {
        let request = http::Request::get("//orders").header("authorization", "t");
        let explanation = layer.explain(request.body(()).unwrap()).await;
        assert!(!explanation.is_allowed(), "{kept}");
        assert_eq!(
            explanation.reason(),
            format!(
                "the policy allows `{METHOD}//orders`, but not `{METHOD}/orders`, which some servers read instead"
            ),
            "{kept}"
        );
    }
}

/// Random policies and paths. The oracle reads the path as the servers do, and matches it by itself.
#[tokio::test]
async fn random_paths_reach_only_what_is_allowed_in_every_reading() {
    const PIECES: [&str; 11] = ["/", "/", "/", "/", "//", "a", "b", "a", "b", ";", ";x"];
    const PATTERNS: [&str; 9] = ["/", "/", "/", "a", "b", "*", "*", "?", ";"];
    let mut random = fastrand::Rng::with_seed(44);
    let mut counts = [0; 3];
    for _ in 0..60 {
        let text = |random: &mut fastrand::Rng, pieces: &[&str], most: usize| {
            let pieces = (0..random.usize(1..most)).map(|_| *random.choice(pieces).unwrap());
            format!("/{}", pieces.collect::<String>())
        };
        let patterns = [(); 2].map(|()| text(&mut random, &PATTERNS, 6));
        let server = Server::refusing(allow(&patterns.each_ref().map(String::as_str))).await;
        for _ in 0..40 {
            let target = text(&mut random, &PIECES, 8);
            let is_allowed = |path: &str| patterns.iter().any(|pattern| matches(pattern, path));
            let outcome = server.get(&target).await;
            let is_safe =
                patterns.contains(&target) || readings(&target).iter().all(|path| is_allowed(path));
            let expected = is_allowed(&target) && is_safe;
            let status = if expected { 200 } else { 403 };
            assert_eq!(
                outcome.status, status,
                "{patterns:?}: {target}: {outcome:?}"
            );
            counts[usize::from(expected) + usize::from(is_allowed(&target) && !is_safe) * 2] += 1;
        }
    }
    assert!(counts.iter().all(|count| *count > 20), "{counts:?}");
}

/// The path without what follows a `;` in each segment or to its end, without a host, and without both, in either order; each
/// of them also with merged slashes.
fn readings(target: &str) -> Vec<String> {
    let target = [target.to_owned()];
    let dropped = each(&target, without_semicolons);
    let dropped_and_after = each(&dropped, after_host);
    let after = each(&target, after_host);
    let after_and_dropped = each(&after, without_semicolons);
    let all = [&dropped, &dropped_and_after, &after, &after_and_dropped];
    let mut all: Vec<_> = all.into_iter().flatten().chain(&target).cloned().collect();
    all.extend(each(&all, |path| vec![merged(path)]));
    all
}

fn each(paths: &[String], read: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    paths.iter().flat_map(|path| read(path)).collect()
}

fn without_semicolons(path: &str) -> Vec<String> {
    let name = |text: &str| text.split(';').next().unwrap().to_owned();
    let names = path.split('/').map(name).collect::<Vec<_>>();
    vec![names.join("/"), name(path)]
}

fn after_host(path: &str) -> Vec<String> {
    if !path.starts_with("//") {
        return Vec::new();
    }
    let host = path.trim_start_matches('/');
    let after = host.split_once('/').map_or("", |(_, after)| after);
    vec![format!("/{after}")]
}

fn merged(path: &str) -> String {
    let mut path = path.to_owned();
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    path
}

/// Written without regard to its cost.
fn matches(pattern: &str, text: &str) -> bool {
    let rest = |text: &str| {
        text.chars()
            .next()
            .map(|first| text[first.len_utf8()..].to_owned())
    };
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            matches(&pattern[1..], text) || rest(text).is_some_and(|rest| matches(pattern, &rest))
        }
        Some('?') => rest(text).is_some_and(|rest| matches(&pattern[1..], &rest)),
        Some(first) => text
            .strip_prefix(first)
            .is_some_and(|rest| matches(&pattern[1..], rest)),
    }
}
