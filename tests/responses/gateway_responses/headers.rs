//! Headers that several settings could write, and challenges.

use super::*;

#[tokio::test]
async fn a_challenge_says_what_is_wrong_with_the_token() {
    let bearer = WwwAuthenticate::bearer().realm("the \"pets\"").unwrap();
    let bearer = bearer.scope("pets:read").unwrap();
    let responses = || GatewayResponses::default().www_authenticate(bearer.clone());
    let parameters = r#"Bearer realm="the \"pets\"", scope="pets:read""#;
    for (request, challenge) in [
        (get(), parameters.to_owned()),
        (
            with_token("who?"),
            format!("{parameters}, error=\"invalid_token\""),
        ),
        (
            with_token("deny"),
            format!("{parameters}, error=\"insufficient_scope\""),
        ),
        (
            with_token("silent"),
            format!("{parameters}, error=\"insufficient_scope\""),
        ),
    ] {
        let answer = send(responses(), request).await;
        assert_eq!(answer.headers["www-authenticate"], challenge);
    }
    let broken = send(responses(), with_token("empty")).await;
    assert!(!broken.headers.contains_key("www-authenticate"));

    let basic =
        GatewayResponses::default().www_authenticate(WwwAuthenticate::basic("pets").unwrap());
    let answer = send(basic.clone(), get()).await;
    assert_eq!(
        answer.headers["www-authenticate"],
        r#"Basic realm="pets", charset="UTF-8""#
    );
    let denied = send(basic, with_token("deny")).await;
    assert!(!denied.headers.contains_key("www-authenticate"));

    let metadata = WwwAuthenticate::bearer()
        .resource_metadata("https://api.example/x")
        .unwrap();
    let answer = send(
        GatewayResponses::default().www_authenticate(metadata),
        get(),
    )
    .await;
    assert_eq!(
        answer.headers["www-authenticate"],
        r#"Bearer resource_metadata="https://api.example/x""#
    );
    let plain = GatewayResponses::default().www_authenticate(WwwAuthenticate::bearer());
    let answer = send(plain, with_token("who?")).await;
    assert_eq!(
        answer.headers["www-authenticate"],
        r#"Bearer error="invalid_token""#
    );
    assert!(WwwAuthenticate::bearer().realm("a\r\nb").is_err());
}

#[tokio::test]
async fn security_and_family_headers_do_not_replace_the_headers_of_an_entry() {
    let own = GatewayResponse::new()
        .header("cache-control", "'max-age=1'")
        .header("x-a", "'own'");
    let responses = GatewayResponses::default()
        .with(ResponseType::Unauthorized, own)
        .unwrap()
        .family_header(ResponseFamily::Client, "x-a", "'client'")
        .unwrap()
        .family_header(ResponseFamily::Server, "x-a", "'server'")
        .unwrap()
        .security_headers();
    for (request, x_a, cache_control) in [
        (get(), "own", "max-age=1"),
        (with_token("deny"), "client", "no-store"),
        (with_token("empty"), "server", "no-store"),
    ] {
        let answer = send(responses.clone(), request).await;
        assert_eq!(answer.headers["x-a"], x_a);
        assert_eq!(answer.headers["cache-control"], cache_control);
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["x-frame-options"], "DENY");
        assert_eq!(
            answer.headers["content-security-policy"],
            "frame-ancestors 'none'"
        );
        assert!(answer.headers.contains_key("strict-transport-security"));
    }
    assert!(
        GatewayResponses::default()
            .family_header(ResponseFamily::Client, "x-a", "a")
            .is_err()
    );
}

#[tokio::test]
async fn a_denial_with_another_status_has_no_challenge() {
    let hidden = GatewayResponse::new().status(StatusCode::NOT_FOUND);
    let responses = GatewayResponses::default()
        .www_authenticate(WwwAuthenticate::bearer())
        .with(ResponseType::AccessDenied, hidden)
        .unwrap();
    let answer = send(responses, with_token("deny")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(!answer.headers.contains_key("www-authenticate"));
}

#[tokio::test]
async fn a_family_header_replaces_an_earlier_one_and_the_default_header() {
    let responses = GatewayResponses::default()
        .family_header(ResponseFamily::Client, "content-type", "'text/a'")
        .unwrap()
        .family_header(ResponseFamily::Client, "Content-Type", "'text/b'")
        .unwrap();
    assert_eq!(
        send(responses.clone(), get()).await.headers["content-type"],
        "text/b"
    );
    // Also where the later one has no value.
    let absent = "method.request.header.x-absent";
    let responses = responses
        .family_header(ResponseFamily::Client, "content-type", absent)
        .unwrap();
    assert_eq!(
        send(responses, get()).await.headers["content-type"],
        "application/json"
    );
}
