//! Gateway responses: the answers of API Gateway itself, byte for byte, and their customisation.

mod additions;
mod body;
mod body_form;
mod cause;
mod choices;
mod cors;
mod default_response;
mod development;
mod entry;
mod failure;
mod gateway_responses;
mod grpc;
mod header_mapping;
mod openapi;
mod prepare;
mod ready_made;
mod reference;
mod render;
mod response_explanation;
mod response_type;
mod standard_headers;
mod style;
mod template;
mod wording;
mod www_authenticate;

pub(crate) use self::render::Refusal;
pub use self::{
    cors::Cors,
    entry::GatewayResponse,
    failure::GatewayFailure,
    gateway_responses::GatewayResponses,
    response_explanation::{EntryUsed, ResponseExplanation},
    response_type::{ResponseFamily, ResponseType},
    www_authenticate::WwwAuthenticate,
};
