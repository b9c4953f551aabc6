//! A decision as the console keeps it: without the request's credentials, and bounded.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use tower_lambda_authorizer::{
    gateway_responses::ResponseType,
    observing::{Decision, Outcome, ResultSource},
};

use crate::{
    bounded::{bounded, cut},
    long_policy::is_long,
    masking::mask_all,
    story::Story,
    summary::Summary,
};

/// A decision, and its story if there was time for it.
pub(crate) struct Record {
    pub(crate) layer: usize,
    pub(crate) summary: Summary,
    pub(crate) story: Option<Box<Story>>,
}

/// The longest method that is kept, in bytes.
const MAX_METHOD_LENGTH: usize = 64;
const MAX_PATH_LENGTH: usize = 2_048;
const MAX_PRINCIPAL_LENGTH: usize = 256;
const MAX_REASON_LENGTH: usize = 1_024;

impl Record {
    /// Without the story, whose explanation takes time.
    pub(crate) fn brief(decision: &Decision<'_>, layer: usize, name: &Arc<str>) -> Self {
        let reason = match decision.denial() {
            Some(denial) => denial.reason().to_string(),
            None => why_let_through(decision.outcome()).to_owned(),
        };
        Self {
            layer,
            summary: summary(decision, name, reason),
            story: None,
        }
    }

    pub(crate) fn with_story(decision: &Decision<'_>, layer: usize, name: &Arc<str>) -> Self {
        // The request waits while this runs.
        let long_policy = decision.policy().filter(|policy| is_long(policy));
        let explanation = match long_policy {
            None => decision.explanation(),
            Some(_) => decision.short_explanation(),
        };
        let reason = match (decision.denial(), &explanation) {
            (Some(denial), _) => denial.to_string(),
            (None, Some(explanation)) => explanation.reason().to_owned(),
            (None, None) => why_let_through(decision.outcome()).to_owned(),
        };
        let mut summary = summary(decision, name, reason);
        summary.has_story = true;
        Self {
            layer,
            summary,
            story: Some(Box::new(Story::of(
                decision,
                explanation.as_ref(),
                long_policy,
            ))),
        }
    }
}

fn summary(decision: &Decision<'_>, layer: &Arc<str>, mut reason: String) -> Summary {
    let source = decision.source();
    let principal = decision.caller().and_then(|caller| caller.principal_id());
    let mut principal = principal.map(str::to_owned);
    let mut texts: Vec<_> = principal.iter_mut().collect();
    // If the request passes, the reason is a text of this crate and needs no masking.
    if decision.denial().is_some() {
        texts.push(&mut reason);
    }
    mask_all(texts, &|text| decision.mask(text));
    cut(&mut reason, MAX_REASON_LENGTH);
    principal
        .iter_mut()
        .for_each(|principal| cut(principal, MAX_PRINCIPAL_LENGTH));
    Summary {
        id: 0,
        at: milliseconds(SystemTime::now()),
        layer: Arc::clone(layer),
        method: bounded(decision.method().as_str(), MAX_METHOD_LENGTH),
        path: bounded(decision.path(), MAX_PATH_LENGTH),
        resource: decision
            .resource()
            .map(|resource| bounded(resource, MAX_PATH_LENGTH)),
        outcome: decision.outcome().as_str(),
        source: source.as_str(),
        age_ms: match source {
            ResultSource::Hit { age, .. } | ResultSource::StaleHit { age, .. } => Some(in_ms(age)),
            _ => None,
        },
        waited_ms: decision.waited().map(in_ms),
        response_type: decision.response_type().map(ResponseType::as_str),
        status: decision.status().map(|status| status.as_u16()),
        principal,
        reason,
        has_story: false,
    }
}

fn why_let_through(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allowed => "the authorizer's result allows the request",
        Outcome::Exempt => "it is a CORS preflight, and preflights are exempt",
        Outcome::Anonymous => "it has no credential, and anonymous requests are passed on",
        Outcome::Open => "the operation has no authorizer",
        Outcome::Cancelled => "the request was dropped while it waited for the authorizer",
        _ => "",
    }
}

fn in_ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// The milliseconds since 1970.
pub(crate) fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
