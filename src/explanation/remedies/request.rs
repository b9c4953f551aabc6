//! 400: requests that two readers take for two.

use super::{Case, Remedy};
use crate::{decision::DenialReason, request::path::PathAmbiguity};

pub(super) fn pattern_in_path(case: &Case<'_>) -> Option<Remedy> {
    match case.reason {
        DenialReason::AmbiguousPath {
            ambiguity:
                PathAmbiguity::Wildcard | PathAmbiguity::PolicyVariable | PathAmbiguity::Method,
        } => Some(Remedy::new(
            "pattern-in-path",
            "a policy that has this method ARN as its `Resource` would cover other requests as well, and could be kept \
             for them: choose other names for resources; or, if no authorizer copies the text of a `methodArn` into a \
             policy, set `ambiguous_paths(AmbiguousPaths::AsReceived)`, and read there what else that lets through",
        )),
        _ => None,
    }
}

pub(super) fn two_hosts(case: &Case<'_>) -> Option<Remedy> {
    match case.reason {
        DenialReason::AmbiguousHost { .. } => Some(Remedy::new(
            "two-hosts",
            "have the proxy in front send one `Host`, the one of the target if that has one; or, if the service behind \
             the layer does not ask for the host, set `ambiguous_hosts(AmbiguousHosts::AsReceived)`",
        )),
        _ => None,
    }
}
