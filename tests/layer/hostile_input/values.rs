//! Hostile tokens, query parameters and paths.

use super::*;

#[tokio::test]
#[rustfmt::skip]
async fn hostile_tokens_get_401_or_an_ordinary_decision() {
    let server = token_server(deny_all).await;
    let long = [b"authorization: ", &[b'x'; 64 * 1024][..], b"\r\n"].concat();
    for (what, headers, expected, asked) in [
        ("missing", &b""[..], UNAUTHORIZED, false),
        ("empty", b"authorization:\r\n", UNAUTHORIZED, false),
        ("whitespace", b"authorization:  \t \r\n", UNAUTHORIZED, false),
        ("not UTF-8", b"authorization: allow\xff\r\n", UNAUTHORIZED, false),
        ("overlong UTF-8", b"authorization: \xc0\xaf\r\n", UNAUTHORIZED, false),
        ("a similar name", b"authorization2: allow\r\nx-authorization: allow\r\n", UNAUTHORIZED, false),
        ("repeated, the last empty", b"authorization: allow\r\nauthorization: \r\n", UNAUTHORIZED, false),
        ("repeated, the last not UTF-8", b"authorization: allow\r\nAUTHORIZATION: \xff\r\n", UNAUTHORIZED, false),
        ("repeated, the last refused", b"authorization: allow\r\nAuthorization: other\r\n", EXPLICIT_DENY, true),
        ("repeated, the last allowed", b"authorization: other\r\nAuthorization: allow\r\n", SERVED, true),
        ("repeated, the first empty", b"authorization:\r\nauthorization: allow\r\n", SERVED, true),
        ("blanks around it", b"AUTHORIZATION: \t allow \t \r\n", SERVED, true),
        ("a list", b"authorization: allow, allow\r\n", EXPLICIT_DENY, true),
        ("UTF-8", b"authorization: \xc3\xa9\r\n", EXPLICIT_DENY, true),
        ("an ARN with a wildcard", b"authorization: arn:aws:execute-api:*:*:*\r\n", EXPLICIT_DENY, true),
        ("64 KB", &long, EXPLICIT_DENY, true),
        ("a control character", b"authorization: allow\x01\r\n", NOT_HTTP, false),
        ("a NUL", b"authorization: allow\0\r\n", NOT_HTTP, false),
        ("a folded line", b"authorization: x\r\n allow\r\n", NOT_HTTP, false),
        ("a blank before the colon", b"authorization : allow\r\n", NOT_HTTP, false),
    ] {
        server.check(what, get("/pets", headers), expected, asked).await;
    }
}

/// hyper would refuse these: ten megabytes, ten thousand headers, targets without a path.
#[tokio::test]
async fn requests_that_http_cannot_carry_get_the_same_decisions_in_process() {
    let megabytes = "x".repeat(10 * 1024 * 1024);
    let deny_others = authorizer_fn(async |request: AuthorizerRequest| match request.token() {
        Some("allow") => Ok(AuthorizerResponse::allow("*")),
        _ => Ok(AuthorizerResponse::deny("*")),
    });
    let service = LambdaAuthorizerLayer::token(deny_others).layer(service_fn(inner_service));
    for (target, first, last, expected) in [
        ("/pets", "", &*megabytes, EXPLICIT_DENY),
        ("/pets", "other", "allow", SERVED),
        ("/pets", "allow", "other", EXPLICIT_DENY),
        ("/pets", "allow", " ", UNAUTHORIZED),
        ("*", "other", "allow", AMBIGUOUS),
        ("host:80", "other", "allow", AMBIGUOUS),
    ] {
        let mut request = Request::get(target).body(Body::empty()).unwrap();
        let values = std::iter::repeat_n(first, 9_999).chain([last]);
        for value in values {
            request
                .headers_mut()
                .append("authorization", value.parse().unwrap());
        }
        let response = service.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(
            (status, &*body),
            (expected.0, expected.1.as_bytes()),
            "{target} {first}"
        );
    }
}

async fn inner_service(_: Request<Body>) -> Result<Response<Body>, std::convert::Infallible> {
    Ok(Response::new(Body::from("served")))
}

#[tokio::test]
async fn an_adversarial_token_is_validated_as_fast_as_a_plain_one() {
    let server = Server::start(deny_all, |authorizer| {
        let layer = LambdaAuthorizerLayer::token(authorizer);
        layer
            .identity_validation_expression("allow|(a+)+(a|a)*b")
            .unwrap()
    });
    let server = server.await;
    let header = |end: &str| format!("authorization: {}{end}\r\n", "a".repeat(64 * 1024));
    server
        .check(
            "no match",
            get("/pets", header("").as_bytes()),
            UNAUTHORIZED,
            false,
        )
        .await;
    server
        .check(
            "a match",
            get("/pets", header("b").as_bytes()),
            EXPLICIT_DENY,
            true,
        )
        .await;
}

#[tokio::test]
#[rustfmt::skip]
async fn one_of_ten_thousand_query_parameters_is_found() {
    let configure = |authorizer| {
        LambdaAuthorizerLayer::request(authorizer, "method.request.querystring.needle").unwrap()
    };
    let server = Server::start(deny_all, configure).await;
    let hay = "k=1&".repeat(10_000);
    let needles = "needle=x&".repeat(7_000);
    let empties = "&".repeat(10_000);
    for (what, query, expected, asked) in [
        ("absent", hay.clone(), UNAUTHORIZED, false),
        ("first", format!("needle=allow&{hay}"), SERVED, true),
        ("last", format!("{hay}needle=allow"), SERVED, true),
        ("first and last", format!("needle=allow&{hay}needle=x"), EXPLICIT_DENY, true),
        ("everywhere", format!("{needles}needle=allow"), SERVED, true),
        ("between nothing", format!("{empties}needle=allow{empties}"), SERVED, true),
        ("empty at last", format!("needle=allow&{hay}needle"), UNAUTHORIZED, false),
        ("by another case", format!("Needle=allow&{hay}"), UNAUTHORIZED, false),
        ("in a value", "k=needle=allow".into(), UNAUTHORIZED, false),
        ("encoded", "n%65edle=%61llow".into(), SERVED, true),
        ("a malformed encoding is text", "needle=%zz&k=%".into(), EXPLICIT_DENY, true),
        ("a malformed encoding at the end", "needle=allow%".into(), EXPLICIT_DENY, true),
        ("not UTF-8", "needle=allow&needle=%FF".into(), UNAUTHORIZED, false),
        ("another parameter is not UTF-8", "%FF=%FE&needle=allow&k=%C0%AF".into(), SERVED, true),
        ("no query", String::new(), UNAUTHORIZED, false),
    ] {
        server.check(what, get(&format!("/pets?{query}"), b""), expected, asked).await;
    }
    // hyper itself returns 414 for more than 64 KB.
    let query = "k=1&".repeat(20_000);
    server.check("80 KB", get(&format!("/pets?{query}needle=allow"), b""), (414, ""), false).await;
}

#[tokio::test]
async fn malformed_percent_encoding_is_400_in_the_path_and_ignored_in_the_query() {
    let server = token_server(|_| Ok(AuthorizerResponse::allow("*"))).await;
    for path in [
        "/%", "/a%", "/a%2", "/a%zz", "/a%2/b", "/%%41", "/a%u0041", "/a%FF", "/a%C3", "/a%C0%AF",
    ] {
        server
            .check(path, get_as_other(path), AMBIGUOUS, false)
            .await;
        // Without a token, the missing identity is the reason, whatever the path.
        server
            .check(path, get(path, b""), UNAUTHORIZED, false)
            .await;
        let in_query = format!("/pets?q={path}&{path}=1");
        server
            .check(&in_query, get_as_other(&in_query), SERVED, true)
            .await;
    }
}

#[tokio::test]
#[rustfmt::skip]
async fn long_paths_are_414_unless_the_limit_is_raised() {
    let pattern = || Ok(AuthorizerResponse::deny(format!("{METHOD}/*/needle")));
    let long = format!("/{}", "x/".repeat(8 * 1024));
    let server = token_server(move |_| pattern()).await;
    server.check("16 KB", get_as_other(&long), TOO_LONG, false).await;
    server.check("and ambiguous", get_as_other(&format!("{long}%00")), TOO_LONG, false).await;
    let fitting = format!("/{}", "x".repeat(1600 - METHOD.len() - 1));
    server.check("1600 bytes", get_as_other(&fitting), IMPLICIT_DENY, true).await;
    server.check("1601 bytes", get_as_other(&format!("{fitting}x")), TOO_LONG, false).await;

    let raised = |authorizer| LambdaAuthorizerLayer::token(authorizer).method_arn_limit(20 * 1024).unwrap();
    let server = Server::start(move |_| pattern(), raised).await;
    server.check("decided", get_as_other(&long), IMPLICIT_DENY, true).await;
    server.check("denied", get_as_other(&format!("{long}needle")), EXPLICIT_DENY, true).await;
    let spelled = format!("{long}{}n%65edle{}", "/".repeat(500), "/".repeat(500));
    server.check("denied in another spelling", get_as_other(&spelled), EXPLICIT_DENY, true).await;
    server.check("ambiguous", get_as_other(&format!("{long}..")), AMBIGUOUS, false).await;
}
