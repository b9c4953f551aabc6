//! Errors, bodies and types of other services.

use std::panic::{RefUnwindSafe, UnwindSafe};

use tower_lambda_authorizer::AuthorizerEvent;

use super::*;

/// Does not implement `Error`, and does not convert into one.
#[derive(Clone, Debug, PartialEq)]
struct OwnError(&'static str);

#[tokio::test]
async fn errors_of_the_inner_service_are_unchanged() {
    type Failing = ServiceFn<fn(Req) -> Ready<Result<Res, OwnError>>>;
    let inner: Failing = service_fn(|_| ready(Err(OwnError("broken"))));
    let mut service = layer().layer(inner);
    let answer = service.call(get("/pets", "allow")).await;
    assert_eq!(answer.err(), Some(OwnError("broken")));
    assert_eq!(
        service.call(get("/pets", "deny")).await.unwrap().status(),
        403
    );

    let unready = future_service(ready(Err::<Failing, _>(OwnError("not ready"))));
    let mut service = layer().layer(unready);
    assert_eq!(service.ready().await.err(), Some(OwnError("not ready")));
}

/// A body with one frame or an error. Neither `Sync` nor `Unpin`.
struct OwnBody(Result<&'static str, OwnError>, Cell<()>, PhantomPinned);

impl Body for OwnBody {
    type Data = Bytes;
    type Error = OwnError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, OwnError>>> {
        Poll::Ready(Some(self.0.clone().map(|text| Frame::data(text.into()))))
    }
}

#[tokio::test]
async fn a_response_body_keeps_its_frames_and_its_own_error() {
    for outcome in [Ok("data"), Err(OwnError("cut off"))] {
        let sent = outcome.clone();
        let service = layer().layer(service_fn(move |_: Req| {
            let body = OwnBody(sent.clone(), Cell::default(), PhantomPinned);
            ready(Ok::<_, Infallible>(Response::new(body)))
        }));
        let response = service.oneshot(get("/pets", "allow")).await.unwrap();
        let mut body = Box::pin(response.into_body());
        let frame = body.frame().await.unwrap();
        assert_eq!(
            frame.map(|frame| frame.into_data().unwrap()),
            outcome.map(Bytes::from)
        );
    }
}

#[test]
fn the_public_types_can_be_sent_between_threads() {
    fn is_shareable<T: Clone + Send + Sync + 'static>(_: &T) {}
    fn is_send<T: Send>(_: &T) {}
    fn has_types<R, B, E>(
        _: &impl Service<Request<R>, Response = Response<ResponseBody<B>>, Error = E>,
    ) {
    }
    type NotSync = Cell<u8>;
    struct NotClone;
    impl Authorizer for NotClone {
        async fn authorize(&self, _: AuthorizerRequest) -> Answer {
            Ok(AuthorizerResponse::allow("*"))
        }
    }
    let layer = LambdaAuthorizerLayer::token(NotClone);
    is_shareable(&layer);
    let mut service: LambdaAuthorizer<_, NotClone> =
        layer.layer(service_fn(async |_: Request<NotSync>| {
            Ok::<_, OwnError>(Response::new(NotSync::new(1)))
        }));
    is_shareable(&service);
    has_types::<NotSync, NotSync, OwnError>(&service);
    let future: ResponseFuture<_, NotSync> = service.call(Request::default());
    is_send(&future);

    let mut service = layer.layer(service_fn(async |request: Request<axum::body::Body>| {
        Ok::<_, Infallible>(Response::new(request.into_body()))
    }));
    is_shareable(&service);
    is_send(&service.call(Request::default()));
}

/// An authorizer may catch the panics of its own code.
#[test]
fn what_an_authorizer_receives_may_cross_catch_unwind() {
    fn is_unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}
    is_unwind_safe::<AuthorizerRequest>();
    is_unwind_safe::<AuthorizerEvent>();
}
