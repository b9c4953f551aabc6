//! No spelling of a path bypasses an authorizer.

use tower_lambda_authorizer::{
    AmbiguousPaths, AuthorizerResponse, authorizer_fn,
    openapi::{ApiAuthorizerLayer, ApiDefinition, UnknownRoutes},
};

use crate::server::{PetStore, allowed, anonymous};

pub(crate) fn layer(paths: &str, unknown: UnknownRoutes) -> ApiAuthorizerLayer {
    store(paths)
        .definition
        .unknown_routes(unknown)
        .into_layer()
        .unwrap()
}

pub(crate) fn store(paths: &str) -> PetStore {
    PetStore::of(ApiDefinition::from_openapi(&format!(
        "openapi: 3.0.1
components:
  securitySchemes:
    keepers:
      {{type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authorizer: {{type: token}}}}
    tenants:
      {{type: apiKey, in: header, name: x-tenant, x-amazon-apigateway-authorizer: {{type: token}}}}
paths:
  /unused: {{get: {{security: [{{keepers: []}}]}}, put: {{security: [{{tenants: []}}]}}}}
{paths}"
    )))
}

const SPELLINGS: [&str; 12] = [
    "/admin",
    "/admin/",
    "//admin",
    "/%61dmin",
    "/%61%64%6d%69%6E",
    "//%61dmin//",
    "/admin//",
    "///admin",
    "/admin/%",
    "//x/admin",
    "//x.example:80//admin",
    "///x/%61dmin/",
];

#[tokio::test]
async fn a_guarded_operation_prevails_over_an_open_one_and_over_none() {
    let guarded_admin = "  /admin: {get: {security: [{keepers: []}]}}\n";
    let open_rest = "  /{proxy+}: {get: {}}\n  /: {get: {}}\n";
    let open_one = "  /{page}: {get: {}}\n";
    for paths in [
        guarded_admin.to_owned(),
        format!("{guarded_admin}{open_rest}"),
        format!("{guarded_admin}{open_one}"),
    ] {
        for unknown in [UnknownRoutes::PassOn, UnknownRoutes::Refuse] {
            let layer = layer(&paths, unknown);
            for path in SPELLINGS {
                let status = anonymous(&layer, "GET", path).await;
                assert!(matches!(status, 400 | 401 | 403), "{path}: {status}");
            }
        }
    }
}

#[tokio::test]
async fn ambiguous_paths_reach_nothing() {
    let layer = layer("  /{proxy+}: {get: {}}\n", UnknownRoutes::PassOn);
    for path in [
        "/a%2Fb",
        "/a/../unused",
        "/%2e%2e/unused",
        "/a%5Cb",
        "/a%00",
        "/%zz",
        "/a%ff",
    ] {
        assert_eq!(anonymous(&layer, "GET", path).await, 400, "{path}");
    }
    assert_eq!(anonymous(&layer, "OPTIONS", "*").await, 400);
    assert_eq!(anonymous(&layer, "GET", "/a/b").await, 200);
}

#[tokio::test]
async fn readings_that_lead_to_different_authorizers_are_refused() {
    let paths = "  /{page}: {get: {security: [{tenants: []}]}}\n  /admin: {get: {security: [{keepers: []}]}}\n";
    let layer = layer(paths, UnknownRoutes::default());
    assert_eq!(anonymous(&layer, "GET", "/admin").await, 401);
    assert_eq!(anonymous(&layer, "GET", "/%61dmin").await, 400);
    assert_eq!(anonymous(&layer, "GET", "/b%61").await, 401);
}

/// Some servers read a method in lower case as the method in capitals.
#[tokio::test]
async fn a_method_in_lower_case_reaches_nothing() {
    let paths = "  /m: {get: {security: [{keepers: []}]}, x-amazon-apigateway-any-method: {}}\n  /o: {get: {}}\n";
    for unknown in [UnknownRoutes::PassOn, UnknownRoutes::Refuse] {
        let layer = layer(paths, unknown);
        for (method, path) in [
            ("get", "/m"),
            ("Get", "/m"),
            ("post", "/m"),
            ("get", "/o"),
            ("get", "/x"),
        ] {
            assert_eq!(
                anonymous(&layer, method, path).await,
                400,
                "{method} {path}"
            );
        }
        assert_eq!(anonymous(&layer, "POST", "/m").await, 200);
    }
}

#[tokio::test]
async fn head_reaches_nothing_that_get_or_any_guards() {
    let guarded = "{security: [{keepers: []}]}";
    for (get, any) in [(guarded, "{}"), ("{}", guarded)] {
        let item = format!("{{get: {get}, x-amazon-apigateway-any-method: {any}}}");
        let paths = format!("  /pets: {item}\n  /files/{{proxy+}}: {item}\n");
        for unknown in [UnknownRoutes::PassOn, UnknownRoutes::Refuse] {
            let layer = layer(&paths, unknown);
            for path in ["/pets", "/%70ets", "/files/a/b"] {
                let statuses = (
                    anonymous(&layer, "HEAD", path).await,
                    allowed(&layer, "HEAD", path).await,
                );
                // As received, the path may match another operation, or none.
                let expected = match (path, unknown) {
                    ("/%70ets", UnknownRoutes::Refuse) => (403, 403),
                    _ => (401, 200),
                };
                assert_eq!(statuses, expected, "{path} {unknown:?} {item}");
            }
        }
    }
    let own = "  /pets: {head: {}, get: {security: [{keepers: []}]}}\n";
    let layer = layer(own, UnknownRoutes::default());
    assert_eq!(anonymous(&layer, "HEAD", "/pets").await, 200);
}

/// A WebSocket over HTTP/2 begins with CONNECT, and the handler for the GET of HTTP/1.1 may answer it.
#[tokio::test]
async fn connect_is_guarded_like_get() {
    let guarded = "{security: [{keepers: []}]}";
    let get_only = format!("  /chat: {{get: {guarded}}}\n");
    let beside_any = format!("  /chat: {{get: {guarded}, x-amazon-apigateway-any-method: {{}}}}\n");
    let any_below = format!("{get_only}  /{{proxy+}}: {{x-amazon-apigateway-any-method: {{}}}}\n");
    for paths in [get_only, beside_any, any_below] {
        let passing_on = layer(&paths, UnknownRoutes::PassOn);
        assert_eq!(
            anonymous(&passing_on, "CONNECT", "/chat").await,
            401,
            "{paths}"
        );
        assert_eq!(
            allowed(&passing_on, "CONNECT", "/chat").await,
            200,
            "{paths}"
        );
        let refusing = layer(&paths, UnknownRoutes::default());
        let status = anonymous(&refusing, "CONNECT", "/chat").await;
        assert!(matches!(status, 401 | 403), "{status}: {paths}");
    }
}

#[tokio::test]
async fn head_is_guarded_like_get_in_every_mode() {
    let guarded = "{security: [{keepers: []}]}";
    let open = "{}";
    let get_only = format!("  /admin: {{get: {guarded}}}\n");
    let beside_any =
        format!("  /admin: {{get: {guarded}, x-amazon-apigateway-any-method: {open}}}\n");
    let any_below = "  /{proxy+}: {x-amazon-apigateway-any-method: {}}\n";
    let head_below = "  /{page}: {head: {}}\n";
    for paths in [
        get_only.clone(),
        beside_any.clone(),
        format!("{get_only}{any_below}"),
        format!("{get_only}{head_below}"),
        format!("{beside_any}{any_below}{head_below}"),
    ] {
        for unknown in [UnknownRoutes::PassOn, UnknownRoutes::Refuse] {
            for ambiguous in [AmbiguousPaths::Refuse, AmbiguousPaths::AsReceived] {
                let definition = store(&paths).definition.unknown_routes(unknown);
                let layer = definition.ambiguous_paths(ambiguous).into_layer().unwrap();
                let mode = format!("{unknown:?} {ambiguous:?}\n{paths}");
                let (get, head) = (
                    anonymous(&layer, "GET", "/admin").await,
                    anonymous(&layer, "HEAD", "/admin").await,
                );
                assert_eq!(get, 401, "{mode}");
                // In a REST API no operation matches if the path has neither HEAD nor `ANY`.
                assert!(head == 401 || head == 403, "{head}: {mode}");
                let with_token = allowed(&layer, "HEAD", "/admin").await;
                assert_eq!(with_token, if head == 401 { 200 } else { 403 }, "{mode}");
            }
        }
    }
}

#[tokio::test]
async fn a_slash_at_the_end_does_not_make_another_resource() {
    let paths = "  /pets: {get: {}}\n  /files/{proxy+}: {get: {security: [{keepers: []}]}}\n";
    let layer = layer(paths, UnknownRoutes::default());
    assert_eq!(anonymous(&layer, "GET", "/pets/").await, 200);
    assert_eq!(anonymous(&layer, "GET", "/pets//").await, 403);
    // Nothing is left for the greedy parameter, but a service may still serve the path.
    assert_eq!(anonymous(&layer, "GET", "/files/").await, 401);
    assert_eq!(anonymous(&layer, "GET", "/files").await, 403);
    assert_eq!(allowed(&layer, "GET", "/files/a").await, 200);
}

#[tokio::test]
async fn paths_can_be_matched_as_received() {
    let store = store("  /admin: {get: {security: [{keepers: []}]}}\n");
    let definition = store.definition.ambiguous_paths(AmbiguousPaths::AsReceived);
    let layer = definition.into_layer().unwrap();
    assert_eq!(anonymous(&layer, "GET", "/admin").await, 401);
    assert_eq!(anonymous(&layer, "GET", "/%61dmin").await, 403);
}

#[tokio::test]
async fn with_as_received_an_http_apis_decoded_path_counts_as_well() {
    let cats =
        "{type: request, identitySource: $request.header.A, authorizerPayloadFormatVersion: '2.0'}";
    let definition = ApiDefinition::from_openapi(&format!(
        "openapi: 3.0.1
components:
  securitySchemes:
    keepers: {{type: apiKey, in: header, name: A, x-amazon-apigateway-authorizer: {cats}}}
paths:
  /cats: {{get: {{security: [{{keepers: []}}]}}}}
  /$default: {{x-amazon-apigateway-any-method: {{}}}}"
    ));
    let keepers = authorizer_fn(|_| async { Ok(AuthorizerResponse::deny("*")) });
    let layer = definition
        .and_then(|definition| definition.authorizer("keepers", keepers))
        .unwrap()
        .ambiguous_paths(AmbiguousPaths::AsReceived)
        .into_layer()
        .unwrap();
    for (method, path) in [("GET", "/cats"), ("GET", "/%63ats"), ("HEAD", "/%63ats")] {
        assert_eq!(
            anonymous(&layer, method, path).await,
            401,
            "{method} {path}"
        );
    }
    for (path, expected) in [
        ("/dogs", 200),
        ("/%64ogs", 200),
        ("//cats", 200),
        ("/%ff", 400),
    ] {
        assert_eq!(anonymous(&layer, "GET", path).await, expected, "{path}");
    }
}
