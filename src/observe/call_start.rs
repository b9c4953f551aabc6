//! A call to the authorizer that begins, as observers receive it.

use std::fmt;

use super::of_layer::of_layer;
use crate::{authorizer::AuthorizerRequest, pipeline::settings::Settings, policy::MethodArn};

/// A call to the authorizer that begins, for the request of which the observer learns here. Other requests may wait for
/// the same call.
///
/// It borrows what the layer already knows, and computes the rest only when you ask for it.
pub struct CallStart<'c> {
    pub(super) settings: &'c Settings,
    pub(super) request: &'c AuthorizerRequest,
}

of_layer!(CallStart);

impl CallStart<'_> {
    /// The method ARN of the request.
    #[must_use]
    pub fn method_arn(&self) -> &MethodArn {
        self.request.method_arn()
    }

    /// `$context.requestId` of the request. The request's [`Decision`](super::Decision) and the call's
    /// [end](super::AuthorizerCall::request_id) have the same.
    #[must_use]
    pub fn request_id(&self) -> String {
        let facts = self.request.facts();
        facts.arrival.ids.in_form(facts.differences.request_id)
    }
}

impl fmt::Debug for CallStart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallStart")
            .field("authorizer_name", &self.authorizer_name())
            .field("method_arn", self.method_arn())
            .finish_non_exhaustive()
    }
}
