//! The cache with many concurrent requests on several threads, and the limit of concurrent calls.

use std::{
    future::{Future, pending},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{Request, Response};
use tokio::{sync::Semaphore, task::yield_now, time::Instant};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    Authorizer, AuthorizerResponse, Denial, DenialReason, LambdaAuthorizerLayer, authorizer_fn,
    caching::ResultCache,
};

use crate::empty_service::empty;

mod contained;

/// An authorizer that answers when the test permits it.
struct Gate {
    open: Arc<Semaphore>,
    calls: Arc<AtomicUsize>,
    cache: ResultCache,
}

impl Gate {
    fn new() -> Self {
        Self {
            open: Arc::new(Semaphore::new(0)),
            calls: Arc::default(),
            cache: ResultCache::new(),
        }
    }

    fn layer(&self) -> LambdaAuthorizerLayer<impl Authorizer + use<>> {
        let (open, calls) = (Arc::clone(&self.open), Arc::clone(&self.calls));
        let authorizer = authorizer_fn(move |_| {
            let open = Arc::clone(&open);
            calls.fetch_add(1, Ordering::SeqCst);
            async move {
                let _permit = open.acquire().await;
                Ok(AuthorizerResponse::allow("*"))
            }
        });
        LambdaAuthorizerLayer::token(authorizer).cache(self.cache.clone())
    }

    fn open(&self) {
        self.open.close();
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn calls_in_progress(&self, expected: usize) {
        let found = format!("{:?}", self.cache);
        let expected = format!("calls_in_progress: {expected} ");
        assert!(found.contains(&expected), "{expected}: {found}");
    }
}

fn send<A: Authorizer>(
    layer: &LambdaAuthorizerLayer<A>,
    token: &str,
) -> impl Future<Output = Response<()>> + Send + use<A> {
    let service = layer.layer(service_fn(empty::<()>));
    let request = Request::get("/").header("authorization", token);
    let response = service.oneshot(request.body(()).unwrap());
    async move { response.await.unwrap().map(|_| ()) }
}

/// Waits until this many requests have joined calls of others.
async fn until_joined<A: Authorizer>(layer: &LambdaAuthorizerLayer<A>, requests: u64) {
    while layer.results().statistics().joined < requests {
        yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_requests_on_several_threads_make_one_call() {
    const REQUESTS: u64 = 10_000;
    let gate = Gate::new();
    let layer = gate.layer();
    let requests: Vec<_> = (0..REQUESTS)
        .map(|_| tokio::spawn(send(&layer, "a")))
        .collect();
    until_joined(&layer, REQUESTS - 1).await;
    gate.calls_in_progress(1);
    gate.open();
    for request in requests {
        assert_eq!(request.await.unwrap().status(), 200);
    }
    assert_eq!(gate.calls(), 1);
    gate.calls_in_progress(0);
}

/// Requests that began or joined a call may be cancelled at any time. For each key, one request is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_requests_with_some_cancelled_make_one_call_for_each_key() {
    const KEYS: [&str; 5] = ["a", "b", "c", "d", "e"];
    for seed in 0..10 {
        let mut random = fastrand::Rng::with_seed(seed);
        let gate = Gate::new();
        let layer = gate.layer();
        // The requests that are cancelled come first, so that some of them begin the calls.
        let leaving = KEYS.map(|key| tokio::spawn(send(&layer, key)));
        while gate.calls() < KEYS.len() {
            yield_now().await;
        }
        let staying = KEYS.map(|key| tokio::spawn(send(&layer, key)));
        until_joined(&layer, 5).await;
        let mut requests = Vec::from(leaving);
        let mut cancelled = 0;
        for _ in requests.len()..1_000 {
            let key = random.choice(KEYS).unwrap();
            requests.push(tokio::spawn(send(&layer, key)));
            if random.bool() {
                let one = random.usize(..requests.len());
                requests.swap_remove(one).abort();
                cancelled += 1;
            }
            if random.u8(..8) == 0 {
                yield_now().await;
            }
        }
        gate.calls_in_progress(KEYS.len());
        gate.open();
        for request in requests.into_iter().chain(staying) {
            assert_eq!(request.await.unwrap().status(), 200);
        }
        assert_eq!(
            gate.calls(),
            KEYS.len(),
            "seed {seed}, {cancelled} cancelled"
        );
        gate.calls_in_progress(0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_all_requests_are_cancelled_nothing_is_left() {
    let gate = Gate::new();
    let layer = gate.layer();
    let requests: Vec<_> = (0..1_000)
        .map(|number| tokio::spawn(send(&layer, &(number % 7).to_string())))
        .collect();
    until_joined(&layer, 993).await;
    for request in requests {
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());
    }
    gate.calls_in_progress(0);
    gate.open();
    assert_eq!(send(&layer, "0").await.status(), 200);
    assert_eq!(gate.calls(), 8);
}

/// For a client, it makes no difference whether the authorizer is slow or overloaded.
#[tokio::test(start_paused = true)]
async fn waiting_for_the_concurrency_limit_counts_against_the_timeout() {
    const LIMIT: Duration = Duration::from_secs(3);
    const SECOND: Duration = Duration::from_secs(1);
    let busy = authorizer_fn(|_| pending());
    let layer = LambdaAuthorizerLayer::token(busy)
        .authorizer_timeout(LIMIT)
        .unwrap()
        .authorizer_concurrency_limit(1)
        .unwrap();
    let start = Instant::now();
    let first = tokio::spawn(send(&layer, "a"));
    tokio::time::sleep(SECOND).await;
    // The first call times out a second before this one, which may begin then.
    let second = tokio::spawn(send(&layer, "b"));
    for (request, ended) in [(first, LIMIT), (second, LIMIT + SECOND)] {
        let response = request.await.unwrap();
        assert_eq!(response.status(), 500);
        let denial = response.extensions().get::<Denial>().unwrap();
        assert!(matches!(
            denial.reason(),
            DenialReason::AuthorizerTimedOut { limit: LIMIT, .. }
        ));
        assert_eq!(start.elapsed(), ended);
    }
}

/// Then each thread has handles on the context with a reference count of its own.
#[test]
fn a_result_that_several_threads_use_often_counts_more_against_the_limit() {
    let gate = Gate::new();
    gate.open();
    let layer = gate.layer();
    let hit = || assert_eq!(tokio_test::block_on(send(&layer, "a")).status(), 200);
    let bytes = || layer.results().statistics().bytes;
    (0..100).for_each(|_| hit());
    let alone = bytes();
    std::thread::scope(|scope| {
        (0..32).for_each(|_| {
            scope.spawn(|| (0..100).for_each(|_| hit()));
        });
    });
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    assert_eq!(bytes() > alone, processors > 1);
    tokio_test::block_on(layer.results().invalidate(["a"])).unwrap();
    assert_eq!(bytes(), 0);
}
