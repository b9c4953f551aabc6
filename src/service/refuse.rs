//! The response to a request that is refused.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, request::Parts};

use crate::{
    explanation::Denial,
    gateway_response::Refusal,
    observe::{self, Witness},
    pipeline::{Denied, settings::Settings},
    request::{body::RequestBody, context::Noted, resource::ResourceMatch},
};

/// Creates the denial of a request that is refused, or would be, and returns what a test's harness is told through. The
/// request moves into the denial, which computes an explanation from it on demand.
pub(crate) fn denial(
    settings: &Arc<Settings>,
    mut parts: Parts,
    matched: ResourceMatch,
    noted: Noted,
    denied: Denied,
) -> (Denial, Witness) {
    if settings.gives_body {
        // The application may keep the denial for a long time.
        parts.extensions.remove::<RequestBody>();
    }
    let witness = Witness::taken_from(&mut parts);
    let denial = Denial::new(settings, parts, matched, noted, denied);
    (denial, witness)
}

/// Creates the response of every refusal.
pub(crate) fn refuse(denial: Denial, witness: &Witness) -> Response<Bytes> {
    let circumstances = denial.circumstances();
    let settings = &circumstances.settings;
    let mut response = circumstances.with_request(|request| {
        let refusal = Refusal {
            request,
            reason: Some(denial.reason()),
            sources: settings.kind.sources(),
            authorizer: circumstances.caller(),
        };
        settings.gateway_responses.refuse(denial.reason(), refusal)
    });
    observe::refused(&denial);
    observe::tell(settings, &denial);
    observe::tell_refused(&denial, &response);
    witness.refused(&denial);
    response.extensions_mut().insert(denial);
    response
}
