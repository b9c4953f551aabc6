//! Authorizers that panic or take too long.

use super::*;

#[tokio::test]
async fn a_panic_of_the_authorizer_is_a_500_and_the_next_request_is_served() {
    let panics: [(fn(), &str); 3] = [
        (|| panic!("a text"), "a text"),
        (|| panic!("a {}", "String"), "a String"),
        (|| panic_any(4711), "(no message)"),
    ];
    for place in ["before its future", "at the first poll", "after an await"] {
        for (panic_now, message) in panics {
            let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
                let reach = move |here: &str| {
                    if request.token() == Some("ill") && here == place {
                        panic_now();
                    }
                };
                reach("before its future");
                async move {
                    reach("at the first poll");
                    yield_now().await;
                    reach("after an await");
                    Ok(AuthorizerResponse::allow("*"))
                }
            });
            let mut service = LambdaAuthorizerLayer::token(authorizer).layer(Inner::default());
            let response = service.call(get("/pets", "ill")).await.unwrap();
            let reason = format!("AuthorizerPanicked {{ message: {message:?} }}");
            assert_eq!(broken_because(&response), reason, "{place}");
            assert_eq!(text(response).await, r#"{"message":null}"#, "{place}");
            assert_eq!(service.get_ref().calls(), 0, "{place}");
            let response = service.call(get("/pets", "well")).await.unwrap();
            assert_eq!(response.status(), 200, "{place}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_the_authorizers_future_is_dropped_is_a_500() {
    struct PanicsWhenDropped;
    impl Drop for PanicsWhenDropped {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    let authorizer = authorizer_fn(async |request: AuthorizerRequest| {
        let _held = PanicsWhenDropped;
        if request.token() == Some("hang") {
            pending::<()>().await;
        }
        Ok(AuthorizerResponse::allow("*"))
    });
    let mut service = LambdaAuthorizerLayer::token(authorizer).layer(Inner::default());
    for token in ["answer", "hang"] {
        let response = service.call(get("/pets", token)).await.unwrap();
        assert_eq!(
            broken_because(&response),
            r#"AuthorizerPanicked { message: "dropped" }"#
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_authorizer_has_29_seconds_or_the_configured_timeout() {
    let short = layer()
        .authorizer_timeout(Duration::from_millis(250))
        .unwrap();
    for (layer, still_waiting, over) in [
        (
            layer(),
            28_900,
            Some((100, "AuthorizerTimedOut { limit: 29s }")),
        ),
        (short, 249, Some((1, "AuthorizerTimedOut { limit: 250ms }"))),
        (layer().no_authorizer_timeout(), 3 * 86_400_000, None),
    ] {
        let mut future = task::spawn(layer.layer(Inner::default()).oneshot(get("/pets", "hang")));
        assert_pending!(future.poll());
        advance(Duration::from_millis(still_waiting)).await;
        assert_pending!(future.poll());
        if let Some((more, reason)) = over {
            advance(Duration::from_millis(more)).await;
            assert!(future.is_woken());
            assert_eq!(broken_because(&assert_ready_ok!(future.poll())), reason);
        }
    }
}

#[test]
fn a_timer_is_needed_only_for_a_timeout() {
    let inner = Inner::default();
    let unlimited = layer().no_authorizer_timeout().layer(inner.clone());
    let response = task::spawn(unlimited.oneshot(get("/pets", "allow"))).poll();
    assert_eq!(assert_ready_ok!(response).status(), 200);
    let limited = layer().layer(inner.clone());
    let response = task::spawn(limited.oneshot(get("/pets", "allow"))).poll();
    let response = assert_ready_ok!(response);
    assert_eq!(broken_because(&response), "NoTimer");
    let denial = response.extensions().get::<Denial>().unwrap().to_string();
    assert!(denial.contains("enable_time"), "{denial}");
    assert_eq!(inner.calls(), 1);
}
