//! Answers a failed call with a refusal instead of an error.

use std::{convert::Infallible, panic::AssertUnwindSafe};

use envoy_types::ext_authz::v3::pb::{
    Authorization, AuthorizationServer, CheckRequest, CheckResponse,
};
use futures_util::FutureExt;
use http::{Request, Response};
use http_body_util::Full;
use tonic::{Code, Status, body::Body};
use tower::{Service, ServiceExt};

use super::{checks::Checks, undecided::Undecided};

/// The gRPC service, whose every answer is a decision.
///
/// Envoy may be configured to let a request through after an error (`failure_mode_allow`). So a message that is too large
/// or cannot be read, and a panic, are refusals, too.
#[derive(Clone)]
pub(super) struct NoErrors<S> {
    server: S,
    checks: Checks,
}

impl NoErrors<AuthorizationServer<Checks>> {
    pub(super) fn new(checks: Checks) -> Self {
        let server = AuthorizationServer::new(checks.clone());
        Self {
            server: server.max_decoding_message_size(MAX_CHECK_BYTES),
            checks,
        }
    }
}

/// By default, Envoy itself refuses requests with more than 60 KiB of headers. It can add the body, which is not needed.
const MAX_CHECK_BYTES: usize = 1024 * 1024;

impl<S> NoErrors<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    pub(super) async fn call(self, request: Request<Body>) -> Response<Body> {
        let answer = AssertUnwindSafe(self.server.oneshot(request)).catch_unwind();
        let undecided = match answer.await {
            // The status of a call that succeeds is in the trailers.
            Ok(Ok(answer)) => match Status::from_header_map(answer.headers()) {
                None => return answer,
                Some(error) => undecided(&error),
            },
            Err(_panic) => Undecided::Failed("the program has panicked"),
        };
        send(self.checks.refuse(undecided).await).await
    }
}

/// Why tonic has not read a message, as a reason to refuse the request.
fn undecided(error: &Status) -> Undecided {
    match error.code() {
        Code::OutOfRange | Code::ResourceExhausted => Undecided::TooLarge,
        // Envoy passes on bytes in a path that are not UTF-8.
        Code::Internal => Undecided::BadRequest("the check cannot be read, or is not UTF-8"),
        _ => Undecided::BadCheck("the check is not one message without compression"),
    }
}

/// Sends an answer as the gRPC server would. For this, a server that gives this answer to every message receives an
/// empty message.
async fn send(answer: CheckResponse) -> Response<Body> {
    const EMPTY_MESSAGE: &[u8] = &[0; 5];
    let mut request = Request::new(Body::new(Full::from(EMPTY_MESSAGE)));
    *request.uri_mut() = http::Uri::from_static(super::CHECK);
    let server = AuthorizationServer::new(Prepared(answer));
    let Ok(response) = server.oneshot(request).await;
    response
}

struct Prepared(CheckResponse);

#[tonic::async_trait]
impl Authorization for Prepared {
    async fn check(
        &self,
        _: tonic::Request<CheckRequest>,
    ) -> Result<tonic::Response<CheckResponse>, Status> {
        Ok(tonic::Response::new(self.0.clone()))
    }
}
