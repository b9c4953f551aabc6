//! `any_of` asks the second authorizer only about callers that the first one does not know. Two layers require both.

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower::{ServiceBuilder, ServiceExt, service_fn, util::MapRequestLayer};
use tower_lambda_authorizer::{
    AuthorizerContext, IdentitySource, LambdaAuthorizerLayer, any_of,
    testing::{Harness, MockAnswer, MockAuthorizer},
};

fn layer(
    first: &MockAuthorizer,
    second: &MockAuthorizer,
) -> LambdaAuthorizerLayer<tower_lambda_authorizer::AnyOf<MockAuthorizer, MockAuthorizer>> {
    LambdaAuthorizerLayer::token(any_of(first.clone(), second.clone()))
}

#[tokio::test(start_paused = true)]
async fn the_second_is_asked_only_after_exactly_unauthorized() {
    let second = || MockAuthorizer::answering(MockAnswer::allow().with_principal_id("second"));
    for (answer, asks_second, principal) in [
        (MockAnswer::unauthorized(), true, Some("second")),
        (MockAnswer::fail("Unauthorized"), true, Some("second")),
        (MockAnswer::fail("Unauthorized: expired"), false, None),
        (MockAnswer::fail("no database"), false, None),
        (MockAnswer::panic("a bug"), false, None),
        (MockAnswer::hang(), false, None),
        (MockAnswer::deny(), false, None),
        (MockAnswer::allow_only([("GET", "/other")]), false, None),
        (
            MockAnswer::allow().with_principal_id("first"),
            false,
            Some("first"),
        ),
    ] {
        let text = format!("{answer:?}");
        let (first, second) = (MockAuthorizer::answering(answer), second());
        let layer = layer(&first, &second);
        let harness = Harness::new(layer.authorizer_timeout(Duration::from_secs(3)).unwrap());
        let response = harness
            .get("/pets")
            .header("authorization", "t")
            .send()
            .await;
        assert_eq!(second.invocations(), usize::from(asks_second), "{text}");
        assert_eq!(first.invocations(), 1, "{text}");
        let found = response.context().and_then(AuthorizerContext::principal_id);
        assert_eq!(found, principal, "{text}");
    }
}

#[tokio::test]
async fn the_outcome_of_the_second_is_final_and_cached_as_it_is() {
    let first = MockAuthorizer::new();
    let second = MockAuthorizer::new()
        .with_token(
            "robot",
            MockAnswer::allow_only([("GET", "/pets")]).with_context("kind", "robot"),
        )
        .with_token("denied", MockAnswer::deny())
        .with_token("broken", MockAnswer::fail("no database"));
    let harness = Harness::new(layer(&first, &second));
    let send = |path, token| harness.get(path).header("authorization", token).send();
    send("/pets", "robot")
        .await
        .assert_allowed()
        .assert_context("kind", "robot");
    // From the cache: neither is asked, and the policy covers what it covers.
    send("/pets", "robot")
        .await
        .assert_allowed()
        .assert_not_invoked();
    send("/dogs", "robot")
        .await
        .assert_denied()
        .assert_not_invoked();
    send("/pets", "denied").await.assert_denied();
    send("/pets", "broken").await.assert_authorizer_broken();
    send("/pets", "nobody").await.assert_unauthorized();
    assert_eq!(first.invocations(), 4);
    assert_eq!(second.invocations(), 4);
}

/// An attacker sends the credentials of both kinds: only the first place counts, for both authorizers.
#[tokio::test]
async fn with_two_places_both_authorizers_get_the_same_credential() {
    let (first, second) = (MockAuthorizer::new(), MockAuthorizer::new());
    let second = second.with_token("key", MockAnswer::allow());
    let sources = IdentitySource::first_of([
        "method.request.header.Authorization",
        "method.request.header.X-Api-Key",
    ]);
    let layer = layer(&first, &second)
        .identity_sources(sources.unwrap())
        .unwrap();
    let harness = Harness::new(layer);
    let both = harness
        .get("/pets")
        .header("authorization", "bad")
        .header("x-api-key", "key");
    both.send().await.assert_unauthorized();
    for asked in [first.requests(), second.requests()] {
        assert_eq!(asked[0].token(), Some("bad"));
    }
    harness
        .get("/pets")
        .header("x-api-key", "key")
        .send()
        .await
        .assert_allowed();
}

/// The caller of the outer layer, which the service reads beside that of the inner one.
#[derive(Clone)]
struct Device(AuthorizerContext);

/// The recipe of `docs/several-authorizers.md` for two identities.
#[tokio::test]
async fn two_layers_require_both_and_the_service_can_have_both_callers() {
    let devices = MockAuthorizer::new()
        .with_token("phone", MockAnswer::allow().with_principal_id("device-1"));
    let users =
        MockAuthorizer::new().with_token("alice", MockAnswer::allow().with_principal_id("user-1"));
    let outer = LambdaAuthorizerLayer::request(devices, "method.request.header.Device").unwrap();
    let inner = LambdaAuthorizerLayer::token(users);
    let keep = MapRequestLayer::new(|mut request: Request<Full<Bytes>>| {
        if let Some(device) = request.extensions_mut().remove::<AuthorizerContext>() {
            request.extensions_mut().insert(Device(device));
        }
        request
    });
    let service = ServiceBuilder::new()
        .layer(outer)
        .layer(keep)
        .layer(inner)
        .service(service_fn(async |request: Request<Full<Bytes>>| {
            let extensions = request.extensions();
            let Device(device) = extensions.get().unwrap();
            let user = extensions.get::<AuthorizerContext>().unwrap();
            let text = format!(
                "{} on {}",
                user.principal_id().unwrap(),
                device.principal_id().unwrap()
            );
            Ok::<_, Infallible>(
                Response::builder()
                    .header("x-both", text)
                    .body(Full::<Bytes>::default())
                    .unwrap(),
            )
        }));
    for (device, user, status) in [
        ("phone", "alice", 200),
        ("phone", "mallory", 401),
        ("toaster", "alice", 401),
        ("toaster", "mallory", 401),
    ] {
        let request = Request::get("/pets")
            .header("device", device)
            .header("authorization", user);
        let response = service
            .clone()
            .oneshot(request.body(Full::default()).unwrap())
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{device} {user}");
        if status == 200 {
            assert_eq!(response.headers()["x-both"], "user-1 on device-1");
        }
    }
}
