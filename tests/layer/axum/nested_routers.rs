//! The layer in nested routers: the path, the route and its parameters.

use super::*;

#[tokio::test]
async fn everywhere_in_nested_routers_the_layer_sees_the_clients_path() {
    let (bare, inside, between, outside) = Default::default();
    let pets = |asked: Option<&Asked>| {
        let pets = Router::new().route("/{petId}", any(hello));
        match asked {
            Some(asked) => pets.route_layer(token_layer(asked)),
            None => pets,
        }
    };
    let as_service = Router::new().nest_service("/api/pets", pets(Some(&bare)));
    let innermost = Router::new().nest("/api", Router::new().nest("/pets", pets(Some(&inside))));
    let middle = Router::new()
        .nest("/pets", pets(None))
        .layer(token_layer(&between));
    let middle = Router::new().nest("/api", middle);
    let outermost = Router::new().nest("/api", Router::new().nest("/pets", pets(None)));
    let outermost = outermost.layer(token_layer(&outside));
    for (name, asked, app) in [
        ("nest_service", bare, as_service),
        ("innermost", inside, innermost),
        ("middle", between, middle),
        ("outermost", outside, outermost),
    ] {
        let asked: Asked = asked;
        let uri = "/api/pets/tom%20%26%20jerry?x=%61";
        assert_eq!(status(&app, get(uri, "allow")).await, 200, "{name}");
        let request = asked.last();
        let arn = format!("{ARN}/GET/api/pets/tom%20%26%20jerry");
        assert_eq!(request.method_arn().as_str(), arn, "{name}");
        assert_eq!(*request.uri(), Uri::from_static(uri), "{name}");
        assert_eq!(request.path(), "/api/pets/tom%20%26%20jerry", "{name}");
        assert_eq!(request.query("x").as_deref(), Some("a"), "{name}");
        assert_eq!(request.resource(), Some("/api/pets/{petId}"), "{name}");
        assert_eq!(
            parameters(&asked),
            [("petId".into(), "tom & jerry".into())],
            "{name}"
        );
        assert_eq!(asked.count(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_greedy_parameter_has_api_gateways_syntax() {
    let (files, tenants, service) = Default::default();
    let app = Router::new()
        .route(
            "/files/{*rest}",
            on_get(hello).layer(http_layer(&files, &["$context.routeKey"])),
        )
        .nest(
            "/{tenant}",
            Router::new().route("/files/{*rest}", on_get(hello).layer(token_layer(&tenants))),
        )
        .nest_service(
            "/service",
            Router::new().route(
                "/{*rest}",
                on_get(hello).layer(http_layer(&service, &["$context.routeKey"])),
            ),
        );
    for (asked, path, resource) in [
        (&files, "/files/a/b", "/files/{rest+}"),
        (&tenants, "/acme/files/a/b", "/{tenant}/files/{rest+}"),
        (&service, "/service/a/b", "/service/{rest+}"),
    ] {
        let asked: &Asked = asked;
        assert_eq!(status(&app, get(path, "allow")).await, 200, "{path}");
        let request = asked.last();
        assert_eq!(request.resource(), Some(resource));
        let rest = request.path_parameters().last();
        assert_eq!(rest, Some(("rest", "a/b")), "{path}");
    }
    let route_key = "GET /files/{rest+}";
    assert_eq!(files.last().identity(), [route_key, "allow"]);
    let event = serde_json::to_value(files.last().to_event()).unwrap();
    assert_eq!(event["routeKey"], route_key);
    assert_eq!(event["pathParameters"], json!({"rest": "a/b"}));
    assert_eq!(event["requestContext"]["routeKey"], route_key);
}

#[tokio::test]
async fn a_path_without_a_route_is_the_default_route_as_in_the_event() {
    let (fallback, nested, service) = Default::default();
    let layer = |asked: &Asked| http_layer(asked, &["$context.routeKey"]);
    let app = Router::new()
        .route("/pets", on_get(hello))
        .fallback(hello)
        .layer(layer(&fallback))
        .nest(
            "/nested",
            Router::new().fallback(hello).layer(layer(&nested)),
        )
        .nest_service(
            "/service",
            layer(&service).layer(Router::new().fallback(hello)),
        );
    for (asked, path, route_key) in [
        (&fallback, "/unknown", "$default"),
        (&fallback, "/pets", "GET /pets"),
        (&nested, "/nested/unknown", "$default"),
        (&service, "/service/unknown", "$default"),
    ] {
        let asked: &Asked = asked;
        assert_eq!(status(&app, get(path, "allow")).await, 200, "{path}");
        let request = asked.last();
        assert_eq!(request.identity(), [route_key, "allow"], "{path}");
        let event = serde_json::to_value(request.to_event()).unwrap();
        assert_eq!(event["routeKey"], route_key, "{path}");
    }
}

/// Otherwise one cached result would apply to all inner routes.
#[tokio::test]
async fn around_all_routers_the_route_is_unknown() {
    let asked = Asked::default();
    let router = Router::new().route("/pets", on_get(hello));
    let app = http_layer(&asked, &["$context.routeKey"]).layer(router);
    let response = app.oneshot(get("/pets", "allow")).await.unwrap();
    assert_eq!(response.status(), 401);
    let denial = response.extensions().get::<Denial>().unwrap().to_string();
    assert!(
        denial.contains("`$context.routeKey` is missing"),
        "{denial}"
    );
    assert_eq!(asked.count(), 0);
}

#[tokio::test]
async fn parameters_of_nested_routers_are_in_order_and_still_reach_the_handler() {
    let asked = Asked::default();
    let handler = async |Path((tenant, pet)): Path<(String, u32)>| format!("{tenant} {pet}");
    let pets = Router::new().route("/pets/{petId}", on_get(handler));
    let app = Router::new().nest("/{tenant}", pets.route_layer(token_layer(&asked)));
    let response = app.oneshot(get("/%C3%A9/pets/7", "allow")).await.unwrap();
    assert_eq!(text(response).await, "é 7");
    let expected = [("tenant".into(), "é".into()), ("petId".into(), "7".into())];
    assert_eq!(parameters(&asked), expected);
    assert_eq!(asked.last().resource(), Some("/{tenant}/pets/{petId}"));
}

#[tokio::test]
async fn a_query_parameter_is_an_identity_source_inside_nested_routers() {
    let asked = Asked::default();
    let layer = request_layer(&asked, &["method.request.querystring.order"]);
    let pets = Router::new()
        .route("/pets", on_get(hello))
        .route_layer(layer);
    let app = Router::new().nest("/api", Router::new().nest("/v1", pets));
    for (query, expected) in [
        ("?order=deny&order=%61llow", 200),
        ("?order=deny", 403),
        ("?order=", 401),
        ("", 401),
    ] {
        let request = get_without_token(&format!("/api/v1/pets{query}"));
        assert_eq!(status(&app, request).await, expected, "{query}");
    }
    assert_eq!(asked.count(), 2);
}
