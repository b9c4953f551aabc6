//! A service that ignores the case of letters in paths.

use http::Request;
use tower_lambda_authorizer::{
    AmbiguousPaths,
    explanations::{Explanation, Remedy},
    openapi::{ApiAuthorizerLayer, UnknownRoutes},
};

use crate::{
    server::{PetStore, allowed, anonymous},
    spellings::store,
};

fn ignoring_case(store: PetStore, unknown: UnknownRoutes) -> ApiAuthorizerLayer {
    let definition = store.definition.unknown_routes(unknown);
    let definition = definition.ambiguous_paths(AmbiguousPaths::IgnoreCase);
    definition.into_layer().unwrap()
}

const GUARDED: &str = "{x-amazon-apigateway-any-method: {security: [{keepers: []}]}}";
const BY_TENANT: &str = "{x-amazon-apigateway-any-method: {security: [{tenants: []}]}}";
const OPEN: &str = "{x-amazon-apigateway-any-method: {}}";

const CASES: [&str; 6] = [
    "/ADMIN", "/Admin", "/aDMIN/", "/%41dmin", "//ADMIN", "/ADMIN;x",
];

#[tokio::test]
async fn a_guarded_operation_prevails_in_each_case() {
    for others in ["", "  /{proxy+}: OPEN\n  /: OPEN\n", "  /{page}: OPEN\n"] {
        let paths = format!("  /admin: {GUARDED}\n{}", others.replace("OPEN", OPEN));
        for unknown in [UnknownRoutes::PassOn, UnknownRoutes::Refuse] {
            let layer = ignoring_case(store(&paths), unknown);
            for path in CASES {
                let status = anonymous(&layer, "GET", path).await;
                assert!(matches!(status, 401 | 403), "{path}: {status} {paths}");
            }
        }
        let layer = ignoring_case(store(&paths), UnknownRoutes::PassOn);
        assert_eq!(allowed(&layer, "GET", "/ADMIN").await, 200, "{paths}");
        assert_eq!(anonymous(&layer, "GET", "/OTHER").await, 200, "{paths}");
    }
    // Without the setting, another case is another path, as on API Gateway.
    let paths = format!("  /admin: {GUARDED}\n  /{{proxy+}}: {OPEN}\n");
    let layer = store(&paths).definition.into_layer().unwrap();
    assert_eq!(anonymous(&layer, "GET", "/ADMIN").await, 200);
}

#[tokio::test]
async fn the_authorizer_is_asked_about_the_guarded_resource() {
    let store = store(&format!(
        "  /Users/{{id}}/secrets: {GUARDED}\n  /{{proxy+}}: {OPEN}\n"
    ));
    let keepers = store.keepers.clone();
    let layer = ignoring_case(store, UnknownRoutes::Refuse);
    assert_eq!(anonymous(&layer, "GET", "/USERS/Ann/SECRETS").await, 401);
    assert_eq!(allowed(&layer, "GET", "/USERS/Ann/SECRETS").await, 200);
    let asked = keepers.last();
    assert_eq!(asked.resource(), Some("/Users/{id}/secrets"));
    assert_eq!(asked.path_parameters().collect::<Vec<_>>(), [("id", "Ann")]);
    assert!(
        asked
            .method_arn()
            .as_str()
            .ends_with("/GET/USERS/Ann/SECRETS")
    );
}

#[tokio::test]
async fn cases_that_lead_to_different_authorizers_are_refused() {
    let paths = format!("  /admin: {GUARDED}\n  /{{proxy+}}: {BY_TENANT}\n");
    let layer = ignoring_case(store(&paths), UnknownRoutes::Refuse);
    for path in CASES {
        assert_eq!(allowed(&layer, "GET", path).await, 400, "{path}");
    }
    assert_eq!(allowed(&layer, "GET", "/admin").await, 200);
    assert_eq!(anonymous(&layer, "GET", "/ADMINS").await, 401);
}

/// The authorizer may decide by the resource.
#[tokio::test]
async fn cases_that_lead_to_different_resources_are_refused() {
    let paths = format!("  /users/me: {GUARDED}\n  /users/{{id}}: {GUARDED}\n");
    let layer = ignoring_case(store(&paths), UnknownRoutes::Refuse);
    for path in ["/users/ME", "/users/mE/"] {
        assert_eq!(allowed(&layer, "GET", path).await, 400, "{path}");
    }
    for path in ["/users/me", "/users/me/", "/users/ANN", "/users/ann"] {
        assert_eq!(allowed(&layer, "GET", path).await, 200, "{path}");
    }
    // If another segment is in another case, the more specific operation counts.
    for path in ["/USERS/me", "/Users/ann", "/USERS/me/"] {
        let layer = ignoring_case(store(&paths), UnknownRoutes::PassOn);
        assert_eq!(allowed(&layer, "GET", path).await, 200, "{path}");
    }
    // But only if it is the more specific one for each router.
    for path in ["/USERS/ME", "/USERS//me", "/USERS/%6De"] {
        let layer = ignoring_case(store(&paths), UnknownRoutes::PassOn);
        assert_eq!(allowed(&layer, "GET", path).await, 400, "{path}");
    }
    // The greedy parameter would match nothing.
    let paths = format!("  /users: {GUARDED}\n  /users/{{proxy+}}: {GUARDED}\n");
    let layer = ignoring_case(store(&paths), UnknownRoutes::PassOn);
    assert_eq!(allowed(&layer, "GET", "/USERS").await, 200);
    // A router that ignores case in only one of them serves that one.
    let paths = format!("  /users/{{id}}: {GUARDED}\n  /{{kind}}/mine: {GUARDED}\n");
    let layer = ignoring_case(store(&paths), UnknownRoutes::PassOn);
    for (path, status) in [("/USERS/MINE", 400), ("/USERS/7", 200), ("/pets/MINE", 200)] {
        assert_eq!(allowed(&layer, "GET", path).await, status, "{path}");
    }
    // The service may serve either of them.
    let paths = format!("  /Users: {GUARDED}\n  /users: {GUARDED}\n");
    let layer = ignoring_case(store(&paths), UnknownRoutes::Refuse);
    for path in ["/users", "/Users"] {
        assert_eq!(allowed(&layer, "GET", path).await, 400, "{path}");
    }
    let paths = format!("  /Users: {GUARDED}\n  /users: {OPEN}\n");
    let layer = ignoring_case(store(&paths), UnknownRoutes::Refuse);
    assert_eq!(anonymous(&layer, "GET", "/users").await, 401);
}

/// Some routers of an application may ignore case, and others not. With Express, each router has a setting of its own.
#[tokio::test]
async fn in_another_case_an_operation_hides_nothing_that_another_router_may_serve() {
    let rest = format!("  /{{proxy+}}: {OPEN}\n");
    for (paths, open, guarded) in [
        (
            format!("  /users/me: {OPEN}\n  /users/{{id}}: {GUARDED}\n"),
            "/users/me",
            ["/USERS/me", "/Users/me/", "/USERS/ME"],
        ),
        (
            format!("  /users/{{id}}: {OPEN}\n  /users/{{rest+}}: {GUARDED}\n"),
            "/users/7",
            ["/USERS/7", "/Users/7/", "/%55sers/7"],
        ),
        (
            "  /users/{id}: {get: {}, x-amazon-apigateway-any-method: {security: [{keepers: []}]}}\n"
                .to_owned(),
            "/users/7",
            ["/USERS/7", "/Users/7/", "/%55sers/7"],
        ),
        // A router at `/{kind}` may come after the first operation, and before the second one.
        (
            format!(
                "  /users/me: {OPEN}\n  /users/{{rest+}}: {OPEN}\n  /{{kind}}/me: {GUARDED}\n"
            ),
            "/users/me",
            ["/users/ME", "/users/Me/", "/users/M%65"],
        ),
    ] {
        let paths = format!("{paths}{rest}");
        for unknown in [UnknownRoutes::PassOn, UnknownRoutes::Refuse] {
            let layer = ignoring_case(store(&paths), unknown);
            assert_eq!(anonymous(&layer, "GET", open).await, 200, "{paths}");
            for path in guarded {
                let status = anonymous(&layer, "GET", path).await;
                assert_eq!(status, 401, "{path}: {paths}");
            }
        }
    }
}

async fn explained(layer: &ApiAuthorizerLayer, path: &str) -> Explanation {
    let request = Request::get(format!("{path}?key=allow"));
    let request = request.header("x-tenant", "acme");
    let request = request.header("authorization", "allow me");
    layer.explain(request.body(()).unwrap()).await
}

fn causes(explanation: &Explanation) -> Vec<&'static str> {
    let remedies = explanation.remedies().iter();
    remedies.map(Remedy::cause).collect()
}

fn is_400(explanation: &Explanation) -> bool {
    let response = explanation.response();
    response.is_some_and(|response| response.status() == 400)
}

/// The reason and the remedy say that case is why. A path that is ambiguous anyway has another reason.
#[tokio::test]
async fn a_refusal_with_400_names_the_setting_if_it_is_the_reason() {
    let two_authorizers = format!("  /admin: {GUARDED}\n  /{{proxy+}}: {BY_TENANT}\n");
    let two_resources = format!("  /admin: {GUARDED}\n  /{{proxy+}}: {GUARDED}\n");
    for paths in [two_authorizers, two_resources] {
        let layer = ignoring_case(store(&paths), UnknownRoutes::Refuse);
        let comparing = store(&paths).definition.into_layer().unwrap();
        for path in ["/ADMIN", "/Admin/"] {
            let refused = explained(&layer, path).await;
            assert!(
                refused.reason().contains("in another case of its letters"),
                "{refused}"
            );
            assert_eq!(causes(&refused), ["case-ignored"], "{refused}");
            // Without the setting, the request is for one operation.
            let compared = explained(&comparing, path).await;
            assert!(!is_400(&compared), "{compared}");
        }
        for path in ["/%61dmin", "//admin"] {
            let refused = explained(&layer, path).await;
            assert!(refused.reason().contains("possible readings"), "{refused}");
            assert_eq!(causes(&refused), [""; 0], "{refused}");
            assert!(is_400(&explained(&comparing, path).await), "{path}");
        }
    }
}

/// Without the setting, the service may serve a guarded operation to a request for an open one.
#[tokio::test]
async fn an_open_request_is_told_that_the_path_is_guarded_in_another_case() {
    for (others, unknown) in [
        (format!("  /{{proxy+}}: {OPEN}\n"), UnknownRoutes::Refuse),
        (String::new(), UnknownRoutes::PassOn),
    ] {
        let paths = format!("  /admin: {GUARDED}\n{others}");
        let comparing = || store(&paths).definition.unknown_routes(unknown);
        for (paths, expected) in [
            (AmbiguousPaths::Refuse, &["case-counts"][..]),
            (AmbiguousPaths::AsReceived, &[]),
        ] {
            let layer = comparing().ambiguous_paths(paths).into_layer().unwrap();
            for path in ["/ADMIN", "/Admin"] {
                let open = explained(&layer, path).await;
                assert!(open.is_allowed(), "{open}");
                assert_eq!(causes(&open), expected, "{open}");
            }
            let other = explained(&layer, "/OTHER").await;
            assert_eq!(causes(&other), [""; 0], "{other}");
        }
        let ignoring = ignoring_case(store(&paths), unknown);
        let guarded = explained(&ignoring, "/ADMIN").await;
        assert!(guarded.reason().contains("the policy allows"), "{guarded}");
        assert_eq!(causes(&guarded), [""; 0], "{guarded}");
    }
}
