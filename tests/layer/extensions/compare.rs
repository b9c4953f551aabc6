//! The deciding authorizer decides, whatever the watched one does, and every difference is reported.

use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use http::Request;
use serde_json::json;
use tokio::time::Instant;
use tower_lambda_authorizer::{
    Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer,
    ComparedOutcome, DenialReason, Difference, LambdaAuthorizerLayer, authorizer_fn, compare,
    policy::{Effect, PolicyDocument, Statement},
    testing::{Harness, MockAnswer, MockAuthorizer},
};

type Differences = Arc<Mutex<Vec<Difference>>>;

fn noting(differences: &Differences) -> impl Fn(&Difference) + Send + Sync + use<> {
    let differences = Arc::clone(differences);
    move |difference| differences.lock().unwrap().push(difference.clone())
}

fn taken(differences: &Differences) -> Vec<Difference> {
    std::mem::take(&mut *differences.lock().unwrap())
}

/// The response of one request, and the differences.
async fn compared(
    deciding: impl Authorizer,
    watched: impl Authorizer,
) -> (
    tower_lambda_authorizer::testing::TestResponse,
    Vec<Difference>,
) {
    let differences = Differences::default();
    let layer = LambdaAuthorizerLayer::token(compare(deciding, watched, noting(&differences)));
    let harness = Harness::new(layer);
    let response = harness
        .get("/pets")
        .header("authorization", "t")
        .send()
        .await;
    (response, taken(&differences))
}

#[tokio::test]
async fn the_outcome_is_that_of_the_deciding_one_in_every_combination() {
    let answers = || {
        [
            MockAnswer::allow(),
            MockAnswer::deny(),
            MockAnswer::unauthorized(),
            MockAnswer::fail("no database"),
            MockAnswer::panic("a bug"),
        ]
    };
    for (d, deciding) in answers().into_iter().enumerate() {
        for (w, watched) in answers().into_iter().enumerate() {
            let deciding = MockAuthorizer::answering(deciding.clone());
            let watched = MockAuthorizer::answering(watched);
            let (response, differences) = compared(deciding.clone(), watched.clone()).await;
            match d {
                0 => response.assert_allowed(),
                1 => response.assert_denied(),
                2 => response.assert_unauthorized(),
                _ => response.assert_authorizer_broken(),
            };
            assert_eq!(deciding.invocations(), 1);
            // A panic of the deciding one ends the call.
            let is_different = d != 4 && d != w && !(d == 3 && w == 4);
            assert_eq!(differences.len(), usize::from(is_different), "{d} {w}");
            if is_different {
                assert!(differences[0].is_decision_different(), "{d} {w}");
                assert_eq!(watched.invocations(), 1);
            }
        }
    }
}

#[tokio::test]
async fn a_difference_says_what_differs() {
    let allow = || AuthorizerResponse::allow("*").with_principal_id("1");
    let answering = |response: AuthorizerResponse| {
        authorizer_fn(move |_| {
            let response = response.clone();
            async move { Ok(response) }
        })
    };
    for (watched, expected) in [
        (allow(), None),
        (
            allow().with_principal_id("2"),
            Some("each of the authorizers allows it; the principals differ"),
        ),
        (
            allow()
                .with_context("b", "s3cret")
                .with_context("a", 1)
                .with_usage_identifier_key("s3cret"),
            Some(
                "each of the authorizers allows it; the contexts differ in a, b, usageIdentifierKey",
            ),
        ),
        // It would decide other requests from the cache.
        (
            AuthorizerResponse::allow("arn:aws:execute-api:*:*:*/*/GET/pets")
                .with_principal_id("1"),
            Some("each of the authorizers allows it; the policies differ"),
        ),
        (
            AuthorizerResponse::allow("arn:aws:execute-api:*:*:*/*/GET/dogs")
                .with_principal_id("1"),
            Some(
                "the deciding authorizer allows it, the watched one denies it; the policies differ",
            ),
        ),
        (
            AuthorizerResponse::simple(true),
            Some("the deciding authorizer allows it, the watched one fails"),
        ),
        (
            allow().with_context("list", json!([1])),
            Some("the deciding authorizer allows it, the watched one fails"),
        ),
    ] {
        let (response, differences) = compared(answering(allow()), answering(watched)).await;
        response.assert_allowed().assert_principal("1");
        let found = differences.first().map(ToString::to_string);
        let expected = expected.map(|text| {
            format!("arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets: {text}")
        });
        assert_eq!(found, expected);
    }
    // The service receives the text `1` in both cases.
    let (_, differences) = compared(
        answering(allow().with_context("level", 1)),
        answering(allow().with_context("level", "1")),
    )
    .await;
    assert_eq!(differences, []);
}

#[tokio::test]
async fn a_condition_that_only_the_layer_can_decide_is_never_taken_for_agreement() {
    let with_condition = |key: &str, value: &str| {
        let json = json!({"principalId": "1", "policyDocument": {"Statement": {
            "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*",
            "Condition": {"StringEquals": {key: value}}
        }}});
        let response = AuthorizerResponse::from_json(json.to_string().as_bytes()).unwrap();
        authorizer_fn(move |_| {
            let response = response.clone();
            async move { Ok(response) }
        })
    };
    let deny = || {
        authorizer_fn(|_| async {
            let policy = PolicyDocument::new([Statement::invoke(Effect::Deny, ["*"])]);
            Ok(AuthorizerResponse::policy(policy).with_principal_id("1"))
        })
    };
    for key in ["aws:SecureTransport", "aws:SourceIp", "acme:Plan"] {
        let (_, differences) = compared(with_condition(key, "x"), deny()).await;
        assert_eq!(
            *differences[0].deciding(),
            ComparedOutcome::Conditional,
            "{key}"
        );
        assert_eq!(*differences[0].watched(), ComparedOutcome::Denied, "{key}");
        let (_, differences) = compared(with_condition(key, "x"), with_condition(key, "x")).await;
        assert_eq!(differences, [], "{key}");
        let (_, differences) = compared(with_condition(key, "x"), with_condition(key, "y")).await;
        assert!(differences[0].is_policy_different(), "{key}");
    }
    // The decision uses what the authorizers can see.
    let (_, differences) = compared(with_condition("aws:UserAgent", "x"), deny()).await;
    assert_eq!(*differences[0].deciding(), ComparedOutcome::Denied);
}

#[tokio::test(start_paused = true)]
async fn an_answer_does_not_wait_for_the_watched_one() {
    let began = Instant::now();
    let allow = || MockAuthorizer::allowing();
    let (response, differences) = compared(allow(), authorizer_fn(|_| pending())).await;
    response.assert_allowed();
    assert_eq!(*differences[0].watched(), ComparedOutcome::TimedOut);
    assert_eq!(began.elapsed(), Duration::ZERO);

    // A deciding authorizer that takes its time gives the same time to the watched one.
    let slow = MockAuthorizer::answering(MockAnswer::allow().after(Duration::from_secs(2)));
    let faster = MockAuthorizer::answering(MockAnswer::deny().after(Duration::from_secs(1)));
    let (response, differences) = compared(slow, faster).await;
    response.assert_allowed();
    assert_eq!(*differences[0].watched(), ComparedOutcome::Denied);
    assert_eq!(began.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_waits_no_longer_than_allowed() {
    for (seconds, waited, expected) in [
        (2, 2, ComparedOutcome::Denied),
        (3600, 5, ComparedOutcome::TimedOut),
    ] {
        let differences = Differences::default();
        let slow = MockAnswer::deny().after(Duration::from_secs(seconds));
        let authorizer = compare(
            MockAuthorizer::allowing(),
            MockAuthorizer::answering(slow),
            noting(&differences),
        );
        let layer = LambdaAuthorizerLayer::token(authorizer.wait_at_most(Duration::from_secs(5)));
        let began = Instant::now();
        let request = Request::get("/pets")
            .header("authorization", "t")
            .body(())
            .unwrap();
        assert!(layer.explain(request).await.is_allowed());
        assert_eq!(began.elapsed().as_secs(), waited);
        assert_eq!(*taken(&differences)[0].watched(), expected);
    }
}

/// Panics in every place where the layer runs the code of the watched authorizer or the report.
#[tokio::test]
async fn no_panic_of_the_watched_one_or_of_the_report_leaves_the_comparison() {
    struct PanicsWhenDropped;
    impl Drop for PanicsWhenDropped {
        fn drop(&mut self) {
            assert!(std::thread::panicking(), "dropped");
        }
    }
    #[derive(Debug)]
    struct ErrorThatPanics;
    impl std::fmt::Display for ErrorThatPanics {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an error")
        }
    }
    impl std::error::Error for ErrorThatPanics {}
    impl Drop for ErrorThatPanics {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    struct PanicsWhenAsked;
    impl Authorizer for PanicsWhenAsked {
        fn authorize(
            &self,
            _: AuthorizerRequest,
        ) -> impl Future<Output = Result<AuthorizerResponse, AuthorizerError>> + Send {
            assert!(std::thread::panicking(), "asked");
            async { Err(AuthorizerError::unauthorized()) }
        }
    }
    let watched = [
        BoxAuthorizer::new(PanicsWhenAsked),
        BoxAuthorizer::new(MockAuthorizer::answering(MockAnswer::panic("polled"))),
        BoxAuthorizer::new(authorizer_fn(|_| async {
            let _held = PanicsWhenDropped;
            pending().await
        })),
        BoxAuthorizer::new(authorizer_fn(|_| async { Err(ErrorThatPanics.into()) })),
    ];
    for watched in watched {
        let (response, differences) = compared(MockAuthorizer::allowing(), watched).await;
        response.assert_allowed();
        assert_eq!(differences.len(), 1);
    }
    let layer = LambdaAuthorizerLayer::token(compare(
        MockAuthorizer::allowing(),
        MockAuthorizer::denying(),
        |_: &Difference| panic!("reported"),
    ));
    let request = Request::get("/pets")
        .header("authorization", "t")
        .body(())
        .unwrap();
    assert!(layer.explain(request).await.is_allowed());
}

#[tokio::test]
async fn only_misses_are_compared_and_only_the_deciding_answer_is_cached() {
    let differences = Differences::default();
    let (deciding, watched) = (MockAuthorizer::denying(), MockAuthorizer::allowing());
    let layer = LambdaAuthorizerLayer::token(compare(
        deciding.clone(),
        watched.clone(),
        noting(&differences),
    ));
    let harness = Harness::new(layer);
    for _ in 0..3 {
        harness
            .get("/pets")
            .header("authorization", "t")
            .send()
            .await
            .assert_denied();
    }
    assert_eq!((deciding.invocations(), watched.invocations()), (1, 1));
    assert_eq!(taken(&differences).len(), 1);
    // Both get the same request.
    assert_eq!(watched.requests()[0].token(), Some("t"));
}

#[tokio::test]
async fn a_request_that_is_gone_reports_nothing_and_ends_both_calls() {
    struct Counted(Arc<AtomicUsize>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    let dropped = Arc::<AtomicUsize>::default();
    let never = || {
        let dropped = Arc::clone(&dropped);
        authorizer_fn(move |_| {
            let held = Counted(Arc::clone(&dropped));
            async move {
                let _held = held;
                pending().await
            }
        })
    };
    let differences = Differences::default();
    let layer = LambdaAuthorizerLayer::token(compare(never(), never(), noting(&differences)));
    let request = Request::get("/pets")
        .header("authorization", "t")
        .body(())
        .unwrap();
    let mut call = Box::pin(layer.explain(request));
    assert!(futures_util::poll!(call.as_mut()).is_pending());
    drop(call);
    assert_eq!(dropped.load(SeqCst), 2);
    assert_eq!(taken(&differences), []);
}

#[test]
fn without_a_timer_there_is_no_wait() {
    let layer = |differences: &Differences| {
        let authorizer = compare(
            MockAuthorizer::allowing(),
            authorizer_fn(|_| pending()),
            noting(differences),
        );
        LambdaAuthorizerLayer::token(authorizer.wait_at_most(Duration::from_secs(3600)))
            .no_authorizer_timeout()
    };
    let why = std::thread::spawn(move || {
        let differences = Differences::default();
        let request = Request::get("/pets")
            .header("authorization", "t")
            .body(())
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let why = runtime.block_on(layer(&differences).explain(request));
        (why.is_allowed(), taken(&differences).len())
    });
    assert_eq!(why.join().unwrap(), (true, 1));
}

#[tokio::test]
async fn a_failure_of_the_deciding_one_keeps_its_own_reason() {
    let (response, _) = compared(
        MockAuthorizer::answering(MockAnswer::fail("the first")),
        MockAuthorizer::answering(MockAnswer::fail("the second")),
    )
    .await;
    let reason = response.denial().unwrap().reason();
    assert!(
        matches!(reason, DenialReason::AuthorizerFailed { message, .. } if message == "the first")
    );
}
