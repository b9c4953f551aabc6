//! The response to a request that is refused.

use std::sync::Arc;

use http::{Response, request::Parts};

use crate::{
    explanation::{Circumstances, Denial},
    gateway_response::Refusal,
    observe::{self, Witness},
    pipeline::{Denied, settings::Settings},
    request::{body::RequestBody, context::Arrival, resource::ResourceMatch},
    service::body::GatewayBody,
};

/// The request that is refused.
pub(crate) struct Refused {
    pub(crate) parts: Parts,
    pub(crate) matched: ResourceMatch,
    pub(crate) arrival: Arrival,
}

/// Creates the response of every refusal. `identity` has the values of the identity sources if the authorizer was
/// called. The request moves into the denial, which computes an explanation from it on demand.
pub(crate) fn refuse(
    settings: &Arc<Settings>,
    refused: Refused,
    denied: Denied,
) -> Response<GatewayBody> {
    let (denial, witness) = denial(settings, refused, denied);
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
    mut refused: Refused,
    denied: Denied,
) -> (Denial, Witness) {
    if settings.gives_body {
        // The application may keep the denial for a long time.
        refused.parts.extensions.remove::<RequestBody>();
    }
    let witness = Witness::taken_from(&mut refused.parts);
    let response_type = settings.gateway_responses.response_type(&denied.reason);
    let circumstances = Circumstances {
        settings: Arc::clone(settings),
        noted: refused.arrival.noted(&settings.reader.clock),
        parts: refused.parts,
        matched: refused.matched,
        asked: denied.asked,
        result: denied.result,
    };
    let denial = Denial::new(response_type, denied.reason, circumstances);
    (denial, witness)
}
