//! The response to a request that is refused.

use std::sync::Arc;

use http::{Response, request::Parts};

use crate::{
    explanation::Denial,
    gateway_response::Refusal,
    observe::{self, Witness},
    pipeline::{Denied, settings::Settings},
    request::{body::RequestBody, context::Noted, resource::ResourceMatch},
    service::body::GatewayBody,
};

/// Creates the response of every refusal. `identity` has the values of the identity sources if the authorizer was
/// called. The request moves into the denial, which computes an explanation from it on demand.
pub(crate) fn refuse(
    settings: &Arc<Settings>,
    parts: Parts,
    matched: ResourceMatch,
    noted: Noted,
    denied: Denied,
) -> Response<GatewayBody> {
    let (denial, witness) = denial(settings, parts, matched, noted, denied);
    let responses = &settings.gateway_responses;
    let mut response = denial.circumstances().with_request(|request| {
        let refusal = Refusal {
            request,
            reason: Some(denial.reason()),
            sources: settings.kind.sources(),
            authorizer: denial.circumstances().caller(),
        };
        responses.refuse(denial.reason(), refusal)
    });
    observe::refused(&denial);
    observe::tell(settings, &denial);
    observe::tell_refused(&denial, &response);
    witness.refused(&denial);
    response.extensions_mut().insert(denial);
    response.map(GatewayBody::new)
}

/// Creates the denial of a request that is refused, or would be, and returns what a test's harness is told through.
#[inline]
pub(super) fn denial(
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
