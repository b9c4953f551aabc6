//! CORS headers, and preflights.

use super::*;
use crate::empty_service::empty;

#[tokio::test]
async fn cors_allows_named_origins_and_no_others() {
    let named = Cors::origins(["https://app.example"])
        .unwrap()
        .allow_credentials()
        .unwrap();
    let responses = || GatewayResponses::default().cors(named.clone());
    let from = |origin: &str| get().header("origin", origin);
    let answer = send(responses(), from("https://app.example")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        answer.headers["access-control-allow-origin"],
        "https://app.example"
    );
    assert_eq!(answer.headers["access-control-allow-credentials"], "true");
    assert_eq!(answer.headers["vary"], "Origin");
    assert!(answer.headers.contains_key("access-control-expose-headers"));
    for request in [
        from("https://evil.example"),
        from("null"),
        from("https://app.example.evil"),
        get(),
    ] {
        let answer = send(responses(), request).await;
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
        assert_eq!(answer.headers["vary"], "Origin");
    }
    let answer = send(GatewayResponses::default().cors(Cors::any()), get()).await;
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert!(!answer.headers.contains_key("vary"));

    let own = GatewayResponse::new().header("Access-Control-Allow-Origin", "'https://own.example'");
    let own = responses().with(ResponseType::Unauthorized, own).unwrap();
    let answer = send(own, from("https://app.example")).await;
    assert_eq!(
        answer.headers["access-control-allow-origin"],
        "https://own.example"
    );
}

#[test]
fn a_text_that_is_not_an_origin_is_an_error() {
    for origin in [
        "",
        "*",
        "null",
        "app.example",
        "https://",
        "https://app.example/",
        "https://a.example/b",
        "https://*.example",
        "https://a@b",
        "https://:443",
        "https://app.example:",
        "https://app.example:65536",
    ] {
        let error = Cors::origins([origin]).unwrap_err().to_string();
        assert!(error.contains(&format!("`{origin}`")), "{error}");
    }
}

#[tokio::test]
async fn cors_exposes_mapped_headers_and_keeps_the_headers_of_an_entry() {
    let named = |cors: &str| Cors::origins([cors]).unwrap();
    for origin in ["https://App.example", "HTTPS://app.example:443"] {
        let own = GatewayResponse::new().header("x-own", "'1'");
        let responses = GatewayResponses::default().cors(named(origin));
        let responses = responses.with(ResponseType::Unauthorized, own).unwrap();
        let answer = send(responses, get().header("origin", "https://app.example")).await;
        assert_eq!(
            answer.headers["access-control-allow-origin"],
            "https://app.example"
        );
        let exposed = answer.headers["access-control-expose-headers"]
            .to_str()
            .unwrap();
        assert!(exposed.ends_with(", x-own"), "{exposed}");
    }
    let own = GatewayResponse::new().header("access-control-expose-headers", "'x-mine'");
    let responses = GatewayResponses::default().cors(Cors::any());
    let responses = responses.with(ResponseType::Unauthorized, own).unwrap();
    assert_eq!(
        send(responses, get()).await.headers["access-control-expose-headers"],
        "x-mine"
    );
    assert!(Cors::origins([""; 0]).is_err());
    for (origin, remedy) in [
        ("*", "use `Cors::any`"),
        ("https://app.example/", "without a slash at the end"),
        ("app.example", "such as `https://app.example`"),
    ] {
        let error = Cors::origins([origin]).unwrap_err().to_string();
        assert!(
            error.contains(remedy) && error.contains(&format!("`{origin}`")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn cors_exposes_each_header_once() {
    let mapped = ["WWW-Authenticate", "x-amzn-requestid", "x-own"].into_iter();
    let own = mapped.fold(GatewayResponse::new(), |own, name| own.header(name, "'1'"));
    let responses = GatewayResponses::default().cors(Cors::any());
    let responses = responses.with(ResponseType::Unauthorized, own).unwrap();
    let answer = send(responses, get()).await;
    let exposed = answer.headers["access-control-expose-headers"]
        .to_str()
        .unwrap()
        .to_ascii_lowercase();
    for name in ["www-authenticate", "x-amzn-requestid", "x-own"] {
        assert_eq!(
            exposed.split(", ").filter(|it| *it == name).count(),
            1,
            "{exposed}"
        );
    }
}

#[tokio::test]
async fn exempt_preflights_pass_and_nothing_else_does() {
    let preflight = || {
        Request::options("/pets")
            .header("origin", "https://app.example")
            .header("access-control-request-method", "GET")
    };
    let inner = || service_fn(empty::<Body>);
    let status = async |exempt: bool, request: http::request::Builder| {
        let layer = if exempt {
            layer().exempt_preflights()
        } else {
            layer()
        };
        let request = request.body(Body::new()).unwrap();
        layer
            .layer(inner())
            .oneshot(request)
            .await
            .unwrap()
            .status()
    };
    assert_eq!(status(true, preflight()).await, StatusCode::OK);
    assert_eq!(status(false, preflight()).await, StatusCode::UNAUTHORIZED);
    let bare = Request::options("/pets").header("origin", "https://app.example");
    assert_eq!(status(true, bare).await, StatusCode::UNAUTHORIZED);
    let get = get()
        .header("origin", "https://app.example")
        .header("access-control-request-method", "GET");
    assert_eq!(status(true, get).await, StatusCode::UNAUTHORIZED);
}
