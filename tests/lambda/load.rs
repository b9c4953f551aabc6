//! `LambdaFunction` with the cache under load, and while the function is killed.

use std::time::Duration;

use axum::Router;
use http::StatusCode;
use tower_lambda_authorizer::{
    LambdaAuthorizerLayer,
    lambda::{LambdaFunction, SdkInvoke},
};

use crate::fake_lambda::{Deployment, FakeLambda, programs::example};
use crate::pets;

const AT_ONCE: usize = 20;
const TOKENS: usize = 100;

/// Sends this many requests for each token, and returns the statuses and reasons.
async fn send(app: &Router, tokens: &'static str, times: usize) -> Vec<(StatusCode, String)> {
    let clients = (0..AT_ONCE).map(|client| {
        let app = app.clone();
        tokio::spawn(async move {
            let mut answers = Vec::new();
            for request in (client..TOKENS * times).step_by(AT_ONCE) {
                let token = format!("allow {tokens} {}", request % TOKENS);
                let answer = pets::get_pets(app.clone(), &token).await;
                answers.push((answer.status, answer.why));
            }
            answers
        })
    });
    let mut answers = Vec::new();
    for client in clients.collect::<Vec<_>>() {
        answers.extend(client.await.unwrap());
    }
    assert_eq!(answers.len(), TOKENS * times);
    answers
}

fn assert_all(answers: &[(StatusCode, String)], status: StatusCode) {
    let other = answers.iter().find(|(found, _)| *found != status);
    assert_eq!(other, None, "not all of {} are {status}", answers.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_is_invoked_once_for_a_token_and_may_fail_meanwhile() {
    let deployment = Deployment::new(example("function_as_told"))
        .concurrency(2 * AT_ONCE)
        .timeout(Duration::from_secs(30));
    let lambda = FakeLambda::start([("as-told", deployment)]).await;
    let function = lambda.function("as-told");
    let invoke = SdkInvoke::new(lambda.client(), "as-told").unwrap();
    // A busy machine may need longer than the usual ten seconds.
    let invoke = invoke.timeout(Duration::from_secs(60)).unwrap();
    let app = pets::guarded(LambdaAuthorizerLayer::token(LambdaFunction::new(invoke)));

    // The first half of the load.
    assert_all(&send(&app, "known", 10).await, StatusCode::OK);
    assert_eq!(function.invocations(), TOKENS);

    // The function is killed while requests wait for it.
    let waiting = tokio::spawn({
        let app = app.clone();
        async move { pets::get_pets(app, "sleep").await }
    });
    function.invoked(TOKENS + 1).await;
    function.break_down();
    let answer = waiting.await.unwrap();
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        answer.why.contains("signal: killed (Runtime.ExitError)"),
        "{answer:?}"
    );

    // The second half: callers with a cached result pass, and new callers get a 500.
    let (known, new) = tokio::join!(send(&app, "known", 10), send(&app, "new", 1));
    assert_all(&known, StatusCode::OK);
    assert_all(&new, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        new.iter()
            .all(|(_, why)| why.contains("Runtime.InvalidEntrypoint")),
        "{:?}",
        new.first()
    );
    assert_eq!(function.invocations(), TOKENS + 1);

    // The layer was not restarted, and no failure was cached.
    function.repair();
    assert_all(&send(&app, "new", 2).await, StatusCode::OK);
    assert_all(&send(&app, "known", 1).await, StatusCode::OK);
    assert_eq!(function.invocations(), 2 * TOKENS + 1);
}
