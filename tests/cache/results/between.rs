//! A call that ends between another request's look-up and its call.

use std::task::{Context, Poll};

use super::*;

/// Runs something when it is cloned, which is between the look-up and the call.
#[derive(Default)]
struct Meanwhile(Option<Box<dyn Fn() + Send>>);

impl Clone for Meanwhile {
    fn clone(&self) -> Self {
        self.0.iter().for_each(|happens| happens());
        Self(None)
    }
}

impl Service<Request<()>> for Meanwhile {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        std::future::ready(Ok(Response::new(String::new())))
    }
}

/// How often the authorizer is called if another request's call ended meanwhile, this long ago.
async fn calls(answered_ago: Duration) -> usize {
    let cache = ResultCache::new().serve_stale_on_failure(SECOND);
    let door = Door::new(Mood::Allows).with_cache(cache);
    let layer = door.layer.clone().result_ttl(10 * SECOND).unwrap();
    let (other, clock) = (layer.clone(), door.clock.clone());
    let happens = move || {
        let service = other.layer(service_fn(inside));
        let request = Request::get("/").header("authorization", "t");
        let response = service.oneshot(request.body(()).unwrap());
        assert_eq!(response.now_or_never().unwrap().unwrap().status(), 200);
        clock.advance(answered_ago);
    };
    let service = layer.layer(Meanwhile(Some(Box::new(happens))));
    let request = Request::get("/").header("authorization", "t");
    let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    door.calls()
}

#[tokio::test]
async fn its_result_is_used_as_long_as_it_is_fresh() {
    assert_eq!(calls(Duration::ZERO).await, 1);
    assert_eq!(calls(10 * SECOND - Duration::from_nanos(1)).await, 1);
    assert_eq!(calls(10 * SECOND).await, 2);
}
