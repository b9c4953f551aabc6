//! The `tracing` span of a call to the authorizer.

use std::future::Future;

use tracing::{Instrument, Span, field::Empty, info_span, instrument::Instrumented};

use super::{authorizer_call::CallOutcome, events::TARGET};
use crate::pipeline::settings::Settings;

/// A call in its span. Not an async block, which would contain the call twice.
pub(crate) type InSpan<F> = Instrumented<F>;

/// A span around a call. What the authorizer logs, and the requests that it sends, belong to it.
pub(super) struct CallSpan(Span);

impl CallSpan {
    pub(super) fn new(settings: &Settings) -> Self {
        let name = settings.authorizer_name();
        Self(info_span!(
            target: TARGET,
            "authorizer_call",
            authorizer = name,
            outcome = Empty,
            error.r#type = Empty,
            otel.status_code = Empty,
        ))
    }

    /// Whether nothing records it.
    pub(super) fn is_disabled(&self) -> bool {
        self.0.is_disabled()
    }

    pub(super) fn around<F: Future>(span: Option<&Self>, call: F) -> InSpan<F> {
        call.instrument(span.map_or_else(Span::none, |Self(span)| span.clone()))
    }

    /// Records the outcome. A broken authorizer is an error. `Unauthorized` and a client that goes away are not.
    pub(super) fn ended(&self, outcome: CallOutcome) {
        self.0.record("outcome", outcome.as_str());
        match outcome {
            CallOutcome::Answered | CallOutcome::Unauthorized | CallOutcome::Abandoned => {}
            _ => {
                self.0.record("error.type", outcome.as_str());
                self.0.record("otel.status_code", "ERROR");
            }
        }
    }
}
