//! What zero means in a setting: nothing would work, which is an error, or something is off.

use std::{convert::Infallible, time::Duration};

use lambda_runtime::LambdaEvent;
use serde_json::Value;
use tower_lambda_authorizer::{
    AuthorizerResponse, ConfigError, LambdaAuthorizerLayer,
    caching::{CircuitBreaker, ResultCache},
    lambda::lambda_handler,
    shared_cache::{RedisTier, SharedCache},
    testing::{Harness, MockAnswer, MockAuthorizer},
};

const ZERO: Duration = Duration::ZERO;

fn layer() -> LambdaAuthorizerLayer<MockAuthorizer> {
    LambdaAuthorizerLayer::token(MockAuthorizer::allowing())
}

#[test]
fn a_setting_with_which_nothing_would_work_is_an_error() {
    let tier = || RedisTier::connect("redis://127.0.0.1").unwrap();
    let shared = || SharedCache::with_revocations(tier(), [7; 32]).unwrap();
    let breaker = CircuitBreaker::new();
    let handler = lambda_handler(async |_: LambdaEvent<Value>| Ok::<_, Infallible>(Value::Null));
    for (named, error) in [
        ("authorizer_timeout", layer().authorizer_timeout(ZERO).err()),
        (
            "authorizer_concurrency_limit",
            layer().authorizer_concurrency_limit(0).err(),
        ),
        ("method_arn_limit", layer().method_arn_limit(0).err()),
        (
            "consecutive_failures",
            breaker.consecutive_failures(0).err(),
        ),
        ("pause", breaker.pause(ZERO).err()),
        ("longest_pause", breaker.longest_pause(ZERO).err()),
        ("timeout", shared().timeout(ZERO).err()),
        ("response_timeout", tier().response_timeout(ZERO).err()),
        ("connect_timeout", tier().connect_timeout(ZERO).err()),
        ("timeout", handler.timeout(ZERO).err()),
    ] {
        match error {
            Some(ConfigError::Zero { setting, .. }) => assert_eq!(setting, named),
            other => panic!("{named}: {other:?}"),
        }
    }
    let error = layer().authorizer_timeout(ZERO).err().unwrap();
    assert_eq!(
        error.to_string(),
        "`authorizer_timeout` cannot be zero, because then every call would time out; set a larger value, or leave the \
         setting out"
    );
    let bound = Duration::from_millis(99);
    let error = shared().revocation_bound(bound).err().unwrap();
    assert!(matches!(error, ConfigError::RevocationBound { bound: given, .. } if given == bound));
    assert_eq!(
        error.to_string(),
        "the revocation bound is 99ms; use at least 100ms"
    );
}

#[tokio::test]
async fn a_cache_that_is_off_keeps_nothing() {
    let not_kept = MockAnswer::respond(AuthorizerResponse::allow("*").with_max_age(ZERO));
    for layer in [
        layer().result_ttl(ZERO).unwrap(),
        layer().cache(ResultCache::with_max_bytes(0)),
        LambdaAuthorizerLayer::token(MockAuthorizer::answering(not_kept)),
    ] {
        let harness = Harness::new(layer);
        for invocations in 1..=2 {
            let response = harness.get("/").header("authorization", "t").send().await;
            response.assert_status(200).assert_invocations(invocations);
        }
    }
}
