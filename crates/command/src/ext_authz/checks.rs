//! Envoy's questions, each answered by the guard that is in force.

use std::sync::Arc;

use envoy_types::ext_authz::v3::pb::{Authorization, CheckRequest, CheckResponse};
use http::{Request, Response};
use http_body_util::BodyExt;
use ipnet::IpNet;
use tokio::{sync::Semaphore, time::timeout};
use tonic::Status;

use super::{
    allowed::Upstream, answer::answer, deadline::time_to_answer, original::original,
    undecided::Undecided, untrusted::Sender,
};
use crate::{
    live::{Guard, Live},
    look_alike,
};

/// The service `envoy.service.auth.v3.Authorization`.
#[derive(Clone)]
pub(super) struct Checks {
    live: Live,
    trusted_proxies: Arc<[IpNet]>,
    places: Arc<Semaphore>,
}

/// How many requests are decided at the same time. Others wait.
const AT_ONCE: usize = 4096;

impl Checks {
    pub(super) fn new(live: Live, trusted_proxies: &[IpNet]) -> Self {
        Self {
            live,
            trusted_proxies: trusted_proxies.into(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    pub(super) async fn refuse(&self, undecided: Undecided) -> CheckResponse {
        undecided.refuse(&self.live.guard()).await
    }

    /// Decides in a task of its own. If the authorizer takes longer than Envoy waits, it can still finish, and its
    /// result is cached for the next request. Otherwise the authorizer would be called again and again without a
    /// result.
    async fn decide(&self, request: Request<()>) -> Result<CheckResponse, Undecided> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|_| Undecided::Failed("the server ends"))?;
        let guard = self.live.guard();
        let sender = Sender::of(&request, &self.trusted_proxies);
        let is_removed = |name: &str| sender.is_unwanted(name, guard.context_headers());
        if let Some(names) = look_alike::pair(request.headers(), is_removed) {
            return Err(Undecided::LookAlike(names));
        }
        let decision = tokio::spawn(async move {
            let decision = decide(&guard, request, sender).await;
            drop(place);
            decision
        });
        let decision = decision.await;
        decision.map_err(|_| Undecided::Failed("the program has panicked"))?
    }
}

async fn decide(
    guard: &Guard,
    request: Request<()>,
    sender: Sender,
) -> Result<CheckResponse, Undecided> {
    let upstream = Upstream::new(guard.context_headers(), request.headers(), sender);
    let (parts, body) = guard.call(request, upstream).await.into_parts();
    let body = body.collect().await;
    let body = body.map_err(|_| Undecided::Failed("the gateway response was not made"))?;
    Ok(answer(Response::from_parts(parts, body.to_bytes())))
}

#[tonic::async_trait]
impl Authorization for Checks {
    /// Never returns an error, see [`NoErrors`](super::no_errors::NoErrors).
    async fn check(
        &self,
        check: tonic::Request<CheckRequest>,
    ) -> Result<tonic::Response<CheckResponse>, Status> {
        let time = time_to_answer(check.metadata());
        let decided = match (original(check.into_inner()), time) {
            (Err(undecided), _) => Err(undecided),
            (Ok(request), None) => self.decide(request).await,
            (Ok(request), Some(time)) => timeout(time, self.decide(request))
                .await
                .unwrap_or(Err(Undecided::TooLate)),
        };
        let answer = match decided {
            Ok(answer) => answer,
            Err(undecided) => self.refuse(undecided).await,
        };
        Ok(tonic::Response::new(answer))
    }
}
