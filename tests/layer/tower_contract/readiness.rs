//! Which service is made ready and called, and when everything is released.

use super::*;

#[test]
fn each_call_goes_to_the_instance_that_was_ready() {
    let layer = layer().no_authorizer_timeout();
    let (mut service, mut handle) = mock::spawn_layer::<Req, Res, _>(layer);
    handle.allow(0);
    assert_pending!(service.poll_ready::<Req>());
    handle.allow(2);
    let mut responses = ["allow", "allow"].map(|token| {
        assert_ready_ok!(service.poll_ready::<Req>());
        task::spawn(service.call(get::<Full<Bytes>>("/pets", token)))
    });
    assert_pending!(handle.poll_request());
    for response in &mut responses {
        assert_pending!(response.poll());
        assert_pending!(response.poll());
        let (request, answer) = assert_ready!(handle.poll_request()).unwrap();
        assert!(request.extensions().get::<AuthorizerContext>().is_some());
        assert_pending!(handle.poll_request());
        answer.send_response(Response::default());
        assert!(response.is_woken());
        assert_ready_ok!(response.poll());
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_request_releases_its_permit_before_its_service_and_future_are_dropped() {
    for refusal in refusals() {
        let reason = refusal.reason;
        let mut refused = layer().layer(ConcurrencyLimit::new(Inner::default(), 1));
        let mut other = refused.clone();
        assert!(is_ready(&mut refused) && !is_ready(&mut other), "{reason}");
        let mut future = Box::pin(refused.call(refusal.request));
        assert_eq!(is_ready(&mut other), refusal.asked == 0, "{reason}");
        assert_eq!(
            future.as_mut().await.unwrap().status(),
            refusal.status,
            "{reason}"
        );
        assert!(is_ready(&mut other), "{reason}");
        drop((refused, future));
    }
}

/// A gate for futures, which counts those that wait.
struct Gate {
    waiting: Arc<()>,
    open: Arc<Semaphore>,
}

impl Gate {
    fn closed() -> Self {
        let (waiting, open) = (Arc::new(()), Arc::new(Semaphore::new(0)));
        Self { waiting, open }
    }

    fn waiting(&self) -> usize {
        Arc::strong_count(&self.waiting) - 1
    }

    fn pass(&self) -> impl Future<Output = ()> + use<> {
        let (waiting, open) = (Arc::clone(&self.waiting), Arc::clone(&self.open));
        async move {
            open.acquire().await.unwrap().forget();
            drop(waiting);
        }
    }
}

#[test]
fn dropping_the_response_future_at_any_point_releases_everything() {
    let stages = ["never polled", "authorizing", "serving", "complete"];
    for (stage, name) in stages.into_iter().enumerate() {
        let (authorizer_gate, inner_gate) = (Arc::new(Gate::closed()), Arc::new(Gate::closed()));
        let (at_authorizer, at_inner) = (Arc::clone(&authorizer_gate), Arc::clone(&inner_gate));
        let authorizer = authorizer_fn(move |_| {
            let pass = at_authorizer.pass();
            async move {
                pass.await;
                Ok(AuthorizerResponse::allow("*"))
            }
        });
        let inner = service_fn(move |_: Req| {
            let pass = at_inner.pass();
            async move {
                pass.await;
                Ok::<_, Infallible>(Res::default())
            }
        });
        let layer = LambdaAuthorizerLayer::token(authorizer).no_authorizer_timeout();
        let mut service = layer.layer(ConcurrencyLimit::new(inner, 1));
        let mut other = service.clone();
        assert!(is_ready(&mut service));
        let mut next = task::spawn(poll_fn(|context| {
            Service::<Req>::poll_ready(&mut other, context)
        }));
        assert_pending!(next.poll(), "{name}");

        let mut future = task::spawn(service.call(get("/pets", "token")));
        let waiting = || (authorizer_gate.waiting(), inner_gate.waiting());
        assert_eq!(waiting(), (0, 0), "{name}");
        if stage >= 1 {
            assert_pending!(future.poll(), "{name}");
            assert_eq!(waiting(), (1, 0), "{name}");
        }
        if stage >= 2 {
            authorizer_gate.open.add_permits(1);
            assert!(future.is_woken(), "{name}");
            assert_pending!(future.poll(), "{name}");
            assert_eq!(waiting(), (0, 1), "{name}");
        }
        if stage >= 3 {
            inner_gate.open.add_permits(1);
            assert!(future.is_woken(), "{name}");
            assert_ready_ok!(future.poll(), "{name}");
        }
        assert_pending!(next.poll(), "{name}");

        drop(future);
        assert_eq!(waiting(), (0, 0), "{name}");
        assert!(next.is_woken(), "{name}");
        assert_ready_ok!(next.poll(), "{name}");
    }
}
