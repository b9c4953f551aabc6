//! Ten thousand requests at once with a token that nobody has asked about yet.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bench_harness::targets::Target;
use http::{Request, Response, StatusCode};
use tokio::{runtime, task, time};
use tower_lambda_authorizer::{AuthorizerError, LambdaAuthorizerLayer, authorizer_fn};
use tower_layer::Layer;
use tower_service::Service;

use crate::hits::response;

const REQUESTS: usize = 10_000;
const AUTHORIZER: Duration = Duration::from_millis(50);

/// If no time is measured, it answers so late that all requests have come on a busy machine, too: one that comes after
/// a failure is right to ask again.
const LATE: Duration = Duration::from_secs(2);

/// As a bare service; axum's own body is not what is measured here.
#[derive(Debug, Clone)]
struct Inside;

impl Service<Request<()>> for Inside {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        std::future::ready(Ok(Response::new(String::new())))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Allowed,
    Failing,
    LeaderCancelled,
}

/// How often the authorizer is called is counted in any case, but times only mean something where they are asked for.
pub(crate) fn run(timed: bool) -> Vec<Target> {
    let authorizer = if timed { AUTHORIZER } else { LATE };
    println!("10,000 requests at once that miss one key, the authorizer takes {authorizer:?}");
    let endings = [
        ("ok", Ending::Allowed),
        ("failing", Ending::Failing),
        ("leader_cancelled", Ending::LeaderCancelled),
    ];
    let targets = endings.into_iter().flat_map(|(name, ending)| {
        let mut runtime = runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().build().expect("a timer");
        let (calls, took) = runtime.block_on(stampede(ending, authorizer));
        let milliseconds = took.as_secs_f64() * 1000.0;
        println!("{name:<24} calls {calls}, {milliseconds:.1} ms");
        let calls = Target::at_most(format!("stampede_{name}_calls"), calls as f64, 1.0);
        let time = Target::at_most(format!("stampede_{name}_ms"), milliseconds, 65.0);
        [Some(calls), timed.then_some(time)].into_iter().flatten()
    });
    let targets = targets.collect();
    println!();
    targets
}

async fn stampede(ending: Ending, takes: Duration) -> (usize, Duration) {
    let calls = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&calls);
    let authorizer = authorizer_fn(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        async move {
            time::sleep(takes).await;
            match ending {
                Ending::Failing => Err(AuthorizerError::new("out of order")),
                Ending::Allowed | Ending::LeaderCancelled => Ok(response(1)),
            }
        }
    });
    let service = LambdaAuthorizerLayer::token(authorizer).layer(Inside);
    let request = || Request::get("/pets/1").header("authorization", "Bearer token");
    let requests: Vec<_> = (0..REQUESTS)
        .map(|_| request().body(()).expect("a request"))
        .collect();
    let begun = Instant::now();
    let mut waiting: Vec<_> = requests
        .into_iter()
        .map(|request| {
            let mut service = service.clone();
            task::spawn(async move {
                let response = service.call(request).await;
                response.unwrap_or_else(|never| match never {}).status()
            })
        })
        .collect();
    if ending == Ending::LeaderCancelled {
        task::yield_now().await;
        waiting.remove(0).abort();
    }
    let expected = match ending {
        Ending::Failing => StatusCode::INTERNAL_SERVER_ERROR,
        Ending::Allowed | Ending::LeaderCancelled => StatusCode::OK,
    };
    for answer in waiting {
        assert_eq!(answer.await.expect("it was not cancelled"), expected);
    }
    (calls.load(Ordering::Relaxed), begun.elapsed())
}
