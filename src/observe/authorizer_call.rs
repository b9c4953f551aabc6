//! A call to the authorizer, as observers receive it.

use std::{fmt, time::Duration};

use super::of_layer::of_layer;
use crate::{
    decision::DenialReason, names::names, pipeline::settings::Settings,
    request::context::RequestIds,
};

/// A call to the authorizer that has ended.
pub struct AuthorizerCall<'c> {
    pub(super) settings: &'c Settings,
    pub(super) outcome: CallOutcome,
    pub(super) latency: Duration,
    /// Those of the request that began the call.
    pub(super) ids: RequestIds,
}

/// How a call to the authorizer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallOutcome {
    /// With an answer that can be used, whether it allows or denies.
    Answered,
    /// The authorizer returned `Unauthorized`.
    Unauthorized,
    /// With another error.
    Failed,
    /// The Lambda function could not be invoked, or its answer did not arrive.
    NotInvoked,
    /// With an answer that cannot be used.
    Malformed,
    /// The authorizer panicked.
    Panicked,
    /// It took longer than the timeout.
    TimedOut,
    /// The authorizer was not called, because its timeout needs tokio's timer and there is none.
    NoTimer,
    /// The authorizer was not called, because its last calls failed and the [circuit
    /// breaker](crate::LambdaAuthorizerLayer::circuit_breaker) is open.
    Paused,
    /// Every request that waited for it was dropped.
    Abandoned,
}

of_layer!(AuthorizerCall);

impl AuthorizerCall<'_> {
    /// How the call ended.
    #[must_use]
    pub fn outcome(&self) -> CallOutcome {
        self.outcome
    }

    /// How long it took. This includes the wait for a permit, if the layer limits concurrent calls.
    #[must_use]
    pub fn latency(&self) -> Duration {
        self.latency
    }

    /// `$context.requestId` of the request that began the call.
    #[must_use]
    pub fn request_id(&self) -> String {
        let form = self.settings.kind.differences().request_id;
        self.ids.in_form(form)
    }
}

impl fmt::Debug for AuthorizerCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizerCall")
            .field("authorizer_name", &self.authorizer_name())
            .field("outcome", &self.outcome)
            .field("latency", &self.latency)
            .finish()
    }
}

impl CallOutcome {
    pub(super) fn of(failure: Option<&DenialReason>) -> Self {
        match failure {
            None => Self::Answered,
            Some(DenialReason::AuthorizerSaidUnauthorized { .. }) => Self::Unauthorized,
            Some(DenialReason::FunctionNotInvoked { .. }) => Self::NotInvoked,
            Some(DenialReason::MalformedResponse { .. }) => Self::Malformed,
            Some(DenialReason::AuthorizerPanicked { .. }) => Self::Panicked,
            Some(DenialReason::AuthorizerTimedOut { .. }) => Self::TimedOut,
            Some(DenialReason::NoTimer) => Self::NoTimer,
            Some(DenialReason::AuthorizerPaused { .. }) => Self::Paused,
            Some(_) => Self::Failed,
        }
    }
}

names! {
    /// The name for labels and logs: `answered`, `unauthorized`, `failed`, `not_invoked`, `malformed`, `panicked`,
    /// `timed_out`, `no_timer`, `paused` or `abandoned`.
    CallOutcome {
        Answered "answered",
        Unauthorized "unauthorized",
        Failed "failed",
        NotInvoked "not_invoked",
        Malformed "malformed",
        Panicked "panicked",
        TimedOut "timed_out",
        NoTimer "no_timer",
        Paused "paused",
        Abandoned "abandoned",
    }
}
