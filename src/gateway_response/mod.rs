//! Gateway responses: what API Gateway itself answers, byte for byte, and how it is customised.

mod cors;
mod development;
mod entry;
mod failure;
mod gateway_responses;
mod grpc;
mod header_mapping;
mod openapi;
mod reference;
mod render;
mod responder;
mod response_type;
mod standard_headers;
mod template;
mod wording;
mod www_authenticate;

pub use self::{
    cors::Cors,
    entry::GatewayResponse,
    failure::GatewayFailure,
    gateway_responses::GatewayResponses,
    responder::{FailureService, GatewayResponder},
    response_type::{ResponseFamily, ResponseType},
    www_authenticate::WwwAuthenticate,
};
pub(crate) use self::{failure::IdHeaders, render::Refusal, response_type::BodyForm};
