//! Paths that routers read in different ways do not bypass an authorizer.

use tower_lambda_authorizer::{
    AmbiguousPaths,
    openapi::{ApiAuthorizerLayer, UnknownRoutes},
};

use crate::{
    server::{allowed, anonymous},
    spellings::{layer, store},
};

const EITHER: [UnknownRoutes; 2] = [UnknownRoutes::PassOn, UnknownRoutes::Refuse];
const OPEN_REST: &str = "  /{proxy+}: {x-amazon-apigateway-any-method: {}}\n";

async fn statuses(layer: &ApiAuthorizerLayer, expected: &[(&str, u16)]) {
    for &(path, expected) in expected {
        assert_eq!(anonymous(layer, "GET", path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn an_empty_segment_may_be_a_parameters_value() {
    let guarded = "  /users/{id}/secrets: {get: {security: [{keepers: []}]}}\n";
    let expected = [
        ("/users//secrets", 401),
        ("//users//secrets", 401),
        ("/users///secrets", 401),
        ("/users//secrets/", 401),
        ("/users/7/secrets", 401),
        ("/users/7/photos", 200),
        ("/users//photos", 200),
        ("/users/secrets", 200),
    ];
    for unknown in EITHER {
        statuses(&layer(&format!("{guarded}{OPEN_REST}"), unknown), &expected).await;
    }
    statuses(&layer(guarded, UnknownRoutes::PassOn), &expected).await;
    let own = format!("{guarded}{OPEN_REST}  /users/secrets: {{get: {{}}}}\n");
    statuses(&layer(&own, UnknownRoutes::PassOn), &expected).await;

    let guarded = "  /{tenant}/admin: {get: {security: [{keepers: []}]}}\n";
    let expected = [
        ("//admin", 401),
        ("/acme/admin", 401),
        ("/admin", 200),
        ("//users", 200),
    ];
    statuses(&layer(guarded, UnknownRoutes::PassOn), &expected).await;
    let own = format!("{guarded}  /admin: {{get: {{}}}}\n");
    statuses(&layer(&own, UnknownRoutes::PassOn), &expected).await;
}

#[tokio::test]
async fn the_authorizer_receives_an_empty_segment_as_a_value() {
    let paths = "  /users/{id}/secrets: {get: {security: [{keepers: []}]}}\n";
    let store = store(paths);
    let definition = store.definition.unknown_routes(UnknownRoutes::PassOn);
    let layer = definition.into_layer().unwrap();
    assert_eq!(allowed(&layer, "GET", "/users//secrets").await, 200);
    let asked = store.keepers.last();
    assert_eq!(asked.resource(), Some("/users/{id}/secrets"));
    assert_eq!(asked.path_parameters().collect::<Vec<_>>(), [("id", "")]);
    assert_eq!(allowed(&layer, "GET", "//users/%37/secrets").await, 200);
    let asked = store.keepers.last();
    assert_eq!(asked.path_parameters().collect::<Vec<_>>(), [("id", "7")]);
}

/// As API Gateway has it, before all that another router may find.
#[tokio::test]
async fn the_authorizer_is_asked_about_the_same_resource_for_head_as_for_get() {
    let guarded = "{get: {security: [{keepers: []}]}}";
    let store = store(&format!("  /a/b: {guarded}\n  /a/{{proxy+}}: {guarded}\n"));
    let definition = store.definition.unknown_routes(UnknownRoutes::PassOn);
    let layer = definition.into_layer().unwrap();
    for method in ["GET", "HEAD"] {
        assert_eq!(allowed(&layer, method, "/a/b/").await, 200);
        let asked = store.keepers.last();
        assert_eq!(asked.resource(), Some("/a/{proxy+}"), "{method}");
    }
}

#[tokio::test]
async fn a_greedy_parameter_may_or_may_not_match_nothing() {
    let guarded = "{x-amazon-apigateway-any-method: {security: [{keepers: []}]}}";
    let open = "{x-amazon-apigateway-any-method: {}}";
    // A router whose `{proxy+}` needs a character sends `/a/` to the last one.
    let paths =
        format!("  /a: {{post: {{}}}}\n  /a/{{proxy+}}: {open}\n  /{{proxy+}}: {guarded}\n");
    for unknown in EITHER {
        let layer = layer(&paths, unknown);
        statuses(
            &layer,
            &[
                ("/a/", 401),
                ("/a//", 401),
                ("/a/b", 200),
                ("/a//b", 200),
                ("/b", 401),
            ],
        )
        .await;
        assert_eq!(anonymous(&layer, "POST", "/a").await, 200);
    }
    let own = format!("  /a: {open}\n  /a/{{proxy+}}: {open}\n  /{{proxy+}}: {guarded}\n");
    let own = layer(&own, UnknownRoutes::default());
    statuses(&own, &[("/a/", 401), ("/a", 200), ("/a/b", 200)]).await;
    // A router whose `{proxy+}` does not even need a slash sends `/a` to the first one.
    for other in ["/{page}", "/{proxy+}"] {
        let paths = format!("  /a/{{proxy+}}: {guarded}\n  {other}: {open}\n");
        for unknown in EITHER {
            let plain = layer(&paths, unknown);
            statuses(&plain, &[("/a", 401), ("/a/b", 401), ("/b", 200)]).await;
            let own = layer(&format!("{paths}  /a: {open}\n"), unknown);
            statuses(&own, &[("/a", 200), ("/a/b", 401), ("/b", 200)]).await;
        }
    }
    let root = format!("  /: {open}\n  /{{proxy+}}: {guarded}\n");
    statuses(
        &layer(&root, UnknownRoutes::PassOn),
        &[("/", 200), ("/a", 401)],
    )
    .await;
}

#[tokio::test]
async fn an_exact_operation_stays_open_next_to_a_guarded_parameter() {
    let paths = "  /pets/health: {get: {}}\n  /pets/{id}: {get: {security: [{keepers: []}]}}\n";
    for unknown in EITHER {
        let layer = layer(&format!("{paths}{OPEN_REST}"), unknown);
        let expected = [
            ("/pets/health", 200),
            ("/pets/health/", 200),
            // Not each router of an application drops the empty segment.
            ("//pets/health", 401),
            ("/pets//health", 401),
            ("/pets/7", 401),
            ("/pets//7", 401),
            ("/pets/", 401),
        ];
        statuses(&layer, &expected).await;
    }
    let paths = "  /static/{proxy+}: {get: {}}\n  /{proxy+}: {get: {security: [{keepers: []}]}}\n";
    let layer = layer(paths, UnknownRoutes::default());
    statuses(
        &layer,
        &[
            ("/static/a.css", 200),
            ("/static//a.css", 200),
            ("//static/a.css", 401),
        ],
    )
    .await;
}

/// An Express application may have the first path, then a router at `/:kind` that drops the empty segment, then the rest.
#[tokio::test]
async fn an_open_greedy_parameter_does_not_hide_what_a_nested_router_serves() {
    let open = "{get: {}}";
    let paths = format!(
        "  /pets/health: {open}\n  /pets/{{proxy+}}: {open}\n  /{{kind}}/health: {{get: {{security: [{{keepers: []}}]}}}}\n"
    );
    let expected = [
        ("/pets/health", 200),
        ("/pets/7", 200),
        ("/dogs/health", 401),
        ("/pets//health", 401),
        ("/pets//health/", 401),
        ("/pets//7", 200),
    ];
    for unknown in EITHER {
        statuses(&layer(&paths, unknown), &expected).await;
    }
}

#[tokio::test]
async fn with_an_empty_segment_a_nested_router_may_have_the_handler_for_any_method() {
    let any = "x-amazon-apigateway-any-method: {security: [{keepers: []}]}";
    for method in ["GET", "HEAD", "POST"] {
        let own = format!("{}: {{}}", method.to_lowercase());
        let layer = layer(
            &format!("  /users/{{id}}: {{{own}, {any}}}\n"),
            UnknownRoutes::PassOn,
        );
        for (path, status) in [
            ("/users/7", 200),
            ("/users/7/", 200),
            ("/users//7", 401),
            ("//users/7", 401),
        ] {
            assert_eq!(
                anonymous(&layer, method, path).await,
                status,
                "{method} {path}"
            );
        }
    }
}

/// One router of an application may compare what was received, and another one decode it, or drop what follows a `;`.
#[tokio::test]
async fn behind_an_unusual_spelling_an_operation_hides_nothing_that_another_router_may_serve() {
    let guarded = "{get: {security: [{keepers: []}]}}";
    for (paths, unusual) in [
        (
            format!("  /users/me: {{get: {{}}}}\n  /users/{{id}}: {guarded}\n"),
            ["/%75sers/me", "/users;x/me", "/%75sers/me/"],
        ),
        (
            "  /users/{id}: {get: {}, x-amazon-apigateway-any-method: {security: [{keepers: []}]}}\n"
                .to_owned(),
            ["/%75sers/me", "/users;x/me", "/users/me;x/y"],
        ),
        (
            format!(
                "  /users/me: {{get: {{}}}}\n  /users/{{rest+}}: {{get: {{}}}}\n  /{{kind}}/me: {guarded}\n"
            ),
            ["/users/m%65", "/users/me;x", "/users/m%65/"],
        ),
    ] {
        for unknown in EITHER {
            let layer = layer(&format!("{paths}{OPEN_REST}"), unknown);
            statuses(&layer, &[("/users/me", 200), ("/users/me/", 200)]).await;
            for path in unusual {
                assert_eq!(anonymous(&layer, "GET", path).await, 401, "{path}: {paths}");
            }
        }
    }
}

#[tokio::test]
async fn empty_segments_that_lead_to_different_authorizers_are_refused() {
    let keepers = "{get: {security: [{keepers: []}]}}";
    let tenants = "{get: {security: [{tenants: []}]}}";
    let paths = format!(
        "  /{{tenant}}/admin: {tenants}\n  /admin: {keepers}\n  /files/{{proxy+}}: {tenants}\n"
    );
    let layer = layer(&paths, UnknownRoutes::PassOn);
    let expected = [
        ("/admin", 401),
        ("/acme/admin", 401),
        ("//admin", 400),
        ("/files/a", 401),
    ];
    statuses(&layer, &expected).await;
}

#[tokio::test]
async fn with_as_received_a_parameter_may_still_be_empty() {
    let paths = "  /users/{id}/secrets: {get: {security: [{keepers: []}]}}\n  /a/b: {get: {security: [{keepers: []}]}}\n";
    let definition = store(paths)
        .definition
        .ambiguous_paths(AmbiguousPaths::AsReceived);
    let layer = definition
        .unknown_routes(UnknownRoutes::PassOn)
        .into_layer()
        .unwrap();
    statuses(
        &layer,
        &[
            ("/users//secrets", 401),
            ("/a/b", 401),
            ("/a//b", 200),
            ("/a/b/", 200),
        ],
    )
    .await;
}

/// Java servers and others drop a `;` and what follows it, in the segment or to the end, before or after they decode.
#[tokio::test]
async fn what_follows_a_semicolon_may_be_dropped() {
    let guarded = "{x-amazon-apigateway-any-method: {security: [{keepers: []}]}}";
    let paths = format!("  /orders: {guarded}\n  /users/{{id}}: {guarded}\n");
    for unknown in EITHER {
        for rest in [
            OPEN_REST,
            "  /{page}: {get: {}}\n  /{page}/{part}: {get: {}}\n",
        ] {
            let layer = layer(&format!("{paths}{rest}"), unknown);
            for path in [
                "/orders;x",
                "/orders;",
                "/orders;a=b;c=d",
                "/orders;/x",
                "/orders%3bx",
                "/orders%3B",
                "/order%73;x",
                "/orders;x/",
                "//orders;x",
                "/;/orders",
                "/;x//orders;y",
                "/orders/;x",
                "/%3bx/orders",
                "/users;a/7;b",
                "/users;a/;b/7",
                "/users/;x",
                "/users/7;/x",
                "/users/7/;x",
            ] {
                assert!(
                    matches!(anonymous(&layer, "GET", path).await, 400 | 401 | 403),
                    "{path} {unknown:?} {rest}"
                );
            }
        }
        let open = layer(&format!("{paths}{OPEN_REST}"), unknown);
        let expected = [
            ("/pets;x", 200),
            ("/pets/orders;x", 200),
            ("/pets;orders", 200),
            ("/;x/pets", 200),
            ("/pets/7;/users/7", 200),
        ];
        statuses(&open, &expected).await;
    }
}

/// Some routers drop a `;` and what follows it to the end of the path, and others keep it.
#[tokio::test]
async fn a_segment_that_begins_with_a_semicolon_hides_neither_its_parent_nor_a_greedy_parameter() {
    let (open, guarded) = ("{get: {}}", "{get: {security: [{keepers: []}]}}");
    for paths in [
        format!("  /admin: {guarded}\n  /admin/{{a}}/{{b}}: {open}\n"),
        format!("  /admin/{{proxy+}}: {guarded}\n  /admin/{{a}}/{{b}}: {open}\n"),
    ] {
        for unknown in EITHER {
            let layer = layer(&paths, unknown);
            statuses(&layer, &[("/admin/x/y", 200), ("/admin/;x/y", 401)]).await;
        }
    }
}

/// With a method that an exact resource lacks, the parameter is found, and hides the greedy one.
#[tokio::test]
async fn a_parameter_hides_a_greedy_one_behind_a_resource_without_the_method() {
    let paths = "  /users/me: {get: {}}\n  /users/{id}: {put: {}}\n  /users/{proxy+}: {put: {security: [{keepers: []}]}}\n";
    let layer = layer(paths, UnknownRoutes::PassOn);
    for (path, status) in [
        ("/users/me", 200),
        ("/users/7", 200),
        ("/users/7/toys", 401),
    ] {
        assert_eq!(anonymous(&layer, "PUT", path).await, status, "{path}");
    }
}
