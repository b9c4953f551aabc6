//! Says why a request is refused, in one line for each.

use http::{Method, Response, Uri};
use tower_lambda_authorizer::{
    Denial, DenialReason,
    explanations::{CacheExplanation, Explanation},
};

use crate::log::{self, Refusal};

/// The library masks the request's credentials in the reason. The query may have some, so it is left out.
pub(super) fn tell<B>(method: &Method, uri: &Uri, response: &Response<B>) {
    let Some(denial) = response.extensions().get::<Denial>() else {
        return;
    };
    let notes = notes(denial).unwrap_or_default();
    log::refusal(&Refusal {
        status: response.status(),
        method: Some(method),
        path: uri.path(),
        reason: format_args!("{denial}{notes}"),
    });
}

/// What the reason of a refusal by the authorizer's answer does not show. Only then, because a flood of requests without
/// credentials should not cost explanations.
fn notes(denial: &Denial) -> Option<String> {
    let is_cached_for_another = match denial.reason() {
        DenialReason::ExplicitDeny { cached_for, .. }
        | DenialReason::ImplicitDeny { cached_for, .. }
        | DenialReason::NotAuthorized { cached_for, .. } => cached_for.is_some(),
        DenialReason::ReadingNotAllowed { .. } => false,
        _ => return None,
    };
    let explanation = denial.explanation();
    // If it was cached for another request, the reason says that it is cached.
    let cached = if is_cached_for_another {
        None
    } else {
        cached(&explanation)
    };
    let notes = [cached, missing_option(&explanation)];
    Some(notes.into_iter().flatten().collect())
}

/// Says that an answer is cached, because a user who has just changed the function may expect that it is called.
fn cached(explanation: &Explanation) -> Option<String> {
    match explanation.cache() {
        CacheExplanation::Hit { age, .. } => Some(format!(
            "; this answer was cached {:.0} seconds ago",
            age.as_secs_f64()
        )),
        _ => None,
    }
}

/// Says which option of the command is missing, because the reason does not show that it is not the policy that is wrong.
fn missing_option(explanation: &Explanation) -> Option<String> {
    let mut remedies = explanation.remedies().iter();
    let remedy = remedies.find(|remedy| remedy.cause() == "another-api")?;
    Some(format!("; {remedy}"))
}
