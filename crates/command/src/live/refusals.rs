//! Says why a request is refused, in one line for each.

use http::{Method, Response, Uri};
use tower_lambda_authorizer::{Denial, DenialReason, explanations::CacheExplanation};

use crate::{failure::in_one_line, log};

/// The library masks the request's credentials in the reason. The query may have some, so it is left out.
pub(super) fn tell<B>(method: &Method, uri: &Uri, response: &Response<B>) {
    let Some(denial) = response.extensions().get::<Denial>() else {
        return;
    };
    let status = response.status().as_u16();
    let path = uri.path();
    let cached = cached(denial).unwrap_or_default();
    let option = missing_option(denial).unwrap_or_default();
    log::refusal(&in_one_line(format_args!(
        "{status} {method} {path}: {denial}{cached}{option}"
    )));
}

/// Says which option of the command is missing, because the reason does not show that it is not the policy that is wrong.
fn missing_option(denial: &Denial) -> Option<String> {
    let explanation = denial.explanation();
    let mut remedies = explanation.remedies().iter();
    let remedy = remedies.find(|remedy| remedy.cause() == "another-api")?;
    Some(format!("; {remedy}"))
}

/// Says that an answer is cached, because a user who has just changed the function may expect that it is called. Only
/// answers of the authorizer are cached.
fn cached(denial: &Denial) -> Option<String> {
    let (DenialReason::ExplicitDeny { cached_for, .. }
    | DenialReason::ImplicitDeny { cached_for, .. }
    | DenialReason::NotAuthorized { cached_for, .. }) = denial.reason()
    else {
        return None;
    };
    match denial.explanation().cache() {
        // Otherwise the reason says that it is cached.
        CacheExplanation::Hit { age, .. } if cached_for.is_none() => Some(format!(
            "; this answer was cached {:.0} seconds ago",
            age.as_secs_f64()
        )),
        _ => None,
    }
}
