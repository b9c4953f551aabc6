//! The response for a request that is refused.

use http::{Response, request::Parts};

use crate::{
    authorizer::AuthorizerRequest,
    authorizer_context::AuthorizerContext,
    body::GatewayBody,
    context::{Arrival, RequestContext},
    decision::{Denial, DenialReason},
    gateway_response::Refusal,
    resource::ResourceMatch,
    settings::Settings,
};

/// What the authorizer was told and what it said, if it was asked.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) request: Option<AuthorizerRequest>,
    pub(crate) caller: Option<AuthorizerContext>,
}

/// All refusals leave through here.
pub(crate) fn refuse(
    settings: &Settings,
    parts: &Parts,
    matched: &ResourceMatch,
    arrival: &Arrival,
    reason: DenialReason,
    told: &Told,
) -> Response<GatewayBody> {
    let request: RequestContext<'_> = settings.request_context(parts, Some(matched), arrival);
    let responses = &settings.gateway_responses;
    let denial = Denial::new(responses.response_type(&reason), reason);
    let refusal = Refusal {
        request: &request,
        denial: Some(denial.clone()),
        identity: told.request.as_ref().map_or(&[], AuthorizerRequest::identity),
        authorizer: told.caller.as_ref(),
    };
    responses
        .refuse(denial.reason(), refusal)
        .map(GatewayBody::new)
}
