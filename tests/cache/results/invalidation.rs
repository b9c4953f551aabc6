//! Invalidated results, and calls from before an invalidation.

use tower_lambda_authorizer::caching::InvalidationError;

use super::*;

#[tokio::test]
async fn after_an_invalidation_the_authorizer_is_called_again() {
    let door = Door::new(Mood::Allows);
    for token in ["a", "b"] {
        door.status(token, "/").await;
    }
    door.mood.send_replace(Mood::Denies);
    door.layer.results().invalidate(["a"]).await.unwrap();
    assert_eq!(door.status("a", "/").await, 403);
    assert_eq!(door.status("b", "/").await, 200);
    door.layer.results().clear().await.unwrap();
    assert_eq!(door.status("b", "/").await, 403);
    assert_eq!(door.calls(), 4);
}

#[tokio::test]
async fn the_result_of_a_call_from_before_a_clearing_is_not_kept() {
    let door = Door::new(Mood::Thinks);
    let mut early = task::spawn(door.send("a", "/"));
    assert_pending!(early.poll());
    door.layer.results().clear().await.unwrap();
    door.mood.send_replace(Mood::Allows);
    assert_eq!(early.await.status, 200);
    door.mood.send_replace(Mood::Denies);
    assert_eq!(door.status("a", "/").await, 403);
}

/// A request after the invalidation must not pass because of a call from before it.
#[tokio::test]
async fn a_call_from_before_an_invalidation_is_not_joined() {
    for clears_all in [false, true] {
        let door = Door::new(Mood::Thinks);
        let mut early = spawn(&door, "a");
        assert_pending!(early.poll());
        let results = door.layer.results();
        if clears_all {
            results.clear().await.unwrap()
        } else {
            results.invalidate(["a"]).await.unwrap()
        };
        let mut late = spawn(&door, "a");
        assert_pending!(late.poll());
        assert_eq!(door.calls(), 2);
        door.mood.send_replace(Mood::Allows);
        assert_eq!(early.await.status, 200);
        assert_eq!(late.await.status, 200);
        assert_eq!(door.status("a", "/").await, 200);
        assert_eq!(door.calls(), 2, "the later call's result is kept");
    }
}

/// A mistake that would otherwise revoke nothing and say nothing.
#[tokio::test]
async fn an_identity_with_another_number_of_values_is_an_error() {
    let layer = || {
        let authorizer = MockAuthorizer::allowing();
        let sources = ["method.request.header.authorization", "context.httpMethod"];
        let layer = LambdaAuthorizerLayer::request(authorizer.clone(), sources).unwrap();
        (
            layer.result_ttl(Duration::from_secs(60)).unwrap(),
            authorizer,
        )
    };
    let (two, authorizer) = layer();
    let results = two.results();
    let ask = async || {
        let request = Request::get("/").header("authorization", "a");
        two.explain(request.body(()).unwrap()).await;
        authorizer.invocations()
    };
    assert_eq!(ask().await, 1);
    for (given, told) in [
        (&[][..], "has 2 identity sources, but 0 values were given"),
        (&["a"], "has 2 identity sources, but 1 value was given"),
        (
            &["a", "GET", "b"],
            "has 2 identity sources, but 3 values were given",
        ),
    ] {
        let error = results.invalidate(given).await.unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
        let is_count = matches!(error, InvalidationError::IdentityValues { sources: 2, given: count, .. } if count == given.len());
        assert!(is_count, "{error:?}");
        assert_eq!(ask().await, 1);
    }
    results.invalidate(["a", "GET"]).await.unwrap();
    assert_eq!(ask().await, 2);

    // An anonymous identity has fewer values.
    let anonymous = layer()
        .0
        .anonymous_requests(AnonymousRequests::Ask)
        .unwrap();
    anonymous.results().invalidate(["GET"]).await.unwrap();
    anonymous.results().invalidate(["a", "GET"]).await.unwrap();
    assert!(anonymous.results().invalidate([""; 0]).await.is_err());
}
