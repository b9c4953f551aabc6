//! The layer's contract with the services around it and inside it: when services are called, made ready and dropped, and
//! which response a refusal gives.

mod bodies;
mod context;
mod every_service;
mod failures;
mod readiness;
mod tower_authorizers;
mod types;
mod whole_request;

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

use crate::support::{Answer, Asked, as_told, get, text};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header::ORIGIN};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full};
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
    ResponseFuture, ServiceAuthorizer, authorizer_fn, gateway_responses::ResponseType,
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
        ("/pets", told("malformed"), 1, BROKEN, r#"MalformedResponse { kind: Other, problem: "the answer has no `policyDocument`, and no `isAuthorized` either" }"#),
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
        // Otherwise a later step may have refused what an earlier one let through.
        let denial = response.extensions().get::<Denial>().unwrap();
        let given = format!("{:?}", denial.reason());
        assert!(given.starts_with(reason), "{reason}: {given}");
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
