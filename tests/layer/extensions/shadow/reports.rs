//! Where people and programs see that a layer is in shadow, and what it would have refused.

use std::io::{self, Write};

use tracing::Level;

use super::*;

#[tokio::test]
async fn the_explanation_and_debug_say_so() {
    let layer = layer().unprotected_shadow();
    for text in [
        format!("{layer:?}"),
        format!("{:?}", layer.layer(service_fn(service))),
    ] {
        assert!(
            text.contains("SHADOW: every request is let through"),
            "{text}"
        );
    }
    assert!(!format!("{:?}", self::layer()).contains("SHADOW"));

    let why = layer.explain(get("who?").body(()).unwrap()).await;
    assert!(why.is_shadow() && !why.is_allowed());
    assert_eq!(why.response().unwrap().status(), 401);
    let text = why.to_string();
    assert!(text.starts_with("UNAUTHORIZED 401: "), "{text}");
    assert!(
        text.contains("the layer is in shadow, and lets every request through"),
        "{text}"
    );
    assert_eq!(serde_json::to_value(&why).unwrap()["shadow"], true);

    let why = self::layer().explain(get("who?").body(()).unwrap()).await;
    assert!(!why.is_shadow());
    assert_eq!(serde_json::to_value(&why).unwrap().get("shadow"), None);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_says_what_would_have_been_refused() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::INFO)
        .without_time()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // While there is only one subscriber, tracing asks that of the thread which meets an event first. In this program, that
    // is often another test's thread, which has none.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let _guard = tracing::subscriber::set_default(subscriber);
    let taken = || String::from_utf8(std::mem::take(&mut *log.0.lock().unwrap())).unwrap();

    let layer = layer().unprotected_shadow();
    let warning = taken();
    assert!(
        warning.contains("WARN") && warning.contains("a layer is in shadow"),
        "{warning}"
    );
    let service = layer.layer(service_fn(service));
    assert_eq!(taken(), "", "once");

    seen(service.clone(), get("deny")).await;
    let event = taken();
    assert!(
        event.contains("INFO") && event.contains("decision=\"shadow\""),
        "{event}"
    );
    let without_reason = event.replace("reason=\"explicit_deny\"", "");
    assert!(
        event.contains("status=403") && !without_reason.contains("deny\""),
        "{event}"
    );
    seen(service, get("broken")).await;
    let event = taken();
    assert!(
        event.contains("ERROR") && event.contains("decision=\"shadow\""),
        "{event}"
    );
}

#[tokio::test]
async fn the_test_kit_takes_it_neither_for_a_refusal_nor_for_an_authorized_request() {
    let harness = Harness::new(layer().unprotected_shadow());
    let send = || harness.get("/pets").header("authorization", "deny").send();
    let response = send()
        .await
        .assert_shadowed(ResponseType::AccessDenied)
        .assert_status(200);
    assert!(response.denial().is_none() && response.context().is_none());
    let fails = async |check: fn(tower_lambda_authorizer::testing::TestResponse)| {
        let response = send().await;
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(response)));
        let message = *result.unwrap_err().downcast::<String>().unwrap();
        assert!(
            message.contains("let through in shadow instead of ACCESS_DENIED"),
            "{message}"
        );
    };
    fails(|response| drop(response.assert_denied())).await;
    fails(|response| drop(response.assert_allowed())).await;
    fails(|response| drop(response.assert_unguarded())).await;
    fails(|response| drop(response.assert_unauthorized())).await;
    fails(|response| drop(response.assert_response_type(ResponseType::AccessDenied))).await;
    let reached = harness.reached();
    assert!(reached[0].extensions().get::<ShadowDenial>().is_some());
}

#[tokio::test]
async fn the_applications_function_is_told_what_would_have_been_refused() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&told);
    let layer = layer()
        .on_denial(move |denial| log.lock().unwrap().push(denial.response_type()))
        .unprotected_shadow();
    for token in ["good", "deny", "broken"] {
        let service = layer.layer(service_fn(service));
        let request = get(token).body(Body::default()).unwrap();
        assert_eq!(
            service.oneshot(request).await.unwrap().status(),
            StatusCode::OK
        );
    }
    let expected = [
        ResponseType::AccessDenied,
        ResponseType::AuthorizerConfigurationError,
    ];
    assert_eq!(*told.lock().unwrap(), expected);
}
