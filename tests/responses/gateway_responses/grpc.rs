//! Responses to gRPC and gRPC-Web.

use super::*;

#[tokio::test]
async fn a_grpc_client_gets_a_trailers_only_response() {
    for (content_type, is_grpc) in [
        ("application/grpc", true),
        ("application/grpc+proto", true),
        ("application/grpc-web", false),
        ("application/json", false),
    ] {
        let request = || post().header("content-type", content_type);
        let answer = send(GatewayResponses::default().grpc(), request()).await;
        assert_eq!(answer.status == StatusCode::OK, is_grpc, "{content_type}");
        assert_eq!(
            answer
                .headers
                .get("grpc-status")
                .is_some_and(|status| status == "16"),
            is_grpc
        );
        let answer = send(GatewayResponses::default(), request()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    for (token, status, message) in [
        (
            "deny",
            "7",
            "User is not authorized to access this resource with an explicit deny in an identity-based policy",
        ),
        ("empty", "13", "the authorizer failed"),
    ] {
        let request = post()
            .header("authorization", token)
            .header("content-type", "application/grpc");
        let answer = send(GatewayResponses::default().grpc(), request).await;
        assert_eq!(answer.headers["grpc-status"], status);
        assert_eq!(answer.headers["grpc-message"], message);
        assert_eq!(answer.body, "");
    }
}

/// As gRPC maps HTTP's statuses to its own.
#[test]
fn each_status_has_its_grpc_status() {
    for (status, grpc_status) in [
        (400, "13"),
        (401, "16"),
        (403, "7"),
        (404, "12"),
        (413, "13"),
        (429, "14"),
        (500, "13"),
        (502, "14"),
        (503, "14"),
        (504, "14"),
    ] {
        let responses = GatewayResponses::default().grpc();
        let responder = layer().gateway_responses(responses).responder();
        let request = post().header("content-type", "application/grpc");
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let status = StatusCode::from_u16(status).unwrap();
        let failure = GatewayFailure::new(ResponseType::Default4xx).with_status(status);
        let response = responder.respond(&failure, &mut parts);
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["grpc-status"], grpc_status, "{status}");
    }
}

fn all_additions() -> GatewayResponses {
    GatewayResponses::default()
        .cors(Cors::origins(["https://app.example"]).unwrap())
        .www_authenticate(WwwAuthenticate::bearer())
        .retry_after(Duration::from_secs(7))
        .security_headers()
        .family_header(ResponseFamily::Client, "x-family", "'4xx'")
        .unwrap()
        .with(
            ResponseType::Unauthorized,
            GatewayResponse::new()
                .header("x-own", "'1'")
                .header("cache-control", "'max-age=300'")
                .header("content-type", "'text/plain'")
                .header("grpc-status", "'0'"),
        )
        .unwrap()
}

#[tokio::test]
async fn a_grpc_response_has_the_additions_and_keeps_its_status() {
    let request = || {
        post()
            .header("content-type", "application/grpc")
            .header("origin", "https://app.example")
    };
    let answer = send(all_additions().grpc(), request()).await;
    assert_eq!(answer.status, StatusCode::OK);
    for (name, value) in [
        ("grpc-status", "16"),
        ("grpc-message", "Unauthorized"),
        ("content-type", "application/grpc"),
        ("cache-control", "no-store"),
        ("access-control-allow-origin", "https://app.example"),
        ("vary", "Origin"),
        ("www-authenticate", "Bearer"),
        ("x-content-type-options", "nosniff"),
        ("x-own", "1"),
        ("x-family", "4xx"),
    ] {
        let values: Vec<_> = answer.headers.get_all(name).iter().collect();
        assert_eq!(values, [value], "{name}");
    }
    let exposed = answer.headers["access-control-expose-headers"]
        .to_str()
        .unwrap();
    for name in ["x-family", "grpc-status", "grpc-message"] {
        let listed = exposed.split(", ").filter(|it| *it == name);
        assert_eq!(listed.count(), 1, "{exposed}");
    }
    assert_eq!(answer.body, "");

    // A page of another origin may not read it.
    let elsewhere = post()
        .header("content-type", "application/grpc")
        .header("origin", "https://other.example");
    let answer = send(all_additions().grpc(), elsewhere).await;
    assert_eq!(answer.headers["grpc-status"], "16");
    assert!(!answer.headers.contains_key("access-control-allow-origin"));

    // Other clients get the usual response.
    let answer = send(
        all_additions().grpc(),
        get().header("origin", "https://app.example"),
    )
    .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.headers["content-type"], "text/plain");
    let exposed = answer.headers["access-control-expose-headers"]
        .to_str()
        .unwrap();
    assert!(!exposed.contains("grpc-message"), "{exposed}");
    // Without additions, there are no such headers.
    let answer = send(GatewayResponses::default().grpc(), request()).await;
    let mut names: Vec<_> = answer
        .headers
        .keys()
        .map(http::HeaderName::as_str)
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "cache-control",
            "content-type",
            "grpc-message",
            "grpc-status"
        ]
    );
}

/// The request of a page's script through gRPC-Web, which translates it to gRPC.
#[tokio::test]
async fn a_web_page_can_read_a_grpc_status_through_grpc_web() {
    let (_reporter, health) = tonic_health::server::health_reporter();
    let responses = GatewayResponses::default()
        .cors(Cors::origins(["https://app.example"]).unwrap())
        .grpc();
    let service = (
        tonic_web::GrpcWebLayer::new(),
        layer().gateway_responses(responses),
    )
        .layer(health);
    let call = async |token: Option<&str>| {
        let mut request = Request::post("/grpc.health.v1.Health/Check")
            .header("content-type", "application/grpc-web+proto")
            .header("origin", "https://app.example");
        if let Some(token) = token {
            request = request.header("authorization", token);
        }
        // An empty message.
        let body = http_body_util::Full::new(Bytes::from_static(&[0; 5]));
        let response = service.clone().oneshot(request.body(body).unwrap()).await;
        let Ok(response) = response;
        response
    };
    for (token, status) in [(None, "16"), (Some("deny"), "7"), (Some("empty"), "13")] {
        let refused = call(token).await;
        let headers = refused.headers();
        assert_eq!(refused.status(), StatusCode::OK, "{token:?}");
        assert_eq!(headers["content-type"], "application/grpc-web+proto");
        assert_eq!(headers["grpc-status"], status);
        assert_eq!(
            headers["access-control-allow-origin"],
            "https://app.example"
        );
        let exposed = headers["access-control-expose-headers"].to_str().unwrap();
        assert!(exposed.contains("grpc-status, grpc-message"), "{exposed}");
    }
    let served = call(Some("allow")).await;
    assert!(!served.headers().contains_key("grpc-status"));
    assert!(!served.headers().contains_key("access-control-allow-origin"));
    let body = served.into_body().collect().await.unwrap().to_bytes();
    // The message `SERVING`, followed by the trailers.
    assert!(body.starts_with(&[0, 0, 0, 0, 2, 8, 1]), "{body:?}");
    assert!(
        body.windows(14).any(|part| part == b"grpc-status:0\r"),
        "{body:?}"
    );
}

#[tokio::test]
async fn a_get_is_not_grpc_even_with_its_content_type() {
    let request = get().header("content-type", "application/grpc");
    let answer = send(GatewayResponses::default().grpc(), request).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
