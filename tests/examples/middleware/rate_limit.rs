//! The middleware of `docs/tower-middleware.md` that has an error of its own.

use std::{
    convert::Infallible,
    future::ready,
    num::NonZeroU32,
    rc::Rc,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use tokio_test::assert_ready;
use tower::{Layer, Service, ServiceExt, limit::ConcurrencyLimit, service_fn};
use tower_test::mock;

use super::{Strict, get, is_ready};
use limit::{BoxError, RateLimitLayer, RateLimited};

#[path = "../../../examples/middleware/rate_limit.rs"]
#[expect(unreachable_pub, reason = "it is written as in a library")]
mod limit;

const MINUTE: Duration = Duration::from_secs(60);

fn calls(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

/// How long a refused caller has to wait. `None` if it was not refused.
fn wait<T>(answer: Result<T, BoxError>) -> Option<Duration> {
    let error = answer.err()?;
    let limited = error.downcast_ref::<RateLimited>().unwrap();
    Some(limited.retry_after())
}

#[tokio::test]
async fn so_many_calls_pass_in_each_period() {
    let start = Instant::now();
    let now = Arc::new(Mutex::new(start));
    let clock = Arc::clone(&now);
    let layer = RateLimitLayer::with_clock(calls(2), MINUTE, move || *clock.lock().unwrap());
    let service = layer.layer(Strict::default());
    for (second, waits) in [
        (100, None),
        (130, None),
        (130, Some(30)),
        (159, Some(1)),
        (160, None),
        (161, None),
        (162, Some(58)),
    ] {
        *now.lock().unwrap() = start + Duration::from_secs(second);
        let answer = service.clone().oneshot(get("/")).await;
        assert_eq!(wait(answer), waits.map(Duration::from_secs), "{second}");
    }
}

/// A server may make one for each request.
#[tokio::test]
async fn clones_and_services_share_the_limit() {
    let layer = RateLimitLayer::new(calls(2), MINUTE);
    let services = [
        layer.layer(Strict::default()),
        layer.layer(Strict::default()),
    ];
    let mut passed = 0;
    for service in services {
        for _ in 0..2 {
            passed += u8::from(service.clone().oneshot(get("/")).await.is_ok());
        }
    }
    assert_eq!(passed, 2);
}

#[tokio::test]
async fn errors_of_the_service_can_be_found_in_the_box() {
    #[derive(Debug, PartialEq)]
    struct Broken(u8);
    impl std::fmt::Display for Broken {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("broken")
        }
    }
    impl std::error::Error for Broken {}

    let layer = RateLimitLayer::new(calls(2), MINUTE);
    let inner = service_fn(|number: u8| ready(Err::<(), _>(Broken(number))));
    let error = layer.layer(inner).oneshot(7).await.unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&Broken(7)));

    let (mut service, mut handle) = mock::spawn_layer::<u8, u8, _>(layer);
    handle.send_error(Broken(8));
    let error = assert_ready!(service.poll_ready::<u8>()).unwrap_err();
    assert_eq!(error.to_string(), "broken");
}

#[tokio::test]
async fn the_instance_that_was_ready_is_called_and_a_refusal_drops_it() {
    let inner = ConcurrencyLimit::new(Strict::default(), 1);
    let mut service = RateLimitLayer::new(calls(1), MINUTE).layer(inner);
    let mut other = service.clone();
    let response = service.ready().await.unwrap().call(get("/"));
    assert_eq!(response.await.unwrap().status(), 200);

    assert!(is_ready(&mut service) && !is_ready(&mut other));
    let refused = service.call(get("/"));
    assert!(
        is_ready(&mut other),
        "the permit is free before the future is polled"
    );
    assert!(wait(refused.await).is_some());
}

/// Neither has to be of HTTP, and on one thread neither has to be `Send`.
#[test]
fn requests_and_responses_may_be_anything() {
    fn is_send<T: Send>(_: &T) {}
    let layer = RateLimitLayer::new(calls(1), MINUTE);
    let inner = service_fn(|number: Rc<u8>| ready(Ok::<_, Infallible>(number)));
    let answer = layer.layer(inner).oneshot(Rc::new(7)).now_or_never();
    assert_eq!(answer.unwrap().ok().as_deref(), Some(&7));

    let mut service = layer.layer(Strict::default());
    assert!(is_ready(&mut service));
    is_send(&service.call(get("/")));
}
