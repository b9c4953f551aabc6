//! Responses that do not tell what the authorizer decided, and servers that misbehave.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use tokio::net::TcpSocket;

use crate::{
    cloud::{Server, outside_of_the_stage, response},
    command::{record, rows},
};

const REST: (&str, &str) = ("x-amz-apigw-id", "JrtEUESLAi0F5hg=");
const HTTP: (&str, &str) = ("apigw-requestid", "EOQFNigDoAMEYQw=");

/// What a response becomes: the outcome or, after a `?`, why there is none.
#[track_caller]
fn check(status: u16, headers: &'static [(&str, &str)], body: &'static str, becomes: &str) {
    let server = Server::answering(move |_| response(status, headers, body));
    let recorded = record(&server.url(), "GET /pets s3cr3t", &[]);
    match becomes.strip_prefix('?') {
        None => assert_eq!(
            rows(&recorded.output),
            [format!("GET /pets s3cr3t {becomes}")]
        ),
        Some(why) => {
            assert_eq!((recorded.code, &*recorded.output), (2, ""), "{recorded:?}");
            assert!(recorded.errors.contains(why), "{}", recorded.errors);
        }
    }
    assert!(!recorded.errors.contains("s3cr3t"), "{}", recorded.errors);
}

macro_rules! of_type {
    ($type:literal) => {
        &[REST, ("x-amzn-errortype", $type)]
    };
}

#[test]
fn gateway_responses_of_rest_apis_are_recognized_by_their_error_type() {
    let denied = of_type!("AccessDeniedException");
    check(
        403,
        denied,
        r#"{"Message":"User: anonymous is not"}"#,
        "denied",
    );
    // Customised.
    check(418, denied, "<p>no</p>", "denied");
    check(401, of_type!("UnauthorizedException"), "", "unauthorized");
    check(
        500,
        of_type!("AuthorizerConfigurationException"),
        "",
        "broken",
    );
    check(
        403,
        of_type!("IncompleteSignatureException"),
        "",
        "MISSING_AUTHENTICATION_TOKEN",
    );
    check(504, of_type!("InternalServerErrorException"), "", "passed");
    let bad = of_type!("BadRequestException");
    check(400, bad, r#"{"message": "Invalid request body"}"#, "passed");
    check(
        400,
        bad,
        r#"{"message": "Bad Request"}"#,
        "?which is not known",
    );
    check(
        403,
        of_type!("ForbiddenException"),
        "",
        "?an API key, AWS WAF",
    );
    check(429, of_type!("TooManyRequestsException"), "", "?`--pause`");
    check(
        403,
        of_type!("InvalidSignatureException"),
        "",
        "?IAM decided",
    );
    check(
        400,
        of_type!("ResourceInUseException"),
        "",
        "?which is not known",
    );
    check(
        403,
        &[REST],
        r#"{"Message":"User is not authorized"}"#,
        "passed",
    );
}

#[test]
fn an_integration_cannot_pass_for_a_refusal_of_another_kind_of_api() {
    // Only REST APIs have error types, and only responses of API Gateway have its ids.
    let other_service = &[("x-amzn-errortype", "AccessDeniedException")];
    check(403, other_service, "", "?no header of API Gateway");
    check(200, &[], "hello", "?no header of API Gateway");
    check(
        404,
        &[],
        r#"{"message":"Not Found"}"#,
        "?use the API's own URL",
    );
}

#[test]
fn http_apis_leave_failures_open() {
    let failed = r#"{"message":"Internal Server Error"}"#;
    check(500, &[HTTP], failed, "?`$context.authorizer.error`");
    check(500, &[HTTP], "my own", "passed");
    check(
        429,
        &[HTTP],
        r#"{"message":"Too Many Requests"}"#,
        "?throttled",
    );
    check(
        503,
        &[HTTP],
        r#"{"message":"Service Unavailable"}"#,
        "passed",
    );
    check(403, &[HTTP], r#"{"message": "Forbidden"}"#, "passed");
    check(403, &[HTTP], r#"{"message":"Forbidden"}"#, "denied");
    let server = Server::answering(|_| response(403, &[HTTP], ""));
    let head = record(&server.url(), "HEAD /pets -", &[]);
    assert!(
        head.errors.contains("record GET instead of HEAD"),
        "{head:?}"
    );
}

#[test]
fn what_is_unclear_is_a_comment_and_some_recorded_is_exit_code_1() {
    let server = Server::answering(|request| match request.uri().path() {
        "/prod/pets" => response(200, &[REST], ""),
        _ => outside_of_the_stage(),
    });
    let recorded = record(&server.url(), "GET /pets -\nGET /keys -\nGET /pets -", &[]);
    assert_eq!(recorded.code, 1);
    assert_eq!(rows(&recorded.output), ["GET /pets - passed"; 2]);
    let comment = recorded.output.lines().nth(2).unwrap();
    assert!(
        comment.starts_with("# GET  /keys  -  ?  # 403 "),
        "{comment}"
    );
    assert!(recorded.errors.contains("2/3 GET /keys: not recorded: 403"));
    assert!(recorded.errors.ends_with("2 of 3 requests recorded\n"));

    let options = ["--format", "json"];
    let recorded = record(&server.url(), "GET /pets -\nGET /keys -", &options);
    let json: serde_json::Value = serde_json::from_str(&recorded.output).unwrap();
    assert_eq!(json["requests"][0]["outcome"], "passed");
    assert_eq!(json["requests"][1]["outcome"], serde_json::Value::Null);
    assert!(json["requests"][1]["remark"].is_string());
}

#[test]
fn a_body_of_any_length_is_no_problem() {
    let endless = move |_: &_| {
        let chunk = || Ok::<_, std::convert::Infallible>("more and more ".repeat(1000));
        let chunks = futures_util::stream::repeat_with(chunk);
        let mut response = response(403, &[HTTP], "");
        *response.body_mut() = axum::body::Body::from_stream(chunks);
        response
    };
    let recorded = record(&Server::answering(endless).url(), "GET /pets -", &[]);
    assert_eq!(rows(&recorded.output), ["GET /pets - passed"]);
}

#[test]
fn a_server_that_hangs_or_hangs_up_is_asked_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        // One connection that is closed, and one that is kept.
        let (mut closed, _) = listener.accept().unwrap();
        assert!(closed.read(&mut [0; 1000]).unwrap() > 0);
        drop(closed);
        let (mut kept, _) = listener.accept().unwrap();
        assert!(kept.read(&mut [0; 1000]).unwrap() > 0);
        kept.write_all(b"HTTP/1.1 200 OK\r\n").unwrap();
        // Until the command hangs up.
        let _ = kept.read_to_end(&mut Vec::new());
        listener.set_nonblocking(true).unwrap();
        listener.accept().is_err()
    });
    let begun = Instant::now();
    let recorded = record(&url, "GET /a -\nGET /b -", &["--timeout", "1"]);
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(recorded.code, 2, "{recorded:?}");
    assert!(
        recorded
            .errors
            .contains("1/2 GET /a: not recorded: there is no response: ")
    );
    assert!(
        recorded
            .errors
            .contains("2/2 GET /b: not recorded: no response within 1 s")
    );
    assert!(server.join().unwrap(), "a request was repeated");
}

#[test]
fn no_request_follows_one_that_reaches_nobody() {
    let does_not_listen = TcpSocket::new_v4().unwrap();
    does_not_listen.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let url = format!("http://{}", does_not_listen.local_addr().unwrap());
    let recorded = record(&url, "GET /a -\nGET /b -", &[]);
    assert_eq!(recorded.code, 2);
    assert_eq!(recorded.errors.lines().count(), 1, "{}", recorded.errors);
    assert!(
        recorded
            .errors
            .contains("there is no connection to the server")
    );
}
