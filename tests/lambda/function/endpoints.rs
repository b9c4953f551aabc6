//! Endpoints that are missing, do not respond, or respond with anything.

use std::sync::{Arc, Mutex};

use aws_sdk_lambda::config::{AsyncSleep, Sleep};

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_endpoint_is_a_500() {
    let does_not_listen = TcpSocket::new_v4().unwrap();
    does_not_listen.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let url = format!("http://{}", does_not_listen.local_addr().unwrap());
    let invoke = SdkInvoke::new(client(&url), FUNCTION).unwrap();
    let why =
        "the function's endpoint cannot be reached; check the endpoint, the network and the proxy";
    assert_500(invoke.clone(), "secret", why).await;
    assert_500(invoke, "secret", "onnection refused").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_does_not_respond_costs_at_most_the_timeout() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let invoke = SdkInvoke::new(client(&url), FUNCTION).unwrap();
    let invoke = invoke.timeout(Duration::from_millis(300)).unwrap();
    let begin = Instant::now();
    assert_500(invoke, "secret", "the function did not answer in time").await;
    // The default is ten seconds.
    assert!(
        begin.elapsed() < Duration::from_secs(10),
        "{:?}",
        begin.elapsed()
    );
}

/// If the queue of connections is full, Linux does not respond to further attempts to connect.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_with_a_full_queue_costs_at_most_the_timeout_to_connect() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let silent = socket.listen(1).unwrap();
    let address = silent.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(connected) = timeout(Duration::from_secs(1), TcpStream::connect(address)).await {
        queue.push(connected.unwrap());
    }
    let invoke = SdkInvoke::new(client(&format!("http://{address}")), FUNCTION).unwrap();
    let invoke = invoke.connect_timeout(Duration::from_millis(300)).unwrap();
    let why = "HTTP connect timeout occurred after 300ms";
    assert_500(
        invoke.clone(),
        "secret",
        "the function's endpoint cannot be reached",
    )
    .await;
    // Not the SDK's own limit.
    assert_500(invoke, "secret", why).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_valid_response_of_an_endpoint_lets_a_request_pass() {
    let html = "<html><body>Please log in to the hotel's network</body></html>";
    for (canned, why) in [
        (
            Canned::new(200, html),
            "the authorizer's answer cannot be used",
        ),
        (
            Canned::new(200, ""),
            "the authorizer's answer cannot be used",
        ),
        (
            Canned::new(200, "\u{0}\u{1}"),
            "the authorizer's answer cannot be used",
        ),
        (
            Canned::new(502, html),
            "the function was not run, or its response was lost: status 502",
        ),
        (
            Canned::new(500, html),
            "the function was not run, or its response was lost: status 500",
        ),
        (
            Canned::new(500, ALLOW_ALL),
            "the function was not run, or its response was lost: status 500",
        ),
        (
            Canned::new(403, ALLOW_ALL),
            "the function may not be invoked",
        ),
        (
            Canned::new(301, ALLOW_ALL),
            "the function was not run, or its response was lost: status 301",
        ),
        (
            Canned::new(200, ALLOW_ALL).header("x-amz-function-error", "Unhandled"),
            "the function failed and did not say why",
        ),
        // Only the header counts, not its value.
        (
            Canned::new(200, ALLOW_ALL).header("x-amz-function-error", "Handled"),
            "the function failed and did not say why",
        ),
        (
            Canned::new(200, ALLOW_ALL).header("x-amz-function-error", ""),
            "the function failed and did not say why",
        ),
        (
            Canned::new(200, ALLOW_ALL).header("content-length", "4000"),
            "the function was not run, or its response was lost: error reading a body",
        ),
    ] {
        let endpoint = canned.serve().await;
        let invoke = SdkInvoke::new(client(endpoint.url()), FUNCTION).unwrap();
        assert_500(invoke.attempts(1).unwrap(), "secret", why).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_services_message_is_cut_but_a_credential_is_not() {
    let says = |message: &str| {
        let body = format!(r#"{{"message":"{message}"}}"#);
        Canned::new(400, body.leak()).header("x-amzn-errortype", "InvalidRequestContentException")
    };
    let token = "x".repeat(10_240);
    let endpoint = says(&token).serve().await;
    let invoke = SdkInvoke::new(client(endpoint.url()), FUNCTION).unwrap();
    assert_500(invoke, "secret", &token).await;

    let endpoint = says(&"x".repeat(1_000_000)).serve().await;
    let invoke = SdkInvoke::new(client(endpoint.url()), FUNCTION).unwrap();
    let why = ask(invoke, "secret").await.why;
    assert!(why.len() < 17_000, "{} bytes", why.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_credentials_differ_from_a_missing_permission() {
    let answer = r#"{"message":"It is wrong.\n\nThe Canonical String should have been\nx-amz-security-token:TOKEN"}"#;
    for (status, code, why) in [
        (403, "ExpiredTokenException", "renew them"),
        (400, "ExpiredToken", "renew them"),
        (403, "UnrecognizedClientException", "check the key"),
        (403, "InvalidSignatureException", "the machine's clock"),
        (403, "MissingAuthenticationTokenException", "not accepted"),
        (403, "AccessDeniedException", "`lambda:InvokeFunction`"),
        (403, "AnotherException", "`lambda:InvokeFunction`"),
    ] {
        let canned = Canned::new(status, answer).header("x-amzn-errortype", code);
        let endpoint = canned.serve().await;
        let invoke = SdkInvoke::new(client(endpoint.url()), FUNCTION).unwrap();
        let said = ask(invoke.attempts(1).unwrap(), "secret").await.why;
        assert!(said.contains(why), "{code}: {said}");
        assert!(said.ends_with(&format!("{code}: It is wrong.")), "{said}");
    }
}

/// How long the SDK has slept. A timeout is a sleep that does not end.
#[derive(Debug, Clone, Default)]
struct Pauses(Arc<Mutex<Vec<Duration>>>);

impl AsyncSleep for Pauses {
    fn sleep(&self, duration: Duration) -> Sleep {
        let pauses = Arc::clone(&self.0);
        Sleep::new(async move {
            tokio::time::sleep(duration).await;
            pauses.lock().unwrap().push(duration);
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_errors_that_a_retry_can_solve_are_retried() {
    let throttled = Canned::new(429, r#"{"message":"Rate Exceeded."}"#)
        .header("x-amzn-errortype", "TooManyRequestsException");
    let good = Canned::new(200, ALLOW_ALL);
    for (first, calls, status) in [
        (throttled.clone(), 2, StatusCode::OK),
        (Canned::new(503, ""), 2, StatusCode::OK),
        (Canned::new(403, "{}"), 1, StatusCode::INTERNAL_SERVER_ERROR),
        (
            Canned::new(200, r#"{"errorMessage":"x"}"#).header("x-amz-function-error", "Unhandled"),
            1,
            StatusCode::INTERNAL_SERVER_ERROR,
        ),
    ] {
        let endpoint = first.then(good.clone()).await;
        let invoke = SdkInvoke::new(client(endpoint.url()), FUNCTION).unwrap();
        assert_eq!(ask(invoke, "secret").await.status, status, "{first:?}");
        assert_eq!(endpoint.calls(), calls, "{first:?}");
    }

    // The number of attempts is as configured, with at most about a tenth of a second between them.
    for attempts in [1, 2, 3] {
        let endpoint = throttled.clone().serve().await;
        let pauses = Pauses::default();
        let config = client(endpoint.url()).config().to_builder();
        let config = config.sleep_impl(pauses.clone()).build();
        let invoke = SdkInvoke::new(aws_sdk_lambda::Client::from_conf(config), FUNCTION).unwrap();
        assert_500(invoke.attempts(attempts).unwrap(), "secret", "throttled").await;
        assert_eq!(endpoint.calls(), attempts as usize);
        let pauses = pauses.0.lock().unwrap();
        assert_eq!(pauses.len(), attempts as usize - 1);
        let longest = pauses.iter().max().copied().unwrap_or_default();
        assert!(longest <= Duration::from_millis(100), "{longest:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_failure_of_a_function_under_cargo_lambda_is_recognised() {
    let unauthorized = Canned::new(
        500,
        r#"{"errorType":"Error","errorMessage":"Unauthorized"}"#,
    );
    let endpoint = unauthorized.clone().serve().await;
    let invoke = SdkInvoke::new(client(endpoint.url()), FUNCTION).unwrap();
    assert_eq!(ask(invoke, "x").await.status, StatusCode::UNAUTHORIZED);

    // An error of the service is not an error of the function.
    let service = unauthorized.header("x-amzn-errortype", "ServiceException");
    let endpoint = service.serve().await;
    let invoke = SdkInvoke::new(client(endpoint.url()), FUNCTION).unwrap();
    assert_500(
        invoke,
        "x",
        "the function was not run, or its response was lost: ServiceException",
    )
    .await;
}
