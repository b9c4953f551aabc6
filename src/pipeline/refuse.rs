//! The response for a request that is refused.

use http::{Response, request::Parts};

use super::decide::Denied;
use crate::{
    body::GatewayBody, context::Arrival, decision::Denial, gateway_response::Refusal,
    resource::ResourceMatch, settings::Settings,
};

/// All refusals leave through here; with the values of the identity sources, if the authorizer was asked.
pub(crate) fn refuse(
    settings: &Settings,
    parts: &Parts,
    matched: &ResourceMatch,
    arrival: &Arrival,
    denied: Denied,
    identity: &[String],
) -> Response<GatewayBody> {
    let Denied { reason, caller } = denied;
    let request = settings.request_context(parts, Some(matched), arrival);
    let responses = &settings.gateway_responses;
    let denial = Denial::new(responses.response_type(&reason), reason);
    let refusal = Refusal {
        request: &request,
        denial: Some(denial.clone()),
        identity,
        authorizer: caller.as_ref(),
    };
    responses
        .refuse(denial.reason(), refusal)
        .map(GatewayBody::new)
}
