//! `assert_guarded`, and which places of a layer in an axum app guard what.

use axum::{
    Router,
    body::Body,
    extract::Request,
    middleware::{Next, ResponseAxumBodyLayer, from_fn},
    routing::get,
};
use http::StatusCode;
use tower::Layer;
use tower_lambda_authorizer::{
    AnonymousRequests, IdentitySources, LambdaAuthorizerLayer,
    gateway_responses::{GatewayResponse, GatewayResponses, ResponseType},
    testing::{Harness, MockAnswer, MockAuthorizer},
};

use crate::caught::{caught, holds};

fn layer() -> LambdaAuthorizerLayer<MockAuthorizer> {
    LambdaAuthorizerLayer::token(MockAuthorizer::allowing())
}

fn is_guarded(app: Router, path: &'static str) -> bool {
    let harness = Harness::app(app);
    holds(|| tokio_test::block_on(harness.assert_guarded([("GET", path)])))
}

fn router() -> Router {
    Router::new().route("/pets", get("pets"))
}

#[test]
fn a_route_layer_guards_neither_a_fallback_nor_routes_that_are_added_after_it() {
    let later = || Router::new().route("/later", get("later"));
    let fallback = || get("fallback");
    for (name, app, unguarded) in [
        ("alone", router().route_layer(layer()), vec!["/other"]),
        (
            "a later route",
            router().route_layer(layer()).route("/later", get("later")),
            vec!["/later", "/other"],
        ),
        (
            "a later nest",
            router().route_layer(layer()).nest("/more", later()),
            vec!["/more/later", "/other"],
        ),
        (
            "a later merge",
            router().route_layer(layer()).merge(later()),
            vec!["/later", "/other"],
        ),
        (
            "a fallback before it",
            router().fallback(fallback()).route_layer(layer()),
            vec!["/other"],
        ),
        (
            "a fallback after it",
            router().route_layer(layer()).fallback(fallback()),
            vec!["/other"],
        ),
        // These arrangements guard the fallback.
        (
            "layer",
            router().fallback(fallback()).layer(layer()),
            vec![],
        ),
        ("layer, no fallback", router().layer(layer()), vec![]),
        (
            "a guarded fallback",
            router()
                .route_layer(layer())
                .fallback_service(layer().layer(router())),
            vec![],
        ),
        // But only a fallback that is already there.
        (
            "layer, then a fallback",
            router().layer(layer()).fallback(fallback()),
            vec!["/other"],
        ),
        (
            "layer, then a route",
            router().layer(layer()).route("/later", get("later")),
            vec!["/later"],
        ),
    ] {
        for path in ["/pets", "/later", "/more/later", "/other"] {
            let exists = path == "/pets" || path == "/other" || unguarded.contains(&path);
            let expected = !unguarded.contains(&path);
            if exists {
                assert_eq!(is_guarded(app.clone(), path), expected, "{name}: {path}");
            }
        }
    }
}

#[test]
fn a_nested_routers_fallback_needs_a_layer_of_its_own_or_around_all() {
    let nested = || Router::new().nest("/nested", router().fallback(get("fallback")));
    let without = || Router::new().nest("/nested", router().layer(layer()));
    for (name, app, expected) in [
        ("an outer route layer", nested().route_layer(layer()), false),
        ("an outer layer", nested().layer(layer()), true),
        ("no fallback", without(), false),
        (
            "the outer fallback",
            without().fallback(get("fallback")),
            false,
        ),
    ] {
        assert!(is_guarded(app.clone(), "/nested/pets"), "{name}");
        assert_eq!(is_guarded(app, "/nested/other"), expected, "{name}");
    }
}

#[test]
fn a_fallback_for_methods_is_guarded_if_it_was_added_before_the_layer() {
    let fallback = async || "another method";
    let own = || Router::new().route("/pets", get("pets").fallback(fallback));
    let common = || router().method_not_allowed_fallback(fallback);
    for (name, app, expected) in [
        (
            "a route's own, route layer",
            own().route_layer(layer()),
            true,
        ),
        ("a route's own, layer", own().layer(layer()), true),
        (
            "before the route layer",
            common().route_layer(layer()),
            true,
        ),
        ("before the layer", common().layer(layer()), true),
        (
            "after the route layer",
            router()
                .route_layer(layer())
                .method_not_allowed_fallback(fallback),
            false,
        ),
        (
            "after the layer",
            router()
                .layer(layer())
                .method_not_allowed_fallback(fallback),
            false,
        ),
    ] {
        let harness = Harness::app(app);
        let is_guarded = || tokio_test::block_on(harness.assert_guarded([("POST", "/pets")]));
        assert_eq!(holds(is_guarded), expected, "{name}");
    }
}

#[test]
fn a_layer_around_the_whole_app_guards_everything() {
    let app = router()
        .fallback(get("fallback"))
        .route("/later", get("later"));
    let app = (ResponseAxumBodyLayer, layer()).layer(app);
    let harness = Harness::app_with_body(app, Body::new);
    let routes = ["/pets", "/later", "/other"].map(|path| ("GET", path));
    tokio_test::block_on(harness.assert_guarded(routes));
}

#[test]
fn the_failure_names_all_routes_that_are_not_guarded() {
    let app = router()
        .route_layer(layer())
        .route("/health", get("well"))
        .fallback(async |request: Request| request.uri().path().to_owned());
    let harness = Harness::app(app);
    let routes = [
        ("GET", "/health"),
        ("GET", "/pets"),
        ("POST", "/admin?token=s3cret-s3cret"),
    ];
    let line = line!() + 1;
    let caught = caught(|| tokio_test::block_on(async { harness.assert_guarded(routes).await }));
    assert_eq!(
        caught.message,
        "\
routes that are not guarded: 2 of 3
GET /health
  expected: refused by a layer, because there are no credentials
  actual: status 200, from a service that no layer guards
  no layer saw the request
POST /admin, query parameters: token
  expected: refused by a layer, because there are no credentials
  actual: status 200, from a service that no layer guards
  no layer saw the request
A layer guards only the services inside it. axum's `route_layer` guards the routes that were added before it, and never a \
fallback. `layer` also guards a fallback that was added before it"
    );
    assert_eq!((&*caught.file, caught.line), (file!(), line));
}

#[test]
fn a_layer_that_lets_requests_without_credentials_through_does_not_guard() {
    let authorizer = MockAuthorizer::allowing();
    let open = LambdaAuthorizerLayer::request(authorizer.clone(), IdentitySources::none()).unwrap();
    let anonymous = LambdaAuthorizerLayer::request(authorizer, "method.request.header.X-Token")
        .and_then(|layer| layer.anonymous_requests(AnonymousRequests::PassOn))
        .unwrap();
    for layer in [open, anonymous] {
        assert!(!is_guarded(router().route_layer(layer), "/pets"));
    }
    // An authorizer that is called for every request may refuse those without credentials.
    let authorizer = MockAuthorizer::answering(MockAnswer::deny());
    let closed = LambdaAuthorizerLayer::request(authorizer, IdentitySources::none()).unwrap();
    assert!(is_guarded(router().route_layer(closed), "/pets"));
}

#[test]
fn a_refusal_by_the_service_itself_is_not_a_guard() {
    let app = Router::new().route("/pets", get(async || StatusCode::UNAUTHORIZED));
    assert!(!is_guarded(app, "/pets"));
}

/// As in an app that tries one service after another.
#[test]
fn a_refusal_that_is_replaced_by_a_success_is_not_a_guard() {
    for (status, expected) in [(StatusCode::OK, false), (StatusCode::NOT_FOUND, true)] {
        let replace = from_fn(move |request: Request, next: Next| async move {
            next.run(request).await;
            (status, "another service")
        });
        let app = router().route_layer(layer()).layer(replace);
        assert_eq!(is_guarded(app, "/pets"), expected, "{status}");
    }
    // A gateway response may have any status.
    let welcome = GatewayResponse::new().status(StatusCode::OK);
    let responses = GatewayResponses::default().with(ResponseType::Unauthorized, welcome);
    let app = router().route_layer(layer().gateway_responses(responses.unwrap()));
    assert!(is_guarded(app, "/pets"));
}

#[test]
fn mistakes_of_the_test_itself_are_reported() {
    let harness = Harness::app(router());
    let empty = caught(|| drop(harness.assert_guarded([])));
    assert!(empty.message.contains("the list of routes is empty"));
    let method = caught(|| drop(harness.assert_guarded([("G E T", "/pets")])));
    assert_eq!(method.message, "`G E T` is not a method");
    let path = caught(|| drop(harness.assert_guarded([("GET", "pets")])));
    assert_eq!(path.message, "`pets` is not a path; a path begins with `/`");
}
