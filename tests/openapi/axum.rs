//! The layer around and inside axum's router.

use ::axum::{Router, body::Body, routing::get};
use ::tower::{Layer, ServiceExt};
use http::{Request, StatusCode};
use tower_lambda_authorizer::{
    AuthorizerContext,
    openapi::{ApiDefinition, UnknownRoutes},
};

use crate::{
    server::{PETSTORE, PetStore},
    support::text,
};

async fn who(caller: Option<AuthorizerContext>) -> String {
    let caller = caller.as_ref().and_then(AuthorizerContext::principal_id);
    format!("hello {}", caller.unwrap_or("stranger"))
}

fn routes() -> Router {
    Router::new()
        .route("/pets", get(who).post(who))
        .route("/pets/{id}", get(who))
}

fn request(method: &str, path: &str, token: Option<&str>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", token);
    }
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn around_a_router_the_document_decides_about_every_path() {
    let store = PetStore::of(ApiDefinition::from_openapi(PETSTORE));
    let app = store.definition.into_layer().unwrap().layer(routes());
    for (method, path, token, status, body) in [
        ("GET", "/pets", None, 200, "hello stranger"),
        ("POST", "/pets", Some("allow me"), 200, "hello user-1"),
        (
            "POST",
            "/pets",
            Some("Bearer x"),
            401,
            r#"{"message":"Unauthorized"}"#,
        ),
        (
            "GET",
            "/nowhere",
            None,
            403,
            r#"{"message":"Missing Authentication Token"}"#,
        ),
    ] {
        let response = app
            .clone()
            .oneshot(request(method, path, token))
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{method} {path}");
        assert_eq!(text(response).await, body);
    }
}

#[tokio::test]
async fn a_layer_of_a_router_answers_unknown_routes_and_a_route_layer_does_not() {
    let layer = || {
        let store = PetStore::of(ApiDefinition::from_openapi(PETSTORE));
        store.definition.into_layer().unwrap()
    };
    let send = async |app: Router, method: &str, path: &str| {
        app.oneshot(request(method, path, None))
            .await
            .unwrap()
            .status()
    };
    for (method, path, inside, route) in [
        ("GET", "/nowhere", 403, 404),
        ("DELETE", "/pets", 403, 403),
        ("POST", "/pets", 401, 401),
        ("GET", "/pets", 200, 200),
    ] {
        assert_eq!(
            send(routes().layer(layer()), method, path).await,
            inside,
            "{method} {path}"
        );
        assert_eq!(
            send(routes().route_layer(layer()), method, path).await,
            route,
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn inside_a_nested_router_the_layer_sees_the_clients_path() {
    let document = PETSTORE.replace("\"/pets", "\"/v1/pets");
    let store = PetStore::of(ApiDefinition::from_openapi(&document));
    let layer = store.definition.into_layer().unwrap();
    let app = Router::new().nest("/v1", routes().route_layer(layer));
    let send = async |method: &str, path: &str, token| {
        app.clone()
            .oneshot(request(method, path, token))
            .await
            .unwrap()
            .status()
    };
    assert_eq!(send("GET", "/v1/pets", None).await, StatusCode::OK);
    assert_eq!(
        send("POST", "/v1/pets", None).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        send("POST", "/v1/pets", Some("allow me")).await,
        StatusCode::OK
    );
    assert_eq!(
        send("GET", "/v1/pets/7", Some("allow me")).await,
        StatusCode::OK
    );
    let asked = store.keepers.last();
    // The parameters come from the document, not from axum.
    assert_eq!(asked.resource(), Some("/v1/pets/{petId}"));
    assert_eq!(
        asked.path_parameters().collect::<Vec<_>>(),
        [("petId", "7")]
    );
    // With a route layer, axum answers unknown routes first.
    assert_eq!(
        send("GET", "/v1/nowhere", None).await,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn head_is_guarded_like_get_because_axum_answers_it_like_get() {
    let store = PetStore::of(ApiDefinition::from_openapi(PETSTORE));
    let definition = store.definition.unknown_routes(UnknownRoutes::PassOn);
    let app = definition.into_layer().unwrap().layer(routes());
    let response = app
        .clone()
        .oneshot(request("HEAD", "/pets/7", None))
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let response = app.oneshot(request("GET", "/owners", None)).await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_router_adds_allow_to_the_refusal_of_a_method_unless_the_layer_is_around_it() {
    let layer = || {
        let store = PetStore::of(ApiDefinition::from_openapi(PETSTORE));
        store.definition.into_layer().unwrap()
    };
    let delete = || request("DELETE", "/pets", None);
    let within = routes().layer(layer()).oneshot(delete()).await.unwrap();
    let around = layer().layer(routes()).oneshot(delete()).await.unwrap();
    assert_eq!(
        (within.status().as_u16(), around.status().as_u16()),
        (403, 403)
    );
    assert_eq!(within.headers()["allow"], "GET,HEAD,POST");
    assert!(!around.headers().contains_key("allow"));
}
