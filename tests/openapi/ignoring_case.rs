//! A service that ignores the case of letters in paths.

use tower_lambda_authorizer::{
    AmbiguousPaths,
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
