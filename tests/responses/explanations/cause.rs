//! Why the authorizer returned `Unauthorized`: in the denial, and nowhere else.

mod masked;

use std::{
    error::Error,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http_body_util::BodyExt;
use tower_lambda_authorizer::{
    AuthorizerErrorKind, DenialReason, OrFailed, OrUnauthorized, gateway_responses::GatewayResponse,
};

use super::*;
use crate::empty_service::empty;

type AnyError = Box<dyn Error + Send + Sync>;

/// An error with a source, as libraries for tokens have them.
#[derive(Debug)]
struct Rejected(std::num::ParseIntError);

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvalidToken")
    }
}

impl Error for Rejected {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

fn rejected() -> Result<u8, Rejected> {
    "x".parse().map_err(Rejected)
}

/// Fails with what this function returns. It gets the request.
fn failing_with(
    error: impl Fn(&AuthorizerRequest) -> AuthorizerError + Send + Sync + 'static,
) -> BoxAuthorizer {
    BoxAuthorizer::new(authorizer_fn(move |request| {
        let error = error(&request);
        async move { Err::<AuthorizerResponse, _>(error) }
    }))
}

fn bearer() -> Builder {
    get("/pets").header("authorization", "Bearer t0ken")
}

fn cause(denial: &Denial) -> Option<&str> {
    match denial.reason() {
        DenialReason::AuthorizerSaidUnauthorized { cause, .. } => cause.as_deref(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn the_cause_and_its_sources_are_in_the_denial() {
    let layer = token(failing_with(|_| rejected().or_unauthorized().unwrap_err()));
    let denial = denied(&layer, bearer()).await;
    let chain = "InvalidToken: invalid digit found in string";
    assert_eq!(cause(&denial), Some(chain));
    let reason = format!("the authorizer returned `Unauthorized`: {chain}");
    assert_eq!(denial.reason().to_string(), reason);
    assert_eq!(denial.to_string(), reason);
    // The cause is enough: whatever else could be said of the token would be a guess.
    let explanation = denial.explanation();
    assert_eq!(explanation.reason(), reason);
    assert!(explanation.remedies().is_empty(), "{explanation}");
}

#[tokio::test]
async fn without_a_cause_there_are_guesses() {
    let layer = token(failing_with(|_| AuthorizerError::unauthorized()));
    let denial = denied(&layer, bearer()).await;
    assert_eq!(cause(&denial), None);
    assert_eq!(denial.to_string(), "the authorizer returned `Unauthorized`");
    let explanation = denial.explanation();
    let causes: Vec<_> = explanation.remedies().iter().map(Remedy::cause).collect();
    assert_eq!(
        causes,
        ["unauthorized-without-cause", "bearer-prefix-handed-over"]
    );
}

/// A 500 has its own message and its own remedies.
#[tokio::test]
async fn a_cause_does_not_make_a_401_of_a_500() {
    let layer = token(failing_with(|_| {
        AuthorizerError::new("the database is down").because("connection refused")
    }));
    let explanation = denied(&layer, bearer()).await.explanation();
    assert_eq!(
        explanation.reason(),
        "the authorizer failed: the database is down: connection refused"
    );
    assert_eq!(explanation.response().unwrap().status(), 500);
}

#[test]
fn errors_of_all_kinds_are_causes() {
    let text = |error: AuthorizerError| {
        assert_eq!(error.kind(), AuthorizerErrorKind::Unauthorized);
        assert_eq!(error.to_string(), "Unauthorized");
        error.source().map(ToString::to_string)
    };
    let unauthorized = AuthorizerError::unauthorized;
    let because = |error| text(error);
    assert_eq!(because(unauthorized()), None);
    assert_eq!(because(unauthorized().because("a")).unwrap(), "a");
    assert_eq!(
        because(unauthorized().because("a".to_owned())).unwrap(),
        "a"
    );
    assert_eq!(
        because(unauthorized().because("a").because("b")).unwrap(),
        "b"
    );
    assert_eq!(
        because(unauthorized().because(AnyError::from("a"))).unwrap(),
        "a"
    );
    assert_eq!(
        because(unauthorized().because(rejected().unwrap_err())).unwrap(),
        "InvalidToken"
    );

    let failed = |result: Result<u8, AuthorizerError>| text(result.unwrap_err());
    assert_eq!(failed(None.or_unauthorized()), None);
    assert_eq!(failed(Err("a").or_unauthorized()).unwrap(), "a");
    assert_eq!(
        failed(Err(AnyError::from("a")).or_unauthorized()).unwrap(),
        "a"
    );
    assert_eq!(
        failed(rejected().or_unauthorized()).unwrap(),
        "InvalidToken"
    );
    // A failure is not the caller's fault, unless the application says so.
    let failure = || Err(AuthorizerError::new("a"));
    assert_eq!(failed(failure().or_unauthorized()).unwrap(), "a");
    // A 401 keeps its cause.
    let nested = || Err(unauthorized().because("a"));
    assert_eq!(failed(nested().or_unauthorized()).unwrap(), "a");

    assert_eq!(Some(7).or_unauthorized().unwrap(), 7);
    assert_eq!(Ok::<_, AnyError>(7).or_unauthorized().unwrap(), 7);
    assert_eq!(Ok::<_, AnyError>(7).or_failed().unwrap(), 7);
}

#[test]
fn an_error_is_a_500_unless_its_message_is_unauthorized() {
    for (error, kind) in [
        ("a", AuthorizerErrorKind::Failed),
        ("Unauthorized: a", AuthorizerErrorKind::Failed),
        ("Unauthorized", AuthorizerErrorKind::Unauthorized),
    ] {
        let failed = Err::<u8, _>(AnyError::from(error)).or_failed();
        let failed = failed.unwrap_err();
        assert_eq!(failed.kind(), kind, "{error}");
        assert_eq!(failed.to_string(), error);
    }
}

/// As with `anyhow`'s `context("Unauthorized")`.
#[tokio::test]
async fn the_sources_of_an_error_called_unauthorized_are_its_cause() {
    #[derive(Debug)]
    struct Context(AnyError);
    impl fmt::Display for Context {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Unauthorized")
        }
    }
    impl Error for Context {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&*self.0)
        }
    }
    let layer = token(failing_with(|_| Context("ExpiredSignature".into()).into()));
    let denial = denied(&layer, bearer()).await;
    assert_eq!(cause(&denial), Some("ExpiredSignature"));
}

#[tokio::test]
async fn the_client_never_sees_the_cause() {
    let every_variable = "$context.error.message $context.error.messageString $context.authorizer.cause \
                          $context.error.validationErrorString";
    let entry = GatewayResponse::new().template("text/plain", every_variable);
    let responses = GatewayResponses::default().with(ResponseType::Unauthorized, entry);
    let authorizer = || failing_with(|_| AuthorizerError::unauthorized().because("th3-cause"));
    for layer in [
        token(authorizer()),
        token(authorizer()).gateway_responses(responses.unwrap()),
    ] {
        let service = layer.layer(service_fn(empty::<Body>));
        let request = bearer().body(Body::new()).unwrap();
        let response = service.oneshot(request).await.unwrap();
        assert_eq!(response.status(), 401);
        let (head, body) = response.into_parts();
        let denial = head.extensions.get::<Denial>().unwrap();
        assert_eq!(cause(denial), Some("th3-cause"));
        assert!(!format!("{:?}", head.headers).contains("th3-cause"));
        let body = body.collect().await.ok().unwrap().to_bytes();
        assert!(!String::from_utf8_lossy(&body).contains("th3-cause"));
    }
}

#[tokio::test]
async fn a_cached_unauthorized_keeps_its_cause() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let authorizer = failing_with(move |_| {
        let call = counter.fetch_add(1, Ordering::Relaxed);
        AuthorizerError::unauthorized().because(format!("call {call}"))
    });
    let cache = ResultCache::new().unauthorized_ttl(Duration::from_secs(10));
    let layer = LambdaAuthorizerLayer::token(authorizer).cache(cache);
    for _ in 0..2 {
        let denial = denied(&layer, bearer()).await;
        assert_eq!(cause(&denial), Some("call 0"));
        assert!(denial.explanation().remedies().is_empty());
    }
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_cached_cause_counts_towards_the_limit_of_the_cache() {
    let with_cause = |length: usize| {
        let cause = "x".repeat(length);
        let authorizer =
            failing_with(move |_| AuthorizerError::unauthorized().because(cause.clone()));
        let cache = ResultCache::new().unauthorized_ttl(Duration::from_secs(10));
        LambdaAuthorizerLayer::token(authorizer).cache(cache)
    };
    let mut bytes = Vec::new();
    for length in [1, 10_001] {
        let layer = with_cause(length);
        denied(&layer, bearer()).await;
        bytes.push(layer.results().statistics().bytes);
    }
    assert_eq!(bytes[1] - bytes[0], 10_000);
}

#[tokio::test]
async fn requests_that_joined_a_call_get_its_cause() {
    let (calls, gate) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(tokio::sync::Semaphore::new(0)),
    );
    let (counter, opened) = (Arc::clone(&calls), Arc::clone(&gate));
    let authorizer = BoxAuthorizer::new(authorizer_fn(move |_| {
        let (counter, opened) = (Arc::clone(&counter), Arc::clone(&opened));
        async move {
            counter.fetch_add(1, Ordering::Relaxed);
            let _permit = opened.acquire().await?;
            let error = AuthorizerError::unauthorized().because("ExpiredSignature");
            Err::<AuthorizerResponse, _>(error)
        }
    }));
    let layer = token(authorizer);
    let open = async {
        tokio::task::yield_now().await;
        gate.add_permits(1);
    };
    let (first, second, ()) =
        tokio::join!(denied(&layer, bearer()), denied(&layer, bearer()), open);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    for denial in [first, second] {
        assert_eq!(cause(&denial), Some("ExpiredSignature"));
    }
}

#[tokio::test]
async fn a_cause_is_one_line_of_bounded_length() {
    let layer = token(failing_with(|_| {
        AuthorizerError::unauthorized().because("a\nb".repeat(100_000))
    }));
    let denial = denied(&layer, bearer()).await;
    assert!(cause(&denial).unwrap().len() <= 16 * 1024);
    assert!(!denial.to_string().contains('\n'));
    assert!(denial.to_string().len() <= 2_000);
}

/// An endless chain of sources.
#[tokio::test]
async fn a_cause_that_is_its_own_source_ends() {
    #[derive(Debug, Clone, Copy)]
    struct Endless;
    impl fmt::Display for Endless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("again")
        }
    }
    impl Error for Endless {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&Endless)
        }
    }
    let layer = token(failing_with(|_| {
        AuthorizerError::unauthorized().because(Endless)
    }));
    let denial = denied(&layer, bearer()).await;
    assert_eq!(cause(&denial).unwrap().matches("again").count(), 33);
}

/// If it were a failure, the layer could serve a stale result, which might allow the request.
#[tokio::test]
async fn a_cause_that_panics_is_still_a_401() {
    #[derive(Debug)]
    struct Panics;
    impl fmt::Display for Panics {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("as told")
        }
    }
    impl Error for Panics {}
    let layer = token(failing_with(|_| {
        AuthorizerError::unauthorized().because(Panics)
    }));
    let denial = denied(&layer, bearer()).await;
    assert_eq!(cause(&denial), Some("the cause panicked: as told"));
}

#[tokio::test]
async fn a_source_that_panics_is_still_a_401() {
    #[derive(Debug)]
    struct Panics;
    impl fmt::Display for Panics {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Unauthorized")
        }
    }
    impl Error for Panics {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            panic!("as told")
        }
    }
    let layer = token(failing_with(|_| Panics.into()));
    let denial = denied(&layer, bearer()).await;
    assert_eq!(cause(&denial), Some("the cause panicked: as told"));
}
