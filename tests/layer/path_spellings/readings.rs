//! An `Allow` with a wildcard, and a path that servers read as another one.
//!
//! Some servers merge slashes (tower-http's `ServeDir`), drop a `;` and what follows it (Java), or begin the query there.
//! A wildcard also matches an empty segment and a `;`. So the path that such a server reads has to be allowed, too.

use std::sync::atomic::{AtomicUsize, Ordering};

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
            &["//orders", "///orders", "/;x/orders", "/;/orders", "/%3B/orders", "/secret;/orders"][..],
            &["/acme/orders", "/acme//orders", "/a/b/orders"][..],
        ),
        (
            &["/*.css"],
            &["/admin;.css", "/admin;x.css", "/admin%3B.css", "/admin%3b.css", "/admin;/a.css"],
            &["/a.css", "/a//b.css", "//a.css", "/%61.css"],
        ),
        (&["/tenants/*/public"], &["/tenants//public", "//tenants//public"], &["/tenants/acme/public"]),
        (&["//a*", "/*/orders"], &["//orders", "//a;x"], &["//admin", "//a/orders"]),
        (&["/?orders", "/a??c"], &["//orders", "/a;;c"], &["/xorders", "/abbc"]),
        (&["*"], &[], &["//orders", "/orders;x/y", "/;/orders"]),
        (&["/orders*"], &["//orders"], &["/orders;x", "/orders;x/y", "/orders//7"]),
        (&["/pets/*"], &[], &["/pets/", "/pets//", "/pets//7", "/pets/a;b/c", "/pets/7/"]),
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

/// Such as a policy that an authorizer makes of the method ARN, or of a name.
#[tokio::test]
async fn what_an_allow_names_itself_is_allowed() {
    let paths = ["//orders", "/orders;jsessionid=1", "/a;b/c"];
    for path in paths {
        let server = Server::refusing(allow(&[path])).await;
        let outcome = server.get(path).await;
        assert_eq!(outcome.status, 200, "{path}: {outcome:?}");
        for other in paths.iter().filter(|other| **other != path) {
            assert_eq!(server.refusal(other).await, 403, "{path}: {other}");
        }
    }
    let server = Server::refusing(allow(&["/tenants/a;b/*"])).await;
    let outcome = server.get("/tenants/a;b/orders").await;
    assert_eq!(outcome.status, 200, "{outcome:?}");
    for target in ["/tenants/a;b/orders;x", "/tenants/a;b//orders;x"] {
        assert_eq!(server.refusal(target).await, 403, "{target}");
    }
    // It has to be allowed by the entry and the statement that name it.
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[
            {{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"{METHOD}/*/orders"}},
            {{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"{METHOD}//orders",
                "Condition":{{"StringEquals":{{"aws:UserAgent":"other"}}}}}},
            {{"Effect":"Allow","Action":"execute-api:Other","Resource":"{METHOD}//orders"}}]}}"#
    );
    let policy = PolicyDocument::from_json(policy.as_bytes()).unwrap();
    let server = Server::refusing(policy).await;
    assert_eq!(server.refusal("//orders").await, 403);
}

#[tokio::test]
async fn as_received_a_wildcard_allows_them() {
    let server = Server::start(allow(&["/*/orders"]), AmbiguousPaths::AsReceived).await;
    for target in ["//orders", "/;/orders"] {
        assert_eq!(server.get(target).await.status, 200, "{target}");
    }
}

/// The policy of an HTTP API is about the decoded path.
#[tokio::test]
async fn the_same_applies_to_an_http_api() {
    let layer = LambdaAuthorizerLayer::http_api(authorizer_fn(|_| async {
        Ok(AuthorizerResponse::policy(allow(&["/*/orders"])).with_principal_id("p"))
    }))
    .api(Api::new("us-east-1", "000000000000", "placeholder", "local").unwrap());
    let served = Arc::new(AtomicUsize::new(0));
    let own = Arc::clone(&served);
    let service = layer.layer(service_fn(move |_: Request| {
        own.fetch_add(1, Ordering::Relaxed);
        async { Ok::<_, std::convert::Infallible>(http::Response::new(axum::body::Body::empty())) }
    }));
    for (target, status) in [
        ("/%61cme/orders", 200),
        ("/acme//orders", 200),
        ("//orders", 403),
        ("/secret%3B/orders", 403),
        ("/;/orders", 403),
    ] {
        let request = http::Request::get(target).header("authorization", "t");
        let request = request.body(axum::body::Body::empty()).unwrap();
        let response = service.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{target}");
        let denial = response.extensions().get::<Denial>();
        assert_eq!(denial.is_some(), status == 403, "{target}");
    }
    assert_eq!(served.load(Ordering::Relaxed), 2);
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
                "the policy allows `{METHOD}//orders`, but not `{METHOD}/orders`, as which some servers read its path"
            ),
            "{kept}"
        );
    }
}

/// Random policies and paths. The oracle reads the path as the servers do, and matches it by itself.
#[tokio::test]
async fn random_paths_reach_only_what_is_allowed_in_every_reading() {
    const PIECES: [&str; 12] = [
        "/", "/", "/", "/", "//", ";", ";x", "a", "b", "a", "b", "%3B",
    ];
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
            // Whatever the client had sent instead of a mark, the policy would not have allowed it.
            let is_named =
                marks(&target).len() <= 8 && others(&target).iter().all(|path| !is_allowed(path));
            let is_safe = is_named || readings(&target).iter().all(|path| is_allowed(path));
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

/// The path with merged slashes; without parameters; and up to the first `;` if a slash follows.
fn readings(target: &str) -> Vec<String> {
    let merged = |path: &str| {
        let mut path = path.to_owned();
        while path.contains("//") {
            path = path.replace("//", "/");
        }
        path
    };
    let mut readings = vec![merged(target)];
    let path = target.replace("%3B", ";");
    if let Some((before, behind)) = path.split_once(';') {
        let names = path
            .split('/')
            .map(|segment| segment.split(';').next().unwrap());
        readings.push(merged(&names.collect::<Vec<_>>().join("/")));
        if behind.contains('/') {
            readings.push(merged(before));
        }
    }
    readings
}

/// Where an empty segment or a `;` begins, and its length.
fn marks(target: &str) -> Vec<(usize, usize)> {
    let marks = (0..target.len()).filter_map(|at| {
        let rest = &target[at..];
        let mark = ["//", ";", "%3B"]
            .into_iter()
            .find(|mark| rest.starts_with(mark))?;
        Some((at, mark.len()))
    });
    marks.collect()
}

fn others(target: &str) -> Vec<String> {
    let replaced = |from: usize, to: usize| format!("{}!{}", &target[..from], &target[to..]);
    let others = marks(target).into_iter().flat_map(|(at, length)| {
        let characters = (at..at + length).map(move |at| replaced(at, at + 1));
        characters.chain((length == 2).then(|| replaced(at + 1, at + 1)))
    });
    others.collect()
}

/// Without a thought for time.
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
