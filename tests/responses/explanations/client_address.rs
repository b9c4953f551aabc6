//! What to do if the client's address is not known, or is a proxy's.

use axum::{Router, routing::get as route};
use serde_json::json;
use tower_lambda_authorizer::ClientIp;

use super::*;

/// Allows only clients of this network.
fn allowing_from(range: &str) -> BoxAuthorizer {
    with_statements(&json!([
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": range}}},
    ]))
}

/// Denies clients of this network.
fn denying_from(range: &str) -> BoxAuthorizer {
    with_statements(&json!([
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": range}}},
    ]))
}

fn with_statements(statements: &serde_json::Value) -> BoxAuthorizer {
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    with_policy(PolicyDocument::from_json(policy.to_string().as_bytes()).unwrap())
}

fn peer(address: &str) -> Builder {
    let peer: SocketAddr = format!("{address}:4711").parse().unwrap();
    with_token("/pets").extension(peer)
}

fn proxied(header: &'static str, value: &'static str) -> Builder {
    peer("10.0.0.1").header(header, value)
}

fn x_forwarded() -> ClientIp {
    ClientIp::behind_proxies(["10.0.0.0/24"]).unwrap()
}

fn forwarded() -> ClientIp {
    ClientIp::from_forwarded(["10.0.0.0/24"]).unwrap()
}

fn text(explanation: &Explanation, cause: &str) -> Option<String> {
    let mut remedies = explanation.remedies().iter();
    let remedy = remedies.find(|remedy| remedy.cause() == cause)?;
    Some(remedy.text().to_owned())
}

/// Each reason has a line of code of its own.
#[tokio::test]
async fn an_unknown_address_has_the_remedy_of_its_cause() {
    let others = [
        "request.extensions_mut().insert(peer)",
        "`X-Forwarded-For` has an entry that is not an address",
        "an element of `Forwarded` has no address in `for`",
        "client_ip(ClientIp::from_forwarded([…])?)` instead",
        "client_ip(ClientIp::behind_proxies([…])?)` instead",
        "the function in `ClientIp::from_fn` returned `None`",
    ];
    let [
        no_peer,
        no_entry,
        no_element,
        use_forwarded,
        use_x_forwarded,
        no_answer,
    ] = others;
    for (client_ip, request, expected) in [
        (ClientIp::peer(), with_token("/pets"), no_peer),
        (x_forwarded(), with_token("/pets"), no_peer),
        (forwarded(), with_token("/pets"), no_peer),
        (
            x_forwarded(),
            with_token("/pets").header("x-forwarded-for", "203.0.113.7"),
            no_peer,
        ),
        (
            x_forwarded(),
            proxied("x-forwarded-for", "unknown"),
            no_entry,
        ),
        (forwarded(), proxied("forwarded", "for=unknown"), no_element),
        (
            forwarded(),
            proxied("forwarded", "for=_a, for=10.0.0.2"),
            no_element,
        ),
        (
            x_forwarded(),
            proxied("forwarded", "for=203.0.113.7"),
            use_forwarded,
        ),
        (
            forwarded(),
            proxied("x-forwarded-for", "203.0.113.7"),
            use_x_forwarded,
        ),
        (ClientIp::from_fn(|_| None), peer("203.0.113.7"), no_answer),
    ] {
        let sources = "method.request.header.Authorization,context.identity.sourceIp";
        let layers = [
            (token(allowing_from("203.0.113.0/24")), "unknown-key"),
            (token(denying_from("198.51.100.0/24")), "unknown-key"),
            (
                LambdaAuthorizerLayer::request(answering(OPEN), sources).unwrap(),
                "client-address-unknown",
            ),
        ];
        let request = request.body(Body::new()).unwrap();
        for (layer, cause) in layers {
            let layer = layer.client_ip(client_ip.clone());
            let explanation = layer.explain(request.clone()).await;
            assert!(!explanation.is_allowed());
            let text = text(&explanation, cause).unwrap_or_else(|| panic!("{explanation}"));
            let given = others.iter().filter(|other| text.contains(**other));
            assert_eq!(given.collect::<Vec<_>>(), [&expected], "{text}");
            assert_eq!(explanation.remedies()[0].cause(), cause, "{explanation}");
            let moot = ["identity-source-missing", "all-identity-sources-are-needed"];
            let causes = explanation.remedies().iter().map(Remedy::cause);
            assert!(!causes.into_iter().any(|cause| moot.contains(&cause)));
        }
    }
}

#[tokio::test]
async fn a_known_address_has_no_such_remedy() {
    let sources = "method.request.header.Authorization,context.identity.sourceIp";
    let layer = LambdaAuthorizerLayer::request(answering(OPEN), sources).unwrap();
    let without_token = Request::get("/pets").body(Body::new()).unwrap();
    let mut from_peer = without_token.clone();
    let address: SocketAddr = "203.0.113.7:1".parse().unwrap();
    from_peer.extensions_mut().insert(address);
    for request in [without_token, from_peer] {
        let explanation = layer.explain(request).await;
        assert_eq!(
            explanation.remedies()[0].cause(),
            "identity-source-missing",
            "{explanation}"
        );
        assert_eq!(text(&explanation, "client-address-unknown"), None);
    }
}

/// Other sources that no client sends have no address.
#[tokio::test]
async fn another_source_that_no_client_sends_has_its_own_remedy() {
    for source in ["stageVariables.sourceIp", "context.identity.user"] {
        let layer = LambdaAuthorizerLayer::request(answering(OPEN), source).unwrap();
        let request = with_token("/pets").body(Body::new()).unwrap();
        let explanation = layer.explain(request).await;
        assert_eq!(
            explanation.remedies()[0].cause(),
            "identity-source-missing",
            "{explanation}"
        );
    }
}

/// A server that knows the peer, and a router that was not told of it.
#[tokio::test]
async fn a_router_without_connect_info_is_told_how_it_is_served() {
    let layer = || token(denying_from("198.51.100.0/24"));
    let denial = async |app: Router| {
        let request = with_token("/pets").body(axum::body::Body::empty()).unwrap();
        let response = app.oneshot(request).await.unwrap();
        response.extensions().get::<Denial>().cloned()
    };
    let guarded = Router::new()
        .route("/pets", route("a cat"))
        .route_layer(layer());
    let fallback = Router::new().fallback(route("a cat")).layer(layer());
    for app in [guarded.clone(), fallback] {
        let text = denial(app).await.unwrap().to_string();
        assert!(
            text.contains(
                "write `axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())`"
            ),
            "{text}"
        );
        assert!(!text.contains("extensions_mut"), "{text}");
    }
    let address = SocketAddr::from(([127, 0, 0, 1], 3000));
    let mock = axum::extract::connect_info::MockConnectInfo(address);
    assert!(denial(guarded.layer(mock)).await.is_none());
}

#[tokio::test]
async fn headers_of_a_proxy_that_nobody_named_have_the_line_that_names_it() {
    let office = || token(allowing_from("203.0.113.0/24"));
    let explain = async |layer: Layered, request: Builder| {
        let explanation = layer.explain(request.body(Body::new()).unwrap()).await;
        assert!(!explanation.is_allowed());
        text(&explanation, "forwarded-header-ignored")
    };
    let said = explain(office(), proxied("x-forwarded-for", "203.0.113.7")).await;
    assert_eq!(
        said.unwrap(),
        "the layer ignores `X-Forwarded-For`, because the peer `10.0.0.1` is not a proxy that you named. If it is yours, \
         call the layer's `client_ip(ClientIp::behind_proxies([\"10.0.0.1\"])?)` with the addresses or ranges of all your \
         proxies. If it is not, the client made up the header"
    );
    let said = explain(office(), proxied("forwarded", "for=203.0.113.7")).await;
    assert!(
        said.unwrap()
            .contains("client_ip(ClientIp::from_forwarded([\"10.0.0.1\"])?)")
    );
    // The client is behind another proxy.
    let far = proxied("x-forwarded-for", "203.0.113.7, 198.51.100.9");
    assert!(explain(office(), far).await.is_some());
    let blocked = token(denying_from("10.0.0.0/8"));
    let said = explain(blocked, proxied("x-forwarded-for", "203.0.113.7")).await;
    assert!(said.is_some());

    let other_proxies = || {
        let client_ip = ClientIp::behind_proxies(["10.9.9.0/24"]).unwrap();
        office().client_ip(client_ip)
    };
    let said = explain(other_proxies(), proxied("x-forwarded-for", "203.0.113.7")).await;
    assert!(
        said.unwrap()
            .contains("add its address or its range to the proxies of `ClientIp::behind_proxies`")
    );

    for (layer, request) in [
        // The address in the header is refused, too.
        (office(), proxied("x-forwarded-for", "198.51.100.9")),
        (office(), proxied("x-forwarded-for", "unknown")),
        (
            token(answering(DENIES)),
            proxied("x-forwarded-for", "203.0.113.7"),
        ),
        // There is no header.
        (office(), peer("198.51.100.9")),
        // The application does not read this header.
        (other_proxies(), proxied("forwarded", "for=203.0.113.7")),
        // The proxy is named.
        (
            office().client_ip(x_forwarded()),
            proxied("x-forwarded-for", "203.0.113.7, 198.51.100.9"),
        ),
        (
            office().client_ip(ClientIp::from_fn(|_| Some([10, 0, 0, 1].into()))),
            proxied("x-forwarded-for", "203.0.113.7"),
        ),
    ] {
        assert_eq!(explain(layer, request).await, None);
    }
}

/// The remedy is true.
#[tokio::test]
async fn naming_the_proxy_lets_the_request_through() {
    for (header, value, client_ip) in [
        ("x-forwarded-for", "203.0.113.7", x_forwarded()),
        ("forwarded", "for=203.0.113.7", forwarded()),
    ] {
        let layer = token(allowing_from("203.0.113.0/24")).client_ip(client_ip);
        let request = proxied(header, value).body(Body::new()).unwrap();
        assert!(layer.explain(request).await.is_allowed(), "{header}");
    }
}

/// Two layers that read different headers do not share their results.
#[tokio::test]
async fn the_header_is_a_part_of_what_results_are_kept_under() {
    let cache = ResultCache::new();
    let by_address = BoxAuthorizer::new(authorizer_fn(|request: AuthorizerRequest| async move {
        let client = request.source_ip().map(|address| address.to_string());
        Ok(match client.as_deref() {
            Some("203.0.113.7") => AuthorizerResponse::allow("*"),
            _ => AuthorizerResponse::deny("*"),
        })
    }));
    let layer = token(by_address).cache(cache);
    let both = || proxied("x-forwarded-for", "203.0.113.7").header("forwarded", "for=6.6.6.6");
    for (client_ip, is_allowed) in [(x_forwarded(), true), (forwarded(), false)] {
        let request = both().body(Body::new()).unwrap();
        let layer = layer.clone().client_ip(client_ip);
        assert_eq!(layer.explain(request).await.is_allowed(), is_allowed);
    }
}
