//! Remedies for an identity source that has no value, when nothing else in the request resembles it.

use super::{
    Case, Remedy, client_address,
    identity::{in_another_place, sent_by_client, under_another_name},
    sent::values_at,
};
use crate::{
    decision::DenialReason,
    identity::{IdentitySource, SourcePlace},
    request::context::ContextVariable,
};

pub(super) fn missing(case: &Case<'_>) -> Option<Remedy> {
    let DenialReason::IdentitySourceMissing { source } = case.reason else {
        return None;
    };
    if is_told(case) {
        return None;
    }
    let text = match sent_by_client(source) {
        Some(_) if !source.alternatives().is_empty() => {
            let places = source.alternatives().iter().map(|one| format!("`{one}`"));
            let places: Vec<_> = places.collect();
            format!(
                "send one of {}; without one of them, the authorizer is not invoked",
                places.join(", ")
            )
        }
        Some((place, name)) => format!(
            "send the {} `{name}`; without it, the gateway answers by itself and does not invoke the authorizer, so the \
             function's log shows nothing",
            place.noun()
        ),
        None => not_sent_as_itself(source),
    };
    Some(Remedy::new("identity-source-missing", text))
}

/// The client sends the source, so "send it" would not help.
pub(super) fn empty(case: &Case<'_>) -> Option<Remedy> {
    let DenialReason::IdentitySourceEmpty { source } = case.reason else {
        return None;
    };
    if is_told(case) {
        return None;
    }
    let text = match sent_by_client(source) {
        Some((place, name)) if is_repeated(case, place, name) => format!(
            "the request has the {} `{name}` more than once. Only the last one counts, and it is empty: send it once, \
             with a value",
            place.noun()
        ),
        Some((place, name)) => format!(
            "the request has the {} `{name}`, but without a value, which counts as missing: send a value. Perhaps the \
             client's variable for it is not set",
            place.noun()
        ),
        None => not_sent_as_itself(source),
    };
    Some(Remedy::new("identity-source-empty", text))
}

pub(super) fn not_utf8(case: &Case<'_>) -> Option<Remedy> {
    let DenialReason::IdentitySourceNotUtf8 { source } = case.reason else {
        return None;
    };
    let (place, name) = sent_by_client(source)?;
    Some(Remedy::new(
        "identity-source-not-utf8",
        format!(
            "the {} `{name}` has bytes that are not UTF-8, so no event can contain it: have the client encode it, for \
             example as Base64",
            place.noun()
        ),
    ))
}

/// Whether another remedy says what to send.
fn is_told(case: &Case<'_>) -> bool {
    client_address::is_missing(case)
        || under_another_name(case).is_some()
        || in_another_place(case).is_some()
}

fn is_repeated(case: &Case<'_>, place: SourcePlace, name: &str) -> bool {
    let is_it = |other: &str| match place {
        SourcePlace::Header => other.eq_ignore_ascii_case(name),
        _ => other == name,
    };
    values_at(case, place)
        .iter()
        .any(|(other, values)| is_it(other) && values.len() > 1)
}

/// What to do about a stage variable, or a variable of the context, which the layer works out.
fn not_sent_as_itself(source: &IdentitySource) -> String {
    use ContextVariable as V;
    match source.context_variable() {
        Some(_) if source.asks_the_router() => format!(
            "`{source}` is known only if a router has looked for the request's route before the layer: with axum, turn on \
             the feature `axum` and add the layer with `Router::layer` or `Router::route_layer`, not around the whole \
             router; with another framework, set a `resource_resolver`"
        ),
        Some(V::UserAgent) => {
            format!("`{source}` is the header `User-Agent`: send it with a value")
        }
        Some(V::DomainName | V::DomainPrefix) => format!(
            "`{source}` is from the host that the request names: send the header `Host`, or `:authority` in HTTP/2"
        ),
        Some(_) => format!("no request has `{source}` here: remove it from the identity sources"),
        None => format!(
            "no client can send `{source}`: set the stage variable (in Rust, with `Api::with_stage_variable`), or remove \
             it from the identity sources"
        ),
    }
}
