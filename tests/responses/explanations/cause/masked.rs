//! The request's credentials in a cause, which are masked. The names of most headers here do not say that their values are
//! credentials. Only the identity sources do.

use tower_lambda_authorizer::IdentitySource;

use super::*;
use crate::empty_service::empty;

#[tokio::test]
async fn credentials_in_a_cause_are_masked() {
    let secret = format!("s3cr3t{:016x}", fastrand::u64(..));
    let layer = token(failing_with(|request| {
        let said = format!("no such token: {}", request.token().unwrap_or_default());
        AuthorizerError::unauthorized().because(said)
    }));
    let request = get("/pets").header("authorization", format!("Bearer {secret}"));
    let denial = denied(&layer, request).await;
    let debug = format!("{denial:?}");
    for text in [denial.to_string(), denial.explanation().to_string(), debug] {
        assert!(text.contains("no such token: "), "{text}");
        assert!(!text.contains(&secret), "{text}");
    }
}

/// A short token may be a word of ours.
#[tokio::test]
async fn only_what_the_authorizer_said_is_masked() {
    let said = |error| async move {
        let layer = token(failing(error));
        let request = get("/pets").header("authorization", "authorizer");
        denied(&layer, request).await.to_string()
    };
    assert_eq!(said("down").await, "the authorizer failed: down");
    let masked = "the authorizer failed: an *** is down";
    assert_eq!(said("an authorizer is down").await, masked);
}

/// Fails with the values of this header of the request in the cause.
fn repeating(header: &'static str) -> BoxAuthorizer {
    failing_with(move |request| {
        let values = request.headers().get_all(header).iter();
        let values: Vec<_> = values.map(|value| value.to_str().unwrap()).collect();
        AuthorizerError::unauthorized().because(format!("no such token: {}", values.join(" ")))
    })
}

fn assert_masked(texts: &[String], secret: &str) {
    for text in texts {
        assert!(text.contains("no such token: ***"), "{text}");
        assert!(!text.contains(secret), "{text}");
    }
}

/// A hit refuses the request before its identity is made for the authorizer.
#[tokio::test]
async fn a_credential_in_a_cached_cause_is_masked_in_the_response_too() {
    let cache = ResultCache::new().unauthorized_ttl(Duration::from_secs(10));
    let layer = request(repeating("x-caller"), &["method.request.header.X-Caller"])
        .cache(cache)
        .gateway_responses(GatewayResponses::for_development());
    let service = layer.layer(service_fn(empty::<Body>));
    for _ in ["a call", "a hit"] {
        let request = get("/pets").header("x-caller", "s3cr3t-s3cr3t");
        let request = request.body(Body::new()).unwrap();
        let response = service.clone().oneshot(request).await.unwrap();
        let header = response.headers()["x-lambda-authorizer-explanation"].clone();
        let denial = response.extensions().get::<Denial>().unwrap().to_string();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        let texts = [header.to_str().unwrap().to_owned(), denial, body];
        assert_masked(&texts, "s3cr3t");
    }
}

/// The authorizer sees them all, whichever of them counts.
#[tokio::test]
async fn the_credential_of_an_alternative_that_does_not_count_is_masked() {
    let sources = IdentitySource::first_of([
        "method.request.header.X-Caller",
        "method.request.header.X-Old-Caller",
    ]);
    let layer = LambdaAuthorizerLayer::request(repeating("x-old-caller"), sources.unwrap());
    let request = get("/pets")
        .header("x-caller", "t0ken")
        .header("x-old-caller", "s3cr3t-s3cr3t");
    let denial = denied(&layer.unwrap(), request).await;
    let texts = [denial.to_string(), denial.explanation().to_string()];
    assert_masked(&texts, "s3cr3t");
}

/// Only one value of a header counts, but the authorizer sees all of them.
#[tokio::test]
async fn every_value_of_a_repeated_header_is_masked() {
    let layer = request(repeating("x-caller"), &["method.request.header.X-Caller"]);
    for values in [["s3cr3t-s3cr3t", "t0ken"], ["t0ken", "s3cr3t-s3cr3t"]] {
        let request = get("/pets").header("x-caller", values[0]);
        let denial = denied(&layer, request.header("x-caller", values[1])).await;
        assert!(!denial.to_string().contains("s3cr3t"), "{denial}");
    }
}
