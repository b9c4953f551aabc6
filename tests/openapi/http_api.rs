//! An HTTP API's export in front of a service.

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use serde_json::{Value, json};
use tower_lambda_authorizer::{
    AmbiguousPaths, Api, ApiType, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer,
    authorizer_fn,
    explanations::Remedy,
    gateway_responses::Cors,
    openapi::{ApiAuthorizerLayer, ApiDefinition, UnknownRoutes},
};

use crate::{
    server::{Got, ORDERS, REACHED, send},
    support::Asked,
};

/// The order desk with both of its authorizers.
pub(crate) struct Orders {
    pub(crate) customers: Asked,
    pub(crate) staff: Asked,
    pub(crate) layer: ApiAuthorizerLayer,
}

impl Orders {
    pub(crate) fn of(definition: ApiDefinition) -> Self {
        let (customers, staff) = (Asked::default(), Asked::default());
        let api = Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "$default").unwrap();
        let layer = definition
            .api(api)
            .authorizer("customers", simple(&customers))
            .and_then(|definition| definition.authorizer("staff", policy(&staff)))
            .and_then(ApiDefinition::into_layer)
            .unwrap();
        Self {
            customers,
            staff,
            layer,
        }
    }

    fn changed(change: impl FnOnce(&str) -> String) -> Self {
        Self::of(ApiDefinition::from_openapi(&change(ORDERS)).unwrap())
    }

    pub(crate) async fn send(&self, method: &str, path: &str, header: (&str, &str)) -> Got {
        let request = Request::builder().method(method).uri(path);
        let request = request
            .header(header.0, header.1)
            .body(Full::<Bytes>::default());
        send(&self.layer, request.unwrap()).await
    }
}

#[tokio::test]
async fn the_remedy_for_an_unknown_operation_does_not_speak_of_rest_apis() {
    let export = r#"{"openapi": "3.0.1", "paths": {"/pets": {"get": {}}}, "x-amazon-apigateway-importexport-version": "1.0"}"#;
    let layer = ApiDefinition::from_openapi(export).unwrap().into_layer();
    let request = Request::get("/nowhere").body(()).unwrap();
    let why = layer.unwrap().explain(request).await;
    let remedies: Vec<_> = why.remedies().iter().map(Remedy::text).collect();
    assert_eq!(
        remedies,
        ["check the path and the method; the stage is not part of the path here"]
    );
}

fn simple(asked: &Asked) -> BoxAuthorizer {
    let asked = asked.clone();
    BoxAuthorizer::new(authorizer_fn(move |request: AuthorizerRequest| {
        asked.note(&request);
        let authorized = request
            .identity()
            .first()
            .is_some_and(|token| token == "ann");
        async move { Ok(AuthorizerResponse::simple(authorized)) }
    }))
}

fn policy(asked: &Asked) -> BoxAuthorizer {
    let asked = asked.clone();
    BoxAuthorizer::new(authorizer_fn(move |request: AuthorizerRequest| {
        asked.note(&request);
        let allow = AuthorizerResponse::allow(request.method_arn()).with_principal_id("bob");
        async move { Ok(allow) }
    }))
}

const ANN: (&str, &str) = ("authorization", "ann");
const BADGE: (&str, &str) = ("x-badge", "7");
const NOBODY: (&str, &str) = ("accept", "*/*");

fn export() -> ApiDefinition {
    ApiDefinition::from_openapi(ORDERS).unwrap()
}

fn without_default(document: &str) -> String {
    let mut document: Value = serde_json::from_str(document).unwrap();
    document["paths"]
        .as_object_mut()
        .unwrap()
        .remove("/$default");
    document.to_string()
}

#[test]
fn the_export_is_read_as_an_http_api() {
    let definition = export();
    assert_eq!(definition.api_type(), ApiType::Http);
    let operations: Vec<_> = definition.operations().map(ToString::to_string).collect();
    assert_eq!(
        operations,
        [
            "$default",
            "GET /orders",
            "POST /orders",
            "GET /orders/{id}",
            "ANY /reports/{name}",
            "ANY /static/{proxy+}",
        ]
    );
    let (_, customers) = definition.authorizers().next().unwrap();
    assert_eq!(customers.payload_format_version(), Some("2.0"));
    assert_eq!(customers.enable_simple_responses(), Some(true));
    let notes = definition.notes();
    assert!(
        notes[0].contains("CORS configuration is not applied"),
        "{notes:?}"
    );
}

#[tokio::test]
async fn each_authorizer_has_its_own_response_format() {
    let orders = Orders::of(export());
    assert_eq!(orders.send("GET", "/orders", ANN).await.body, REACHED);
    let refused = orders
        .send("GET", "/orders", ("authorization", "eve"))
        .await;
    assert_eq!(
        (refused.status, &*refused.body),
        (403, r#"{"message":"Forbidden"}"#)
    );
    let missing = orders.send("GET", "/orders", NOBODY).await;
    assert_eq!(
        (missing.status, &*missing.body),
        (401, r#"{"message":"Unauthorized"}"#)
    );
    assert!(missing.headers.contains_key("apigw-requestid"));
    assert!(!missing.headers.contains_key("x-amzn-errortype"));
    assert_eq!(orders.customers.count(), 2);

    let got = orders.send("PUT", "/reports/q%201?shift=", BADGE).await;
    assert_eq!(got.body, REACHED);
    let event = serde_json::to_value(orders.staff.last().to_event()).unwrap();
    assert_eq!(event["version"], "1.0");
    // Here an empty value counts as a value.
    assert_eq!(event["identitySource"], "7,");
    assert_eq!(event["requestContext"]["resourceId"], "ANY /reports/{name}");
    assert_eq!(event["requestContext"]["resourcePath"], "/reports/{name}");
    assert_eq!(event["pathParameters"], json!({"name": "q 1"}));
}

#[tokio::test]
async fn the_route_key_comes_from_the_document_and_separates_cached_results() {
    let orders = Orders::of(export());
    for (path, count) in [
        ("/orders/1", 1),
        ("/orders/2", 1),
        ("/orders", 2),
        ("/orders/1", 2),
    ] {
        assert_eq!(orders.send("GET", path, ANN).await.body, REACHED);
        assert_eq!(orders.customers.count(), count, "{path}");
    }
    let asked = orders.customers.last();
    assert_eq!(asked.identity(), ["ann", "GET /orders"]);
    assert_eq!(asked.resource(), Some("/orders"));
    let orders = Orders::changed(|document| {
        document.replace("$request.querystring.shift", "$context.routeKey")
    });
    for (path, resource, route_key) in [
        ("/reports/q1", "/reports/{name}", "ANY /reports/{name}"),
        ("/elsewhere", "$default", "$default"),
    ] {
        assert_eq!(orders.send("DELETE", path, BADGE).await.body, REACHED);
        let asked = orders.staff.last();
        assert_eq!(asked.identity(), ["7", route_key]);
        assert_eq!(asked.resource(), Some(resource));
    }
}

#[tokio::test]
async fn a_route_is_a_path_and_a_method_and_the_default_route_matches_the_rest() {
    let orders = Orders::of(export());
    assert_eq!(
        orders.send("GET", "/static/a/b.css", NOBODY).await.body,
        REACHED
    );
    for (method, path) in [
        ("GET", "/"),
        ("PUT", "/orders"),
        ("POST", "/orders/1"),
        ("GET", "/a/b"),
    ] {
        assert_eq!(
            orders.send(method, path, ANN).await.status,
            401,
            "{method} {path}"
        );
        let path = format!("{path}?shift=night");
        assert_eq!(orders.send(method, &path, BADGE).await.body, REACHED);
        let asked = orders.staff.last();
        assert_eq!(asked.resource(), Some("$default"));
        assert_eq!(asked.path_parameters().count(), 0);
        let path = path.trim_end_matches("?shift=night");
        let arn = format!(
            "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/$default/{method}{path}"
        );
        assert_eq!(asked.method_arn().as_str(), arn);
    }
    assert_eq!(orders.customers.count(), 0);
}

#[tokio::test]
async fn without_a_default_route_unknown_routes_are_not_found() {
    let orders = Orders::changed(without_default);
    for (method, path) in [("GET", "/"), ("PUT", "/orders"), ("GET", "/a")] {
        let got = orders.send(method, path, ANN).await;
        assert_eq!(
            (got.status, &*got.body),
            (404, r#"{"message":"Not Found"}"#),
            "{method} {path}"
        );
        assert!(got.headers.contains_key("apigw-requestid"));
        for header in ["x-amzn-requestid", "x-amzn-errortype", "x-amz-apigw-id"] {
            assert!(!got.headers.contains_key(header), "{header}");
        }
    }
    assert_eq!(orders.send("HEAD", "/orders", ANN).await.status, 404);
    let definition = ApiDefinition::from_openapi(&without_default(ORDERS)).unwrap();
    let orders = Orders::of(definition.unknown_routes(UnknownRoutes::PassOn));
    assert_eq!(orders.send("GET", "/a", NOBODY).await.body, REACHED);
    assert_eq!(orders.send("HEAD", "/orders", NOBODY).await.status, 401);
}

#[tokio::test]
async fn no_spelling_and_no_head_request_bypasses_a_guarded_route() {
    let open_default = |document: &str| {
        let mut document: Value = serde_json::from_str(document).unwrap();
        let paths = &mut document["paths"];
        let open = json!({"security": []});
        paths["/$default"]["x-amazon-apigateway-any-method"] = open.clone();
        // This route answers HEAD before a less specific route does, and GET has an authorizer.
        paths["/orders/{id}"]["x-amazon-apigateway-any-method"] = open;
        paths["/static/{proxy+}"]["get"] = json!({"security": [{"customers": []}]});
        document.to_string()
    };
    for unknown in [UnknownRoutes::PassOn, UnknownRoutes::Refuse] {
        let definition = ApiDefinition::from_openapi(&open_default(ORDERS)).unwrap();
        let definition = definition.ambiguous_paths(AmbiguousPaths::AsReceived);
        let orders = Orders::of(definition.unknown_routes(unknown));
        for path in ["/orders", "/orders/1", "/static/a/b"] {
            let got = orders.send("HEAD", path, NOBODY).await;
            assert_eq!(got.status, 401, "{path} {unknown:?}");
        }
    }
    let orders = Orders::changed(open_default);
    assert_eq!(orders.send("PUT", "/orders/1", NOBODY).await.body, REACHED);
    assert_eq!(orders.send("GET", "/", NOBODY).await.body, REACHED);
    for (method, path) in [
        ("GET", "//orders"),
        ("GET", "/%6frders"),
        // Servers answer HEAD with the handler for GET.
        ("HEAD", "/orders"),
        ("HEAD", "/%6frders"),
        ("HEAD", "/orders/1"),
        ("HEAD", "/static/a/b"),
    ] {
        assert_eq!(
            orders.send(method, path, NOBODY).await.status,
            401,
            "{method} {path}"
        );
    }
    // It may be `/orders`, or `/orders/{id}` with an empty value, and results are kept for each route.
    assert_eq!(orders.send("GET", "/orders/", NOBODY).await.status, 400);
    let ambiguous = orders.send("GET", "/orders%2f1", NOBODY).await;
    assert_eq!(
        (ambiguous.status, &*ambiguous.body),
        (400, r#"{"message":"Bad Request"}"#)
    );
    let orders = Orders::of(export());
    // The handler for GET has one authorizer, and the route for HEAD another.
    assert_eq!(orders.send("HEAD", "/orders", ANN).await.status, 400);
    let head = Request::head("/orders").body(()).unwrap();
    let explanation = orders.layer.explain(head).await.to_string();
    assert!(
        explanation.contains("HEAD as GET) lead to operations with different authorizers"),
        "{explanation}"
    );
}

#[tokio::test]
async fn the_written_document_is_the_same_http_api() {
    let definition = export();
    let written = definition.to_openapi();
    assert_eq!(
        written["paths"]["/$default"]["x-amazon-apigateway-any-method"]["isDefaultRoute"],
        true
    );
    assert_eq!(written["x-amazon-apigateway-importexport-version"], "1.0");
    assert_eq!(written["x-amazon-apigateway-cors"]["maxAge"], 0);
    let again = ApiDefinition::from_openapi(&written.to_string()).unwrap();
    assert_eq!(format!("{again:?}"), format!("{definition:?}"));
    assert_eq!(again.to_openapi(), written);
    assert_eq!(
        Orders::of(again).send("GET", "/orders", ANN).await.body,
        REACHED
    );
    // Documents of HTTP APIs have no gateway responses.
    let customised = definition.gateway_responses(|responses| responses.cors(Cors::any()));
    assert_eq!(customised.to_openapi(), written);
}
