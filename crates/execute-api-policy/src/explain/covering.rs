//! Finds the spelling of the request's path that a resource covers.

use crate::{
    evaluation::{EvaluationRequest, RequestResource, folded_arn},
    pattern::{
        ForAnyApi, Haystack, HeadPattern, Reach, ResourcePattern, TextPattern, possible_stages,
    },
};

/// The pattern as written, with its percent-encoding decoded, and folded if case is ignored.
fn readings<'p>(
    pattern: &'p ResourcePattern<'_>,
) -> impl Iterator<Item = (&'p str, &'p TextPattern)> {
    let readings = match pattern {
        ResourcePattern::Arn {
            head,
            resource,
            others,
        } => Some((*head, [resource].into_iter().chain(others))),
        ResourcePattern::Everything | ResourcePattern::NotAnArn(_) => None,
    };
    let readings = readings.into_iter();
    readings.flat_map(|(head, patterns)| patterns.map(move |pattern| (head, pattern)))
}

/// All spellings of the request's resource. The first is the received one.
fn spellings(request: &EvaluationRequest<'_>) -> Vec<String> {
    let mut spellings = vec![request.resource.to_string()];
    spellings.extend_from_slice(request.other_spellings.unwrap_or_default());
    spellings
}

/// A spelling of the request's path that an entry covers.
pub(super) struct CoveredSpelling {
    pub(super) text: String,
    /// Whether the entry covers it only because case is ignored.
    pub(super) in_another_case: bool,
}

/// The spelling of the request's path that an entry covers, as written or with its percent-encoding decoded.
pub(super) fn covered_spelling(
    pattern: &ResourcePattern<'_>,
    request: &EvaluationRequest<'_>,
) -> Option<CoveredSpelling> {
    request.other_spellings?;
    let spellings = spellings(request);
    let covered = spellings.iter().find(|spelling| {
        let resource = RequestResource::new(spelling);
        readings(pattern).any(|(head, text)| {
            text.matches(&Haystack::new(resource.name), request.keys) == Some(true)
                && head_covers(head, &resource)
        })
    })?;
    let is_folded_to_it = |text: &&String| *text != covered && folded_arn(text) == *covered;
    let mut folded = spellings.iter().filter(|_| request.ignores_case);
    let folded = folded.find(is_folded_to_it);
    Some(CoveredSpelling {
        text: folded.unwrap_or(covered).clone(),
        in_another_case: folded.is_some(),
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

/// An API that the request's may be.
pub(super) struct SomeApi<'t> {
    /// Its stage, if that is another one than the request's, and the entry has it after a star.
    pub(super) stage: Option<&'t str>,
}

/// The API in which an entry that excludes covers the request, or another spelling.
pub(super) fn covered_in<'t>(
    text: &'t str,
    variables: bool,
    request: &EvaluationRequest<'_>,
) -> Option<SomeApi<'t>> {
    let reach = request.reach();
    let placeholder = reach.placeholder?;
    let covers = |placeholder| {
        let placeholder = Some(placeholder);
        covers_within(
            text,
            variables,
            &Reach {
                placeholder,
                ..reach
            },
            request,
        )
    };
    let covers_in_stage = |stage| covers(placeholder.in_stage(stage));
    covers(placeholder).then(|| SomeApi {
        stage: match placeholder.stage {
            None if !covers_in_stage(placeholder.own_stage()) => {
                possible_stages(text).find(|stage| covers_in_stage(stage))
            }
            None | Some(_) => None,
        },
    })
}

fn covers_within(
    text: &str,
    variables: bool,
    reach: &Reach<'_>,
    request: &EvaluationRequest<'_>,
) -> bool {
    let Some(entry) = ForAnyApi::new(text, variables, reach) else {
        return false;
    };
    let mut patterns = entry.patterns(request.keys);
    patterns.retain(|pattern| !pattern.is_other || request.other_spellings.is_some());
    spellings(request).iter().any(|spelling| {
        let resource = RequestResource::new(spelling);
        let name = Haystack::new(resource.name);
        resource.head == request.resource.head
            && patterns
                .iter()
                .any(|pattern| pattern.resource.matches_in(&name))
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
