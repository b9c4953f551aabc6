//! Remedies for requests of gRPC clients.

use super::{Case, Remedy};

/// Without a `grpc-status`, a client reads the JSON as a message: tonic's reports an invalid compression flag, 123, which is
/// the JSON's first byte.
pub(super) fn no_grpc_status(case: &Case<'_>) -> Option<Remedy> {
    let responses = &case.circumstances.settings.gateway_responses;
    let is_readable = responses.may_be_read_by(&case.circumstances.parts);
    (!is_readable && case.explanation.response().is_some()).then(|| {
        Remedy::new(
            "no-grpc-status",
            "the client uses gRPC, but the response is an HTTP response with JSON, which a gRPC client reports as \
             `Internal`: add `.gateway_responses(GatewayResponses::default().grpc())`",
        )
    })
}
