//! Remedies for 400: requests that two programs could read differently.

use http::Method;

use super::{Case, Remedy};
use crate::{
    decision::DenialReason,
    request::path::{PathAmbiguity, is_literal_method, merge_slashes, without_parameters},
};

/// Only given if the method is a usual one in capitals.
pub(super) fn method_in_small_letters(case: &Case<'_>) -> Option<Remedy> {
    let DenialReason::AmbiguousPath {
        ambiguity: PathAmbiguity::Method,
    } = case.reason
    else {
        return None;
    };
    let in_capitals = case
        .circumstances
        .parts
        .method
        .as_str()
        .to_ascii_uppercase();
    let method = Method::from_bytes(in_capitals.as_bytes()).ok()?;
    is_literal_method(&method).then(|| {
        Remedy::new(
            "method-in-small-letters",
            format!("write the method as `{in_capitals}`: methods are written in capitals"),
        )
    })
}

pub(super) fn pattern_in_path(case: &Case<'_>) -> Option<Remedy> {
    if method_in_small_letters(case).is_some() {
        return None;
    }
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

/// Each way out is only named if it is one.
pub(super) fn other_reading(case: &Case<'_>) -> Option<Remedy> {
    let DenialReason::ReadingNotAllowed { method_arn, .. } = case.reason else {
        return None;
    };
    let circumstances = case.circumstances;
    let plain = without_parameters(circumstances.path());
    let plain = merge_slashes(&plain);
    let readings = circumstances.readings_that_are_not_allowed();
    let ways = [
        circumstances
            .is_allowed_at(&plain)
            .then(|| format!("send `{plain}`")),
        circumstances
            .is_allowed_with(&readings)
            .then(|| format!("also allow `{}`", readings.join("` and `"))),
        Some(format!(
            "if the service reads the path as it is, allow `{method_arn}` itself"
        )),
    ];
    let ways: Vec<_> = ways.into_iter().flatten().collect();
    Some(Remedy::new(
        "read-as-another-path",
        format!(
            "a wildcard in an `Allow` does not cover what servers read as another path: {}",
            ways.join(", or ")
        ),
    ))
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
