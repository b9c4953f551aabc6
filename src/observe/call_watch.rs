//! Watches a call to the authorizer, for the observers and for `tracing`.

use std::{future::Future, mem, sync::Arc, time::Instant};

use super::{
    authorizer_call::{AuthorizerCall, CallOutcome},
    call_start::CallStart,
    spans::{CallSpan, InSpan},
};
use crate::{
    authorizer::AuthorizerRequest, decision::DenialReason, pipeline::settings::Settings,
    request::context::RequestIds,
};

/// Notifies the observers when a call ends, even if it is dropped, and keeps its span.
pub(crate) struct CallWatch(Option<Box<Watching>>);

struct Watching {
    settings: Arc<Settings>,
    span: CallSpan,
    began: Instant,
    ids: RequestIds,
}

impl CallWatch {
    /// The call begins. Without observers and a span, there is nothing to watch.
    pub(crate) fn begin(settings: &Arc<Settings>, request: &AuthorizerRequest) -> Self {
        let span = CallSpan::new(settings);
        if settings.observers.is_none() && span.is_disabled() {
            return Self(None);
        }
        if let Some(observers) = &settings.observers {
            let call = CallStart { settings, request };
            observers.notify(|observer| observer.call_began(&call));
        }
        Self(Some(Box::new(Watching {
            settings: Arc::clone(settings),
            span,
            began: settings.caching.clock.moment(),
            ids: request.facts().arrival.ids,
        })))
    }

    /// Runs the call in its span.
    pub(crate) fn around<F: Future>(&self, call: F) -> InSpan<F> {
        CallSpan::around(self.0.as_ref().map(|watching| &watching.span), call)
    }

    pub(crate) fn ended(mut self, failure: Option<&DenialReason>) {
        self.end(|| CallOutcome::of(failure));
    }

    fn end(&mut self, outcome: impl FnOnce() -> CallOutcome) {
        let Some(watching) = mem::take(&mut self.0) else {
            return;
        };
        let Watching {
            settings,
            span,
            began,
            ids,
        } = *watching;
        let outcome = outcome();
        span.ended(outcome);
        let now = settings.caching.clock.moment();
        let call = AuthorizerCall {
            settings: &settings,
            outcome,
            latency: now.saturating_duration_since(began),
            ids,
        };
        if let Some(observers) = &settings.observers {
            observers.notify(|observer| observer.call_ended(&call));
        }
    }
}

impl Drop for CallWatch {
    fn drop(&mut self) {
        self.end(|| CallOutcome::Abandoned);
    }
}
