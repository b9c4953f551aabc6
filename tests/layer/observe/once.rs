//! Each request is told once, whatever the application's code does.

use std::{
    convert::Infallible,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind, panic_any},
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use futures_util::FutureExt;
use http::{Request, Response};
use http_body_util::Empty;
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerRequest, AuthorizerResponse, ClientIp, LambdaAuthorizerLayer,
    ManualClock, authorizer_fn,
    gateway_responses::GatewayResponses,
    observing::{AuthorizerCall, CallStart, Decision, Observer},
    testing::{Harness, MockAuthorizer},
};

use super::{Notes, layer, send};

type Body = Empty<bytes::Bytes>;

fn request(token: &str) -> Request<Body> {
    Request::get("/pets")
        .header("authorization", token)
        .body(Body::new())
        .unwrap()
}

/// The panics of all of the application's code.
struct PanicsAlways;

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("dropped");
        }
    }
}

impl Observer for PanicsAlways {
    fn decided(&self, _: &Decision<'_>) {
        panic_any(PanicsWhenDropped);
    }

    fn call_began(&self, _: &CallStart<'_>) {
        panic!("began");
    }

    fn call_ended(&self, _: &AuthorizerCall<'_>) {
        panic!("ended");
    }
}

#[tokio::test]
async fn panics_of_observers_and_of_on_denial_lose_nothing() {
    let (notes, alone) = (Notes::default(), Notes::default());
    let layered = layer()
        .on_denial(|_| panic!("on_denial"))
        .observe(PanicsAlways)
        .observe(notes.clone());
    let harness = Harness::new(layered);
    let calm = Harness::new(layer().observe(alone.clone()));
    for token in ["good", "good", "deny", "said", "broken", "panics", ""] {
        assert_eq!(send(&harness, token).await, send(&calm, token).await);
        assert_eq!(notes.taken(), alone.taken(), "{token}");
    }
    // Also while a panic unwinds the request.
    let hanging = send(&harness, "hangs");
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let mut hanging = Box::pin(hanging);
        assert!((&mut hanging).now_or_never().is_none());
        panic!("the server's own");
    }));
    assert!(unwound.is_err());
    let mut told = notes.taken();
    told.sort();
    assert_eq!(
        told,
        [
            "GET /pets cancelled not_asked - 0 -",
            "began",
            "ended abandoned pets 0ns"
        ]
    );
}

/// An authorizer whose future panics when it is dropped.
struct DropPanics(bool);

impl Future for DropPanics {
    type Output = Result<AuthorizerResponse, AuthorizerError>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        if self.0 {
            Poll::Ready(Ok(AuthorizerResponse::allow("*")))
        } else {
            Poll::Pending
        }
    }
}

impl Drop for DropPanics {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[tokio::test]
async fn a_call_that_panics_when_it_is_dropped_is_reported_once() {
    let notes = Notes::default();
    let authorizer =
        authorizer_fn(|request: AuthorizerRequest| DropPanics(request.token() == Some("answers")));
    let layer = LambdaAuthorizerLayer::token(authorizer).observe(notes.clone());
    let harness = Harness::new(layer);
    assert_eq!(send(&harness, "answers").await, 500);
    assert_eq!(
        notes.taken(),
        [
            "began",
            "ended panicked - 0ns",
            "GET /pets refused missed - 500 AUTHORIZER_CONFIGURATION_ERROR"
        ]
    );
    assert!(send(&harness, "hangs").now_or_never().is_none());
    assert_eq!(
        notes.taken(),
        [
            "began",
            "ended abandoned - 0ns",
            "GET /pets cancelled not_asked - 0 -"
        ]
    );
}

/// A request is dropped before it is polled, while the authorizer is asked, and while the service answers.
#[tokio::test]
async fn a_request_is_reported_once_wherever_it_is_dropped() {
    let notes = Notes::default();
    let layer = layer()
        .clock(ManualClock::new(std::time::UNIX_EPOCH).clock())
        .observe(notes.clone());
    let mut service = layer.layer(service_fn(|_: Request<Body>| {
        std::future::pending::<Result<Response<Body>, Infallible>>()
    }));

    drop(service.call(request("good")));
    assert_eq!(notes.taken(), ["GET /pets cancelled not_asked - 0 -"]);

    let mut serving = service.call(request("good"));
    assert!((&mut serving).now_or_never().is_none());
    let told = [
        "began",
        "ended answered pets 0ns",
        "GET /pets allowed missed user-1 0 -",
    ];
    assert_eq!(notes.taken(), told);
    drop(serving);
    assert_eq!(notes.taken(), [""; 0]);

    drop(service.call(request("good")));
    assert_eq!(notes.taken(), ["GET /pets allowed hit user-1 0 -"]);
    drop(service.call(request("")));
    assert_eq!(
        notes.taken(),
        ["GET /pets refused not_asked - 401 UNAUTHORIZED"]
    );
}

/// A service that is never ready receives nothing, so there is no decision.
#[tokio::test]
async fn a_service_that_is_never_ready_makes_no_decision() {
    #[derive(Clone)]
    struct NeverReady;
    impl Service<Request<Body>> for NeverReady {
        type Response = Response<Body>;
        type Error = Infallible;
        type Future = std::future::Pending<Result<Response<Body>, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Pending
        }

        fn call(&mut self, _: Request<Body>) -> Self::Future {
            unreachable!("it is not ready")
        }
    }
    let notes = Notes::default();
    let service = layer().observe(notes.clone()).layer(NeverReady);
    assert!(service.oneshot(request("good")).now_or_never().is_none());
    assert_eq!(notes.taken(), [""; 0]);
}

/// An observer may send requests through the layer that tells it.
#[tokio::test]
async fn an_observer_may_call_the_layer_again() {
    type Again = Box<dyn Fn(&'static str) + Send + Sync>;
    let again: Arc<OnceLock<Again>> = Arc::default();
    let (notes, calling) = (Notes::default(), Arc::clone(&again));
    let layer = layer()
        .clock(ManualClock::new(std::time::UNIX_EPOCH).clock())
        .observe(notes.clone())
        .observe(move |decision: &Decision<'_>| {
            if decision.method() == http::Method::GET {
                let again = calling.get().unwrap();
                for token in ["good", "deny", "", "hangs"] {
                    again(token);
                }
            }
        });
    let service = layer.layer(service_fn(async |_: Request<Body>| {
        Ok::<_, Infallible>(Response::new(Body::new()))
    }));
    let inner = service.clone();
    let call_again: Again = Box::new(move |token| {
        let mut request = request(token);
        *request.method_mut() = http::Method::POST;
        let _ = inner.clone().oneshot(request).now_or_never();
    });
    assert!(again.set(call_again).is_ok());
    for token in ["good", "good", "deny", "deny", ""] {
        service.clone().oneshot(request(token)).await.unwrap();
        let told = notes.taken();
        let decided = |method: &str| told.iter().filter(|line| line.starts_with(method)).count();
        assert_eq!((decided("GET"), decided("POST")), (1, 4), "{told:?}");
    }
}

/// `explain` asks the authorizer, and decides about no request.
#[tokio::test]
async fn an_explanation_is_no_decision() {
    let notes = Notes::default();
    let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing())
        .clock(ManualClock::new(std::time::UNIX_EPOCH).clock())
        .observe(notes.clone());
    assert!(layer.explain(request("good")).await.is_allowed());
    assert_eq!(notes.taken(), ["began", "ended answered - 0ns"]);
}

/// A panic of the application's own functions ends the request. Nothing was decided, and nothing is let through.
#[tokio::test]
async fn a_panic_of_the_applications_functions_makes_no_decision() {
    let notes = Notes::default();
    let mapped = GatewayResponses::default().map_response(|_, _| panic!("map_response"));
    let layers = [
        layer().resource_resolver(|_| panic!("resolver")),
        layer().client_ip(ClientIp::from_fn(|_| panic!("client_ip"))),
        layer().gateway_responses(mapped),
    ];
    for (layer, token) in layers.into_iter().zip(["good", "good", ""]) {
        let service = layer
            .observe(notes.clone())
            .layer(service_fn(async |_: Request<Body>| {
                Ok::<_, Infallible>(Response::new(Body::new()))
            }));
        let sent = AssertUnwindSafe(|| service.oneshot(request(token)).now_or_never());
        assert!(catch_unwind(sent).is_err());
        assert_eq!(notes.taken(), [""; 0]);
    }
}
