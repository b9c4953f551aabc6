//! A request, prepared so that many patterns can be matched against its texts.

use smallvec::SmallVec;

use crate::{
    evaluation::{EvaluationRequest, RequestResource},
    pattern::Haystack,
};

/// A request to evaluate. All statements share what is learned about its texts.
pub(crate) struct PreparedRequest<'q> {
    pub(super) original: &'q EvaluationRequest<'q>,
    pub(super) resource: PreparedResource<'q>,
    /// `None` if the request has no other spellings, so that only the text as received counts.
    pub(super) other_spellings: Option<SmallVec<[PreparedResource<'q>; 2]>>,
}

/// A resource of a request, split like the resources of a policy.
pub(super) struct PreparedResource<'q> {
    /// As in [`RequestResource`].
    pub(super) head: Option<&'q str>,
    pub(super) name: Haystack<'q>,
}

impl<'q> PreparedRequest<'q> {
    pub(crate) fn new(request: &'q EvaluationRequest<'q>) -> Self {
        let spelled = |text: &'q String| PreparedResource::new(RequestResource::new(text));
        Self {
            original: request,
            resource: PreparedResource::new(request.resource),
            other_spellings: request
                .other_spellings
                .map(|spellings| spellings.iter().map(spelled).collect()),
        }
    }
}

impl<'q> PreparedResource<'q> {
    fn new(resource: RequestResource<'q>) -> Self {
        Self {
            head: resource.head,
            name: Haystack::new(resource.name),
        }
    }
}
