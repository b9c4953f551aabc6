//! Finds the spelling of the request's path that a resource covers.

use crate::{
    evaluation::{EvaluationRequest, RequestResource},
    pattern::{Haystack, HeadPattern, ResourcePattern, TextPattern},
};

/// The pattern as written, and with its percent-encoding decoded.
fn readings<'p>(
    pattern: &'p ResourcePattern<'_>,
) -> impl Iterator<Item = (&'p str, &'p TextPattern)> {
    let readings = match pattern {
        ResourcePattern::Arn {
            head,
            resource,
            decoded,
        } => [
            Some((*head, resource)),
            decoded.as_ref().map(|decoded| (*head, decoded)),
        ],
        ResourcePattern::Everything | ResourcePattern::NotAnArn(_) => [None, None],
    };
    readings.into_iter().flatten()
}

/// All spellings of the request's resource. The first is the received one.
fn spellings(request: &EvaluationRequest<'_>) -> Vec<String> {
    let mut spellings = vec![request.resource.to_string()];
    spellings.extend_from_slice(request.other_spellings.unwrap_or_default());
    spellings
}

/// The spelling of the request's path that an entry covers, as written or with its percent-encoding decoded.
pub(super) fn covered_spelling(
    pattern: &ResourcePattern<'_>,
    request: &EvaluationRequest<'_>,
) -> Option<String> {
    request.other_spellings?;
    spellings(request).into_iter().find(|spelling| {
        let resource = RequestResource::new(spelling);
        readings(pattern).any(|(head, text)| {
            text.matches(&Haystack::new(resource.name), request.keys) == Some(true)
                && head_covers(head, &resource)
        })
    })
}

/// Whether an entry would cover some spelling if its variables with unknown values had suitable values.
pub(super) fn may_cover(pattern: &ResourcePattern<'_>, request: &EvaluationRequest<'_>) -> bool {
    spellings(request).iter().any(|spelling| {
        let resource = RequestResource::new(spelling);
        readings(pattern).any(|(head, text)| {
            text.may_match(&Haystack::new(resource.name), request.keys)
                && head_covers(head, &resource)
        })
    })
}

/// Returns `None` if a variable has no value.
pub(super) fn covers(
    pattern: &ResourcePattern<'_>,
    resource: &RequestResource<'_>,
    request: &EvaluationRequest<'_>,
) -> Option<bool> {
    match pattern {
        ResourcePattern::Everything => Some(true),
        ResourcePattern::NotAnArn(_) => Some(false),
        ResourcePattern::Arn {
            head,
            resource: pattern,
            ..
        } => {
            let name = pattern.matches(&Haystack::new(resource.name), request.keys)?;
            Some(name && head_covers(head, resource))
        }
    }
}

fn head_covers(head: &str, resource: &RequestResource<'_>) -> bool {
    let covers = |request_head| HeadPattern::new(head).matches(request_head);
    resource.head.is_some_and(covers)
}
