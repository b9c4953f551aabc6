//! The middleware that `docs/tower-middleware.md` explains. Each test fails if it breaks one of the rules in
//! `docs/tower-middleware-rules.md`.

use std::{
    cell::Cell,
    convert::Infallible,
    future::{Ready, pending, poll_fn, ready},
    mem,
    rc::Rc,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
};

use futures_util::FutureExt;
use http::{Request, Response, StatusCode, request::Parts};
use tokio::sync::Semaphore;
use tokio_test::{assert_pending, assert_ready, assert_ready_ok, task};
use tower::{Layer, Service, ServiceExt, limit::ConcurrencyLimit, service_fn};
use tower_test::mock;

use check::{Check, CheckLayer};

#[path = "../../examples/middleware/check.rs"]
#[expect(unreachable_pub, reason = "it is written as in a library")]
mod check;
mod rate_limit;
mod servers;

/// What the check of these tests finds.
#[derive(Clone, Debug, PartialEq)]
struct Caller(u8);

/// Lets a request to `/7` through with `Caller(7)`, and refuses all others.
fn caller(request: &Parts) -> Result<Caller, StatusCode> {
    let number = request.uri.path().trim_start_matches('/').parse();
    number.map(Caller).map_err(|_| StatusCode::FORBIDDEN)
}

fn get(path: &str) -> Request<()> {
    Request::get(path).body(()).unwrap()
}

/// An error that is not an [`Error`](std::error::Error).
#[derive(Debug, PartialEq)]
struct OwnError(&'static str);

/// A service that is ready for one call after `poll_ready`. A clone is not ready.
#[derive(Debug, Default)]
struct Strict {
    is_ready: bool,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Service<Request<()>> for Strict {
    type Response = Response<Option<Caller>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        assert!(mem::take(&mut self.is_ready), "called without being ready");
        let caller = request.extensions().get().cloned();
        ready(Ok(Response::new(caller)))
    }
}

#[tokio::test]
async fn the_instance_that_was_ready_is_called() {
    let mut service =
        CheckLayer::new(|request: &Parts| ready(caller(request))).layer(Strict::default());
    for _ in 0..2 {
        let response = service.ready().await.unwrap().call(get("/7"));
        let next = service.ready().await.unwrap().call(get("/8"));
        assert_eq!(next.await.unwrap().into_body(), Some(Caller(8)));
        assert_eq!(response.await.unwrap().into_body(), Some(Caller(7)));
    }
}

#[test]
fn it_is_ready_when_the_service_is_ready() {
    let layer = CheckLayer::new(|request: &Parts| ready(caller(request)));
    let (mut service, mut handle) = mock::spawn_layer::<Request<()>, Response<()>, _>(layer);
    handle.allow(0);
    assert_pending!(service.poll_ready::<Request<()>>());
    handle.allow(1);
    assert_ready_ok!(service.poll_ready::<Request<()>>());
    let mut response = task::spawn(service.call(get("/7")));
    assert_pending!(response.poll());
    let (_, answer) = assert_ready!(handle.poll_request()).unwrap();
    answer.send_response(Response::default());
    assert_ready_ok!(response.poll());
}

fn is_ready(service: &mut impl Service<Request<()>>) -> bool {
    task::spawn(poll_fn(|context| service.poll_ready(context)))
        .poll()
        .is_ready()
}

#[tokio::test]
async fn a_refusal_drops_the_ready_service_before_the_service_and_the_future_are_dropped() {
    let inner = ConcurrencyLimit::new(Strict::default(), 1);
    let mut refusing = CheckLayer::new(|request: &Parts| ready(caller(request))).layer(inner);
    let mut other = refusing.clone();
    assert!(is_ready(&mut refusing) && !is_ready(&mut other));
    let mut response = Box::pin(refusing.call(get("/who")));
    assert_eq!(response.as_mut().await.unwrap().status(), 403);
    assert!(is_ready(&mut other));
    drop((refusing, response));
}

#[test]
fn dropping_the_future_at_any_point_ends_everything_that_it_waits_for() {
    for steps in 0..3 {
        let (gate, waiting) = (Arc::new(Semaphore::new(0)), Arc::new(()));
        let (at_check, counted) = (Arc::clone(&gate), Arc::clone(&waiting));
        let layer = CheckLayer::new(move |request: &Parts| {
            let (gate, waits) = (Arc::clone(&at_check), Arc::clone(&counted));
            let found = caller(request);
            async move {
                gate.acquire().await.unwrap().forget();
                drop(waits);
                found
            }
        });
        // Clones of the service share it, so they are not counted.
        let held = Arc::new(Arc::clone(&waiting));
        let inner = service_fn(move |_: Request<()>| {
            let waits = Arc::clone(&*held);
            async move {
                pending::<()>().await;
                drop(waits);
                Ok::<_, Infallible>(Response::new(()))
            }
        });
        let mut service = layer.layer(ConcurrencyLimit::new(inner, 1));
        let mut other = service.clone();
        let idle = Arc::strong_count(&waiting);
        assert!(is_ready(&mut service) && !is_ready(&mut other));

        let mut response = task::spawn(service.call(get("/7")));
        if steps >= 1 {
            assert_pending!(response.poll(), "waits for the check");
        }
        if steps >= 2 {
            gate.add_permits(1);
            assert!(response.is_woken());
            assert_pending!(response.poll(), "waits for the service");
        }
        assert_eq!(Arc::strong_count(&waiting), idle + 1);
        assert!(!is_ready(&mut other), "{steps}");
        drop(response);
        assert_eq!(Arc::strong_count(&waiting), idle, "{steps}");
        assert!(is_ready(&mut other), "{steps}");
    }
}

#[tokio::test]
async fn a_refused_request_never_reaches_the_service() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let inner = service_fn(move |_: Request<()>| {
        // An eager service: it acts before its future is polled.
        counted.fetch_add(1, SeqCst);
        ready(Ok::<_, Infallible>(Response::new(())))
    });
    let service = CheckLayer::new(|request: &Parts| ready(caller(request))).layer(inner);
    for (path, status, called) in [("/who", 403, 0), ("/7", 200, 1)] {
        let response = service.clone().oneshot(get(path)).await.unwrap();
        assert_eq!(
            (response.status().as_u16(), calls.load(SeqCst)),
            (status, called)
        );
    }
}

#[tokio::test]
async fn errors_of_the_service_are_unchanged() {
    let layer = CheckLayer::new(|request: &Parts| ready(caller(request)));
    let inner = service_fn(|_: Request<()>| ready(Err::<Response<()>, _>(OwnError("broken"))));
    let answer = layer.layer(inner).oneshot(get("/7")).await;
    assert_eq!(answer.err(), Some(OwnError("broken")));

    let (mut service, mut handle) = mock::spawn_layer::<Request<()>, Response<()>, _>(layer);
    handle.send_error("not ready");
    let error = assert_ready!(service.poll_ready::<Request<()>>()).unwrap_err();
    assert_eq!(error.to_string(), "not ready");
}

#[tokio::test]
async fn the_value_replaces_that_of_an_outer_layer_and_nothing_else() {
    let service = CheckLayer::new(|request: &Parts| ready(caller(request)));
    let service = service.layer(service_fn(|request: Request<()>| {
        ready(Ok::<_, Infallible>(Response::new(
            request.into_parts().0.extensions,
        )))
    }));
    let mut request = get("/7");
    request.extensions_mut().insert(Caller(1));
    request.extensions_mut().insert("kept");
    let found = service.oneshot(request).await.unwrap().into_body();
    assert_eq!(found.get(), Some(&Caller(7)));
    assert_eq!(found.get(), Some(&"kept"));
}

#[tokio::test]
async fn a_clone_allocates_nothing_although_the_check_is_no_clone() {
    let allowed = Mutex::new(vec![7]);
    let layer = CheckLayer::new(move |request: &Parts| {
        let found = caller(request).ok();
        let found = found.filter(|Caller(number)| allowed.lock().unwrap().contains(number));
        ready(found.ok_or(StatusCode::FORBIDDEN))
    });
    let service = layer.layer(Strict::default());
    // Not `layer.clone()`, which would clone the reference if the layer could not be cloned.
    let cloned = || (CheckLayer::clone(&layer), Check::clone(&service));
    let mut clones = None;
    let count = allocation_counter::measure(|| clones = Some(cloned()));
    assert_eq!(count.count_total, 0);
    let (_, clone) = clones.unwrap();
    for (path, status) in [("/7", 200), ("/8", 403)] {
        let response = clone.clone().oneshot(get(path)).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
    }
}

#[test]
fn a_call_allocates_nothing() {
    let layer = CheckLayer::new(|request: &Parts| {
        let found = caller(request);
        async move { found }
    });
    let mut service = layer.layer(Strict::default());
    assert!(is_ready(&mut service));
    for (path, most) in [("/who", 0), ("/7", 1)] {
        assert!(is_ready(&mut service));
        let mut request = Some(get(path));
        // The map of the extensions exists if there is something in it. Then only the box of the value is allocated.
        request.as_mut().unwrap().extensions_mut().insert("used");
        let count = allocation_counter::measure(|| {
            let response = service.call(request.take().unwrap()).now_or_never();
            assert!(response.unwrap().is_ok());
        });
        assert_eq!(count.count_total, most, "{path}");
    }
}

#[test]
fn only_what_is_sent_between_threads_has_to_be_send() {
    fn is_shareable<T: Clone + Send + Sync + 'static>(_: &T) {}
    fn is_send<T: Send>(_: &T) {}
    type NotSync = Cell<u8>;
    let inner =
        service_fn(async |_: Request<NotSync>| Ok::<_, OwnError>(Response::new(NotSync::new(1))));
    let layer = CheckLayer::new(|request: &Parts| ready(caller(request)));
    let mut service = layer.layer(inner);
    is_shareable(&layer);
    is_shareable(&service);
    let response = service.call(Request::default().map(NotSync::new));
    is_send(&response);
    drop(response);

    // On one thread, nothing has to.
    let not_send = Rc::new(7);
    let layer = CheckLayer::new(move |_: &Parts| {
        let found = Rc::clone(&not_send);
        async move { Ok::<_, StatusCode>(Caller(*found)) }
    });
    let inner =
        service_fn(|_: Request<Rc<u8>>| ready(Ok::<_, Infallible>(Response::new(Rc::new(1)))));
    let response = layer.layer(inner).oneshot(Request::new(Rc::new(1)));
    assert_eq!(**response.now_or_never().unwrap().unwrap().body(), 1);
}
