//! Every kind of identity source, and the client's address.

use super::*;

#[tokio::test]
async fn the_address_is_the_connections_or_a_mocked_one_but_not_a_headers() {
    let asked = Asked::default();
    let app = Router::new()
        .route("/pets", on_get(hello))
        .layer(token_layer(&asked));
    let forged = || {
        let mut request = get("/pets", "allow");
        for name in ["x-forwarded-for", "x-real-ip", "forwarded"] {
            request
                .headers_mut()
                .insert(name, "192.0.2.66".parse().unwrap());
        }
        request
    };
    assert_eq!(status(&app, forged()).await, 200);
    assert_eq!(asked.last().source_ip(), None);

    let mocked = app
        .clone()
        .layer(MockConnectInfo(SocketAddr::from(([203, 0, 113, 7], 4711))));
    assert_eq!(status(&mocked, forged()).await, 200);
    assert_eq!(asked.last().source_ip(), Some([203, 0, 113, 7].into()));

    let address = serve(mocked).await;
    assert_eq!(send(address, forged()).await.status(), 200);
    assert_eq!(
        asked.last().source_ip(),
        Some([127, 0, 0, 1].into()),
        "the real one counts"
    );
}

#[tokio::test]
async fn x_forwarded_for_counts_only_from_a_trusted_peer() {
    for (proxies, expected) in [
        (["127.0.0.0/8", "192.0.2.0/24"], [198, 51, 100, 9]),
        (["10.0.0.0/8", "192.0.2.0/24"], [127, 0, 0, 1]),
    ] {
        let asked = Asked::default();
        let layer = token_layer(&asked).client_ip(ClientIp::behind_proxies(proxies).unwrap());
        let app = Router::new().route("/pets", on_get(hello)).layer(layer);
        let address = serve(app).await;
        let mut request = get("/pets", "allow");
        let chain = "203.0.113.1, 198.51.100.9, 192.0.2.7";
        request
            .headers_mut()
            .insert("x-forwarded-for", chain.parse().unwrap());
        assert_eq!(send(address, request).await.status(), 200);
        assert_eq!(
            asked.last().source_ip(),
            Some(expected.into()),
            "{proxies:?}"
        );
    }
}

#[tokio::test]
async fn every_context_variable_can_be_an_identity_source() {
    let asked = Asked::default();
    let layer = request_layer(
        &asked,
        &[
            "context.accountId",
            "context.apiId",
            "context.domainName",
            "context.domainPrefix",
            "context.httpMethod",
            "context.identity.sourceIp",
            "context.identity.userAgent",
            "context.path",
            "context.protocol",
            "context.resourcePath",
            "context.stage",
            "stageVariables.order_1",
            "context.extendedRequestId",
            "context.requestId",
            "context.requestTime",
            "context.requestTimeEpoch",
        ],
    );
    let api = Api::new("eu-west-1", "123456789012", "a1b2", "prod").unwrap();
    let layer = layer.api(api.with_stage_variable("order_1", "none").unwrap());
    let pets = Router::new()
        .route("/pets/{petId}", on_get(hello))
        .route_layer(layer);
    let address = serve(Router::new().nest("/api", pets)).await;
    let mut request = get("/api/pets/7%20?x=y", "unused");
    for (name, value) in [
        (header::HOST, "api.example.com:8080"),
        (header::USER_AGENT, "probe/1"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let now = || {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_millis()
    };
    let before = now();
    let response = send(address, request).await;
    let after = now();

    assert_eq!(response.status(), 500, "no value is an order");
    let seen = asked.last();
    let (constant, drawn) = seen.identity().split_at(12);
    assert_eq!(
        constant,
        [
            "123456789012",
            "a1b2",
            "api.example.com",
            "api",
            "GET",
            "127.0.0.1",
            "probe/1",
            "/prod/api/pets/7%20",
            "HTTP/1.1",
            "/api/pets/{petId}",
            "prod",
            "none",
        ]
    );
    assert_eq!(drawn[0], response.headers()["x-amz-apigw-id"]);
    assert_eq!(drawn[1], response.headers()["x-amzn-requestid"]);
    let time = jiff::Timestamp::strptime("%d/%b/%Y:%H:%M:%S %z", &drawn[2]).unwrap();
    let epoch: u128 = drawn[3].parse().unwrap();
    assert!((before..=after).contains(&epoch), "{epoch}");
    assert_eq!(time.as_second().to_string(), (epoch / 1000).to_string());
    assert_eq!(seen.stage_variables()["order_1"], "none");
}

#[tokio::test]
async fn a_missing_source_is_a_401_without_a_call_of_the_authorizer() {
    for source in [
        "context.resourcePath",
        "context.identity.sourceIp",
        "context.identity.userAgent",
        "context.domainName",
        "context.identity.user",
        "stageVariables.order",
    ] {
        let asked = Asked::default();
        let layer = request_layer(&asked, &["context.stage", source]);
        let app = Router::new().fallback(hello).layer(layer);
        let response = app.oneshot(get("/pets", "allow")).await.unwrap();
        assert_eq!(response.status(), 401, "{source}");
        let denial = response.extensions().get::<Denial>().unwrap().to_string();
        assert!(
            denial.contains(&format!("`{source}` is missing")),
            "{denial}"
        );
        assert_eq!(asked.count(), 0, "{source}");
    }
}

#[tokio::test]
async fn a_stage_variable_as_identity_source_reaches_the_authorizer() {
    for (order, expected) in [("allow", 200), ("deny", 403), ("", 401)] {
        let layer = request_layer(&Asked::default(), &["stageVariables.order"]);
        let api = Api::default().with_stage_variable("order", order).unwrap();
        let app = Router::new()
            .route("/pets", on_get(hello))
            .layer(layer.api(api));
        assert_eq!(
            status(&app, get("/pets", "unused")).await,
            expected,
            "{order}"
        );
    }
}
