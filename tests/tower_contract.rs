//! The layer's contract with the services around it and inside it: when services are called, made ready and dropped, and
//! which response a refusal gives.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::{
    cell::Cell,
    convert::Infallible,
    future::{Ready, pending, poll_fn, ready},
    marker::PhantomPinned,
    panic::panic_any,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header::ORIGIN};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full};
use support::{Answer, Asked, as_told, get, text};
use tokio::{sync::Semaphore, task::yield_now, time::advance};
use tokio_test::{assert_pending, assert_ready, assert_ready_ok, task};
use tower::{
    Layer, Service, ServiceBuilder, ServiceExt,
    limit::ConcurrencyLimit,
    service_fn,
    util::{ServiceFn, future_service},
};
use tower_lambda_authorizer::{
    Authorizer, AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    BoxAuthorizer, Denial, IdentitySources, LambdaAuthorizer, LambdaAuthorizerLayer, ResponseBody,
    ResponseFuture, ResponseType, ServiceAuthorizer, authorizer_fn,
};
use tower_test::mock;

type Req = Request<Full<Bytes>>;
type Res = Response<Full<Bytes>>;

const SECRET: &str = "q7Zr0vKx2mWc9TfLhB4yNpEj";

/// A service that counts its calls, including those of its clones, and returns the request.
#[derive(Clone, Debug, Default)]
struct Inner(Arc<AtomicUsize>);

impl Inner {
    fn calls(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Service<Req> for Inner {
    type Response = Res;
    type Error = Infallible;
    type Future = Ready<Result<Res, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Req) -> Self::Future {
        self.0.fetch_add(1, SeqCst);
        let (parts, body) = request.into_parts();
        let mut response = Response::new(body);
        *response.headers_mut() = parts.headers;
        *response.extensions_mut() = parts.extensions;
        ready(Ok(response))
    }
}

type Refused = (u16, Option<&'static str>, &'static str, ResponseType);

#[rustfmt::skip]
mod refused {
    use super::{Refused, ResponseType::*};
    pub(crate) const UNAUTHORIZED: Refused = (401, Some("UnauthorizedException"), r#"{"message":"Unauthorized"}"#, Unauthorized);
    pub(crate) const AMBIGUOUS: Refused = (400, Some("BadRequestException"), r#"{"message":"Bad Request"}"#, Default4xx);
    pub(crate) const TOO_LONG: Refused = (414, None, r#"{"message":"Request URI too long"}"#, Default4xx);
    pub(crate) const BROKEN: Refused = (500, Some("AuthorizerConfigurationException"), r#"{"message":null}"#, AuthorizerConfigurationError);
    pub(crate) const EXPLICIT_DENY: Refused = (403, Some("AccessDeniedException"), r#"{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}"#, AccessDenied);
    pub(crate) const IMPLICIT_DENY: Refused = (403, Some("AccessDeniedException"), r#"{"Message":"User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action"}"#, AccessDenied);
}

/// A kind of refusal, and everything that is visible of it.
struct Refusal {
    request: Req,
    asked: usize,
    status: u16,
    error_type: Option<&'static str>,
    body: &'static str,
    response_type: ResponseType,
    /// The beginning of the reason's `Debug` output.
    reason: &'static str,
}

/// Every kind of refusal. The tokens that reach the authorizer contain the secret.
#[rustfmt::skip]
fn refusals() -> Vec<Refusal> {
    use refused::*;
    let long = format!("/{}", "a".repeat(1600));
    let told = |order: &str| Some(format!("{order} {SECRET}").into_bytes());
    let kinds = [
        ("/pets", None, 0, UNAUTHORIZED, "IdentitySourceMissing { source: IdentitySource(method.request.header.Authorization) }"),
        ("/pets", Some(b" \t".into()), 0, UNAUTHORIZED, "IdentitySourceEmpty"),
        ("/pets", Some(b"allow \xff".into()), 0, UNAUTHORIZED, "IdentitySourceNotUtf8"),
        ("/pets", told("allow!"), 0, UNAUTHORIZED, "RefusedByValidationExpression"),
        ("/pets%2F1", told("allow"), 0, AMBIGUOUS, "AmbiguousPath { ambiguity: EncodedSlash }"),
        (&long, told("allow"), 0, TOO_LONG, "MethodArnTooLong { length: 16"),
        ("/pets", told("unauthorized"), 1, UNAUTHORIZED, "AuthorizerSaidUnauthorized"),
        ("/pets", told("fail"), 1, BROKEN, r#"AuthorizerFailed { message: "no such order" }"#),
        ("/pets", told("panic"), 1, BROKEN, r#"AuthorizerPanicked { message: "as told" }"#),
        ("/pets", told("hang"), 1, BROKEN, "AuthorizerTimedOut { limit: 29s }"),
        ("/pets", told("malformed"), 1, BROKEN, r#"MalformedResponse { problem: "the answer has no `policyDocument`, and no `isAuthorized` either" }"#),
        ("/pets", told("deny"), 1, EXPLICIT_DENY, "ExplicitDeny { statement: 0, sid: None, method_arn: \"arn:aws:execute-api:"),
        ("/pets", told("elsewhere"), 1, IMPLICIT_DENY, "ImplicitDeny { method_arn: \"arn:aws:execute-api:"),
    ];
    kinds.map(|(path, token, asked, (status, error_type, body, response_type), reason)| {
        let uri = format!("{path}?key={SECRET}");
        let mut request = Request::get(uri).header(ORIGIN, "null").header("cookie", SECRET);
        if let Some(token) = token {
            request = request.header("authorization", token);
        }
        let request = request.body(Full::default()).unwrap();
        Refusal { request, asked, status, error_type, body, response_type, reason }
    }).into()
}

fn layer() -> LambdaAuthorizerLayer<BoxAuthorizer> {
    layer_asking(&Asked::default())
}

fn layer_asking(asked: &Asked) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    let layer = LambdaAuthorizerLayer::token(as_told(asked));
    layer
        .identity_validation_expression("[0-9A-Za-z ]+")
        .unwrap()
}

/// The reason of a 500.
fn broken_because<B>(response: &Response<B>) -> String {
    assert_eq!(response.status(), 500);
    let denial = response.extensions().get::<Denial>().unwrap();
    assert_eq!(
        denial.response_type(),
        ResponseType::AuthorizerConfigurationError
    );
    format!("{:?}", denial.reason())
}

fn is_ready<S: Service<Req>>(service: &mut S) -> bool {
    task::spawn(poll_fn(|context| service.poll_ready(context)))
        .poll()
        .is_ready()
}

#[tokio::test(start_paused = true)]
async fn no_refusal_calls_the_inner_service_and_no_failed_check_calls_the_authorizer() {
    for refusal in refusals() {
        let reason = refusal.reason;
        let (asked, inner) = (Asked::default(), Inner::default());
        let response = layer_asking(&asked)
            .layer(inner.clone())
            .oneshot(refusal.request)
            .await
            .unwrap();
        assert_eq!(response.status(), refusal.status, "{reason}");
        assert_eq!(
            (asked.count(), inner.calls()),
            (refusal.asked, 0),
            "{reason}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_the_exact_gateway_response_with_a_reason_for_outer_layers() {
    let mut seen_ids = Vec::new();
    for refusal in refusals() {
        for method in [Method::GET, Method::HEAD] {
            let about = format!("{method}, {}", refusal.reason);
            let body = if method == Method::HEAD {
                ""
            } else {
                refusal.body
            };
            let mut request = refusal.request.clone();
            *request.method_mut() = method;
            let response = layer()
                .layer(Inner::default())
                .oneshot(request)
                .await
                .unwrap();

            let denial = response.extensions().get::<Denial>().unwrap();
            assert_eq!(denial.response_type(), refusal.response_type, "{about}");
            let reason = format!("{:?}", denial.reason());
            assert!(reason.starts_with(refusal.reason), "{about}: {reason}");

            let mut expected = vec![
                ("content-length".to_owned(), refusal.body.len().to_string()),
                ("content-type".to_owned(), "application/json".to_owned()),
            ];
            let error_type = refusal.error_type.map(str::to_owned);
            expected.extend(error_type.map(|value| ("x-amzn-errortype".to_owned(), value)));
            let (headers, ids) = headers_and_ids(response.headers());
            assert_eq!(headers, expected, "{about}");
            assert!(
                !ids.iter().any(|id| seen_ids.contains(id)),
                "{about}: {ids:?}"
            );
            seen_ids.extend(ids);

            assert_eq!(response.status(), refusal.status, "{about}");
            assert_eq!(
                response.body().size_hint().exact(),
                Some(body.len() as u64),
                "{about}"
            );
            assert_eq!(text(response).await, body, "{about}");
        }
    }
}

/// The headers in alphabetical order without the two ids, whose form is checked.
fn headers_and_ids(headers: &HeaderMap) -> (Vec<(String, String)>, [String; 2]) {
    let mut headers: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    let ids = ["x-amz-apigw-id", "x-amzn-requestid"].map(|name| {
        let at = headers.iter().position(|(known, _)| known == name);
        headers.remove(at.expect(name)).1
    });
    assert_eq!(ids[0].len(), 16, "{ids:?}");
    let uuid = uuid::Uuid::try_parse(&ids[1]).unwrap();
    assert_eq!(
        (uuid.get_version_num(), uuid.to_string()),
        (4, ids[1].clone())
    );
    (headers, ids)
}

#[tokio::test(start_paused = true)]
async fn no_debug_or_display_output_shows_the_token() {
    for refusal in refusals() {
        let reason = refusal.reason;
        let asked = Asked::default();
        let layer = layer_asking(&asked);
        let mut service = layer.layer(Inner::default());
        let future = service.call(refusal.request);
        let mut shown = format!("{future:?} {layer:?} {layer:#?} {service:?} {service:#?}");
        let response = future.await.unwrap();
        let denial = response.extensions().get::<Denial>().unwrap();
        shown += &format!(
            "{denial} {denial:?} {:?} {:?}",
            denial.reason(),
            response.body()
        );
        if refusal.asked > 0 {
            assert!(asked.last().token().unwrap().ends_with(SECRET), "{reason}");
            shown += &format!("{:?} {:#?}", asked.last(), asked.last());
        }
        assert!(!shown.contains(SECRET), "{reason}: {shown}");
    }
}

#[tokio::test]
async fn an_allowed_request_reaches_the_inner_service_once_and_unchanged() {
    let (asked, inner) = (Asked::default(), Inner::default());
    let mut request = get("/pets", "allow").map(|_: Full<Bytes>| Full::from("sent"));
    request
        .headers_mut()
        .insert("x-other", "kept".parse().unwrap());
    request.extensions_mut().insert(4711_u32);
    let sent_headers = request.headers().clone();
    let response = layer_asking(&asked)
        .layer(inner.clone())
        .oneshot(request)
        .await
        .unwrap();
    assert_eq!((asked.count(), inner.calls()), (1, 1));
    assert_eq!(*response.headers(), sent_headers);
    assert_eq!(response.extensions().get(), Some(&4711_u32));
    assert!(response.extensions().get::<Denial>().is_none());
    let context = response.extensions().get::<AuthorizerContext>().unwrap();
    assert_eq!(context.principal_id(), Some("user-1"));
    assert_eq!(context.iter().collect::<Vec<_>>(), [("level", "3")]);
    assert_eq!(text(response).await, "sent");
}

#[tokio::test]
async fn what_a_client_sends_never_makes_a_context() {
    let bare = authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*")));
    let service = LambdaAuthorizerLayer::token(bare).layer(Inner::default());
    let mut request: Req = get("/pets?principalId=admin&level=9", "allow");
    for name in [
        "x-amzn-authorizer",
        "x-amzn-principalid",
        "principalid",
        "context",
        "level",
    ] {
        request
            .headers_mut()
            .insert(name, r#"{"principalId":"admin"}"#.parse().unwrap());
    }
    let response = service.oneshot(request).await.unwrap();
    let context = response.extensions().get::<AuthorizerContext>().unwrap();
    assert_eq!(
        (context.principal_id(), context.usage_identifier_key()),
        (None, None)
    );
    assert_eq!(context.iter().count(), 0);
}

#[tokio::test]
async fn the_context_of_an_outer_layer_is_replaced() {
    let outer = authorizer_fn(async |_| {
        let response = AuthorizerResponse::allow("*").with_principal_id("outer");
        Ok(response
            .with_context("only", "outer")
            .with_usage_identifier_key("outer"))
    });
    let service = layer().layer(Inner::default());
    let service = LambdaAuthorizerLayer::token(outer).layer(service);
    let response = service.oneshot(get("/pets", "allow")).await.unwrap();
    let context = response.extensions().get::<AuthorizerContext>().unwrap();
    assert_eq!(
        (context.principal_id(), context.usage_identifier_key()),
        (Some("user-1"), None)
    );
    assert_eq!(context.get("only"), None);
}

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

#[tokio::test]
async fn a_panic_of_the_authorizer_is_a_500_and_the_next_request_is_served() {
    let panics: [(fn(), &str); 3] = [
        (|| panic!("a text"), "a text"),
        (|| panic!("a {}", "String"), "a String"),
        (|| panic_any(4711), "(no message)"),
    ];
    for place in ["before its future", "at the first poll", "after an await"] {
        for (panic_now, message) in panics {
            let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
                let reach = move |here: &str| {
                    if request.token() == Some("ill") && here == place {
                        panic_now();
                    }
                };
                reach("before its future");
                async move {
                    reach("at the first poll");
                    yield_now().await;
                    reach("after an await");
                    Ok(AuthorizerResponse::allow("*"))
                }
            });
            let mut service = LambdaAuthorizerLayer::token(authorizer).layer(Inner::default());
            let response = service.call(get("/pets", "ill")).await.unwrap();
            let reason = format!("AuthorizerPanicked {{ message: {message:?} }}");
            assert_eq!(broken_because(&response), reason, "{place}");
            assert_eq!(text(response).await, r#"{"message":null}"#, "{place}");
            assert_eq!(service.get_ref().calls(), 0, "{place}");
            let response = service.call(get("/pets", "well")).await.unwrap();
            assert_eq!(response.status(), 200, "{place}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_the_authorizers_future_is_dropped_is_a_500() {
    struct PanicsWhenDropped;
    impl Drop for PanicsWhenDropped {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    let authorizer = authorizer_fn(async |request: AuthorizerRequest| {
        let _held = PanicsWhenDropped;
        if request.token() == Some("hang") {
            pending::<()>().await;
        }
        Ok(AuthorizerResponse::allow("*"))
    });
    let mut service = LambdaAuthorizerLayer::token(authorizer).layer(Inner::default());
    for token in ["answer", "hang"] {
        let response = service.call(get("/pets", token)).await.unwrap();
        assert_eq!(
            broken_because(&response),
            r#"AuthorizerPanicked { message: "dropped" }"#
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_authorizer_has_29_seconds_or_the_configured_time_limit() {
    let short = layer()
        .authorizer_timeout(Duration::from_millis(250))
        .unwrap();
    for (layer, still_waiting, over) in [
        (
            layer(),
            28_900,
            Some((100, "AuthorizerTimedOut { limit: 29s }")),
        ),
        (short, 249, Some((1, "AuthorizerTimedOut { limit: 250ms }"))),
        (layer().no_authorizer_timeout(), 3 * 86_400_000, None),
    ] {
        let mut future = task::spawn(layer.layer(Inner::default()).oneshot(get("/pets", "hang")));
        assert_pending!(future.poll());
        advance(Duration::from_millis(still_waiting)).await;
        assert_pending!(future.poll());
        if let Some((more, reason)) = over {
            advance(Duration::from_millis(more)).await;
            assert!(future.is_woken());
            assert_eq!(broken_because(&assert_ready_ok!(future.poll())), reason);
        }
    }
}

#[test]
fn a_timer_is_needed_only_for_a_time_limit() {
    let inner = Inner::default();
    let unlimited = layer().no_authorizer_timeout().layer(inner.clone());
    let response = task::spawn(unlimited.oneshot(get("/pets", "allow"))).poll();
    assert_eq!(assert_ready_ok!(response).status(), 200);
    let limited = layer().layer(inner.clone());
    let response = task::spawn(limited.oneshot(get("/pets", "allow"))).poll();
    let response = assert_ready_ok!(response);
    assert_eq!(broken_because(&response), "NoTimer");
    let denial = response.extensions().get::<Denial>().unwrap().to_string();
    assert!(denial.contains("enable_time"), "{denial}");
    assert_eq!(inner.calls(), 1);
}

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

/// The response to a request with this token, with a tower service as the authorizer.
async fn answer_of<S>(service: S, token: &str) -> Response<ResponseBody<Full<Bytes>>>
where
    ServiceAuthorizer<S>: Authorizer,
{
    let layer = LambdaAuthorizerLayer::token(ServiceAuthorizer::new(service));
    layer
        .layer(Inner::default())
        .oneshot(get("/pets", token))
        .await
        .unwrap()
}

/// The tests' authorizer as a tower service.
fn told_service() -> impl Service<
    AuthorizerRequest,
    Response = AuthorizerResponse,
    Error = AuthorizerError,
    Future = impl Future<Output = Answer> + Send,
> + Clone
+ Send
+ Sync
+ 'static {
    let authorizer = as_told(&Asked::default());
    service_fn(move |request| {
        let authorizer = authorizer.clone();
        async move { authorizer.authorize(request).await }
    })
}

#[tokio::test(start_paused = true)]
async fn a_tower_stack_as_authorizer_distinguishes_401_from_its_failures() {
    let stack = ServiceBuilder::new()
        .buffer(8)
        .load_shed()
        .concurrency_limit(8)
        .timeout(Duration::from_secs(1))
        .service(told_service());
    let in_retry = stack.clone();
    let retry = service_fn(move |request: AuthorizerRequest| {
        let stack = in_retry.clone();
        async move {
            match stack.clone().oneshot(request.clone()).await {
                Err(_) => stack.oneshot(request).await,
                answer => answer,
            }
        }
    });
    for (token, status) in [
        ("allow", 200),
        ("deny", 403),
        ("unauthorized", 401),
        ("fail", 500),
    ] {
        assert_eq!(
            answer_of(stack.clone(), token).await.status(),
            status,
            "{token}"
        );
        assert_eq!(
            answer_of(retry.clone(), token).await.status(),
            status,
            "{token}, retried"
        );
    }
    let reason = broken_because(&answer_of(stack.clone(), "malformed").await);
    assert!(reason.starts_with("MalformedResponse"), "{reason}");
    let reason = broken_because(&answer_of(stack, "hang").await);
    assert_eq!(
        reason,
        r#"AuthorizerFailed { message: "request timed out" }"#
    );
}

#[tokio::test]
async fn an_overloaded_tower_stack_as_authorizer_is_a_500_and_recovers() {
    let stack = ServiceBuilder::new()
        .load_shed()
        .concurrency_limit(1)
        .service(told_service());
    let mut first = task::spawn(answer_of(stack.clone(), "hang"));
    assert_pending!(first.poll());
    let reason = broken_because(&answer_of(stack.clone(), "allow").await);
    assert_eq!(
        reason,
        r#"AuthorizerFailed { message: "service overloaded" }"#
    );
    drop(first);
    assert_eq!(answer_of(stack, "allow").await.status(), 200);
}

#[tokio::test]
async fn a_tower_service_as_authorizer_that_never_is_ready_is_a_500() {
    let (service, mut handle) = mock::pair::<AuthorizerRequest, AuthorizerResponse>();
    handle.send_error("the circuit is open");
    let reason = broken_because(&answer_of(service, "allow").await);
    assert_eq!(
        reason,
        r#"AuthorizerFailed { message: "the circuit is open" }"#
    );
}

#[tokio::test]
async fn a_tower_service_as_authorizer_with_another_unauthorized_message_is_a_500() {
    let rewording =
        told_service().map_err(|error| std::io::Error::other(format!("while asking: {error}")));
    let reason = broken_because(&answer_of(rewording, "unauthorized").await);
    assert_eq!(
        reason,
        r#"AuthorizerFailed { message: "while asking: Unauthorized" }"#
    );
}

#[tokio::test]
async fn shared_boxed_and_closure_authorizers_decide_equally() {
    async fn check(authorizer: impl Authorizer) {
        let layer = LambdaAuthorizerLayer::request(authorizer, IdentitySources::none()).unwrap();
        let mut service = layer.layer(Inner::default());
        for (path, status) in [("/open", 200), ("/closed", 403)] {
            let response = service.call(get(path, "unused")).await.unwrap();
            assert_eq!(response.status(), status, "{path}");
        }
        assert_eq!(service.get_ref().calls(), 1);
    }
    let closure = authorizer_fn(async |request: AuthorizerRequest| {
        let open = request.api().method_arn(request.method(), "/open");
        Ok(AuthorizerResponse::allow(open))
    });
    check(closure).await;
    check(Arc::new(closure)).await;
    check(BoxAuthorizer::new(BoxAuthorizer::new(Arc::new(closure)))).await;
}
