//! The remedy for 403 that is left if no other rule about the policy recognizes a mistake.

use super::{Case, Remedy, another_api, letter_case, policy, resource, unknown_api};
use crate::{
    decision::DenialReason,
    policy::{first_miss, title},
};

pub(super) fn nearest_statement(case: &Case<'_>) -> Option<Remedy> {
    let is_told = letter_case::ignored(case).is_some()
        || policy::cached_for_another_request(case).is_some()
        || resource::not_an_arn(case).is_some()
        || resource::websocket_route(case).is_some()
        || policy::root_slash(case).is_some()
        || policy::trailing_slash(case).is_some()
        || policy::stage_in_path(case).is_some()
        || another_api::named_by_policy(case).is_some()
        || unknown_api::counts_for_any_api(case).is_some();
    if !case.is_implicit_deny() || is_told {
        return None;
    }
    let explained = case.explanation.policy()?;
    let nearest = explained.statements().get(explained.nearest_miss()?)?;
    let miss = first_miss(nearest)?;
    // Another remedy says how the key becomes known.
    if let DenialReason::ImplicitDeny {
        unknown_key: Some(key),
        ..
    } = case.reason
    {
        if miss.contains(key.name()) {
            return None;
        }
    }
    let action = if nearest.action().applies() {
        ""
    } else {
        ". The action of every request is `execute-api:Invoke`"
    };
    let text = format!(
        "{} comes closest, but does not apply: {miss}{action}",
        title(nearest)
    );
    Some(Remedy::new("nearest-statement", text))
}
