//! Remedies for 400: requests that two programs could read differently.

use super::{Case, Remedy};
use crate::{decision::DenialReason, request::path::PathAmbiguity};

pub(super) fn pattern_in_path(case: &Case<'_>) -> Option<Remedy> {
    match case.reason {
        DenialReason::AmbiguousPath {
            ambiguity:
                PathAmbiguity::Wildcard | PathAmbiguity::PolicyVariable | PathAmbiguity::Method,
        } => Some(Remedy::new(
            "pattern-in-path",
            "as the `Resource` of a policy, this method ARN would be a pattern that covers other requests, too, and the \
             policy could be cached for them: choose other names for resources. If no authorizer copies `methodArn` into \
             a policy, `ambiguous_paths(AmbiguousPaths::AsReceived)` lets such requests through; read there what else it \
             lets through",
        )),
        _ => None,
    }
}

pub(super) fn two_hosts(case: &Case<'_>) -> Option<Remedy> {
    match case.reason {
        DenialReason::AmbiguousHost { .. } => Some(Remedy::new(
            "two-hosts",
            "make the proxy in front send one `Host` header, with the same host as the request's target if that has one. \
             If the service behind the layer does not use the host, set `ambiguous_hosts(AmbiguousHosts::AsReceived)`",
        )),
        _ => None,
    }
}
