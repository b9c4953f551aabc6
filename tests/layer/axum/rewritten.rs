//! A layer between a router and the guard rewrites the path. What a policy excludes is excluded in both paths.

use axum::extract::OriginalUri;
use tower::util::MapRequestLayer;
use tower_lambda_authorizer::{
    AmbiguousPaths, AuthorizerResponse, authorizer_fn, policy::PolicyDocument,
};

use super::*;

/// Replaces the first of these paths, and what is behind it, by the second.
fn rewriting(
    from: &'static str,
    to: &'static str,
) -> MapRequestLayer<impl Fn(Request<Body>) -> Request<Body> + Clone> {
    MapRequestLayer::new(move |mut request: Request<Body>| {
        if let Some(rest) = request.uri().path().strip_prefix(from) {
            *request.uri_mut() = format!("{to}{rest}").parse().unwrap();
        }
        request
    })
}

/// Allows everything but these paths.
fn allowing_all_but(
    excluded: &'static [&'static str],
    in_a_deny: bool,
) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    let arns: Vec<_> = excluded
        .iter()
        .map(|path| format!("{ARN}/GET{path}"))
        .collect();
    let statements = if in_a_deny {
        json!([
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": "*", "Resource": arns},
        ])
    } else {
        json!([{"Effect": "Allow", "Action": "*", "NotResource": arns}])
    };
    let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let policy = PolicyDocument::from_json(policy.as_bytes()).unwrap();
    LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer_fn(move |_| {
        let policy = policy.clone();
        async move { Ok(AuthorizerResponse::policy(policy)) }
    })))
}

fn anything() -> Router {
    Router::new()
        .route("/", any(hello))
        .route("/{*rest}", any(hello))
}

/// The status of each path, twice: the second time, the result is cached.
async fn assert_statuses(app: &Router, expected: &[(&str, u16)]) {
    for (path, expected) in expected.iter().chain(expected) {
        assert_eq!(status(app, get(path, "any")).await, *expected, "{path}");
    }
}

#[tokio::test]
async fn what_a_policy_excludes_is_excluded_in_both_paths() {
    for in_a_deny in [true, false] {
        for paths in [AmbiguousPaths::Refuse, AmbiguousPaths::AsReceived] {
            let guard =
                allowing_all_but(&["/admin", "/old/secret"], in_a_deny).ambiguous_paths(paths);
            let inner = anything();
            let service = rewriting("/old", "").layer(guard.layer(inner));
            let app = Router::new().fallback_service(service);
            assert_statuses(
                &app,
                &[
                    ("/admin", 403),
                    ("/old/admin", 403),
                    ("/old/secret", 403),
                    ("/old/pets", 200),
                    ("/secret", 200),
                ],
            )
            .await;
        }
    }
}

#[tokio::test]
async fn spellings_of_a_rewritten_path_are_excluded_too() {
    let service =
        rewriting("/old", "").layer(allowing_all_but(&["/admin"], true).layer(anything()));
    let app = Router::new().fallback_service(service);
    assert_statuses(
        &app,
        &[
            ("/old/%61dmin", 403),
            ("/old//admin/", 403),
            ("/old/admin;x", 403),
            ("/old/a%2Fb", 400),
            ("/old/admins", 200),
        ],
    )
    .await;
}

/// The excluded path has the prefix that the router has removed.
#[tokio::test]
async fn in_nested_routers_the_rewritten_path_has_its_prefix() {
    let guard = || allowing_all_but(&["/api/acme/admin", "/api/a b/admin"], true);
    let tenants = || Router::new().nest("/{tenant}", anything().layer(guard()));
    let inside = rewriting("/old", "").layer(guard().layer(anything()));
    let inside = Router::new().nest_service("/api/{tenant}", inside);
    let around_one = rewriting("/old", "").layer(tenants());
    let around_one = Router::new().nest_service("/api", around_one);
    let around_all = Router::new().nest("/api", tenants());
    let around_all = rewriting("/old/api", "/api").layer(around_all);
    let around_all = Router::new().fallback_service(around_all);
    for (app, old) in [
        (inside, "/api/{tenant}/old/admin"),
        (around_one, "/api/old/{tenant}/admin"),
        (around_all, "/old/api/{tenant}/admin"),
    ] {
        for (tenant, expected) in [("acme", 403), ("a%20b", 403), ("other", 200)] {
            let paths = [old, "/api/{tenant}/admin"].map(|path| path.replace("{tenant}", tenant));
            assert_statuses(
                &app,
                &paths.each_ref().map(|path| (path.as_str(), expected)),
            )
            .await;
        }
    }
}

/// The rest is what the client sent.
#[tokio::test]
async fn a_prefix_that_is_rewritten_and_then_removed_is_another_path() {
    let inner = || anything().layer(allowing_all_but(&["/api/acme/admin"], true));
    let fixed = Router::new().nest("/api", Router::new().nest("/acme", inner()));
    let fixed = rewriting("/old", "/api").layer(fixed);
    let parameter = Router::new().nest("/api/{tenant}", inner());
    let parameter = rewriting("/api/old", "/api/acme").layer(parameter);
    // What the router leaves looks as if nothing had happened.
    let doubled = Router::new().nest("/api", inner());
    let doubled = rewriting("/acme", "/api/acme").layer(doubled);
    for (app, denied) in [
        (Router::new().fallback_service(fixed), "/old/acme/admin"),
        (Router::new().fallback_service(parameter), "/api/old/admin"),
        (Router::new().fallback_service(doubled), "/acme/admin"),
    ] {
        let paths = [
            ("/api/acme/admin", 403),
            (denied, 403),
            ("/api/acme/pets", 200),
        ];
        assert_statuses(&app, &paths).await;
    }
}

/// Neither what a router removes nor what a layer restores is a rewritten path.
#[tokio::test]
async fn what_nested_routers_remove_is_no_other_path() {
    // As received, a slash at the end makes another path, which no policy must match.
    let excluded = &[
        "/pets",
        "/pets/7",
        "/",
        "/{tenant}/pets",
        "/acme/",
        "/acme/b/",
    ];
    let guard = || allowing_all_but(excluded, true).ambiguous_paths(AmbiguousPaths::AsReceived);
    let restoring = MapRequestLayer::new(|mut request: Request<Body>| {
        let original = request.extensions().get::<OriginalUri>();
        *request.uri_mut() = original.unwrap().0.clone();
        request
    });
    let nested = Router::new().nest("/{tenant}", anything().layer(guard()));
    let twice = Router::new().nest(
        "/{a}",
        Router::new().nest("/{b}", anything().layer(guard())),
    );
    let restored = restoring.layer(guard().layer(anything()));
    let restored = Router::new().nest_service("/acme", restored);
    let outermost = Router::new().nest("/acme", anything()).layer(guard());
    for (app, prefix) in [
        (nested, "/acme"),
        (twice, "/acme/b"),
        (restored, "/acme"),
        (outermost, "/acme"),
    ] {
        for path in ["/pets", "/pets/7", "//pets", ""] {
            let path = format!("{prefix}{path}");
            assert_statuses(&app, &[(&path, 200)]).await;
        }
    }
}

/// The application's function knows better than axum.
#[tokio::test]
async fn the_uri_of_a_resolver_is_the_only_one() {
    let guard = allowing_all_but(&["/admin"], true).resource_resolver(|_| {
        ResourceMatch::new().with_original_uri(Uri::from_static("/as/resolved"))
    });
    let app = Router::new().fallback_service(rewriting("/old", "").layer(guard.layer(anything())));
    assert_statuses(&app, &[("/old/admin", 200)]).await;
}
