//! Policies that are specialised to one stage of an API.
//!
//! All method ARNs of a stage begin with `arn:{partition}:execute-api:{region}:{account}:{apiId}/{stage}/`. So this
//! beginning is matched only once, when a policy is stored. A method and a pattern for the path remain of each
//! resource:
//!
//! ```text
//! statement ─┬─ does not apply to `execute-api:Invoke`, or to this stage ─► nothing
//!            ├─ applies to every request of the stage ────────────────────► `everywhere`
//!            ├─ its resources are methods and patterns for paths ─────────► `routes`
//!            └─ has a condition, a policy variable, `NotResource`, … ─────► `rest`, for the general evaluator
//! ```
//!
//! [`left_after`](crate::pattern::left_after) describes exactly what remains of a resource, and [`route`](route::Place::of)
//! describes which remainders are routes. [`specialise`] combines the two.

mod path_patterns;
mod request;
mod rest;
mod route;
mod routes;
mod specialise;
#[cfg(test)]
mod tests;

use self::routes::Routes;
pub use self::{
    request::{Stage, StageRequest},
    rest::{Rest, RestDecision},
    route::MethodName,
};
use super::decision::Decision;
use crate::{
    document::PolicyDocument,
    effect::Effect,
    evaluation::Evaluation,
    heap::{HeapBytes, shared},
};

/// A policy that is specialised to one stage of an API, for [`StageRequest`]s of this stage.
///
/// An evaluation has the same result as one of [`PolicyDocument::compile`] for the request's method ARN and the action
/// `execute-api:Invoke`: the same verdict by the same statement.
#[derive(Debug)]
pub struct StagePolicy {
    document: PolicyDocument,
    /// The statements that apply to every request of the stage.
    everywhere: Decision,
    routes: Routes,
    /// The statements that only the general evaluator can evaluate.
    rest: Option<Box<Rest>>,
}

/// Counts the document too, although clones of it may be in use elsewhere.
impl HeapBytes for StagePolicy {
    fn heap_bytes(&self) -> usize {
        let document = &*self.document.members;
        shared(document) + self.routes.heap_bytes() + self.rest.heap_bytes()
    }
}

impl StagePolicy {
    /// The document that the policy was made of.
    #[must_use]
    pub fn document(&self) -> &PolicyDocument {
        &self.document
    }

    /// Decides one request. `ask` is called if the general evaluator has to be asked. It gets the rest of the policy,
    /// and evaluates it for the same request.
    #[must_use]
    pub fn evaluate(
        &self,
        request: &StageRequest<'_>,
        ask: impl FnOnce(&Rest) -> RestDecision,
    ) -> Evaluation<'_> {
        self.document.evaluation(&self.decide(request, ask))
    }

    /// Evaluates like [`evaluate`](Self::evaluate), but returns `None` for an `Allow` and does not work out its
    /// statement.
    #[must_use]
    pub fn denial(
        &self,
        request: &StageRequest<'_>,
        ask: impl FnOnce(&Rest) -> RestDecision,
    ) -> Option<Evaluation<'_>> {
        let decision = self.decide(request, ask);
        decision
            .is_denied()
            .then(|| self.document.evaluation(&decision))
    }

    /// Whether the routes suffice to know that the policy allows a request without other spellings. If they do not, it may still
    /// allow the request. In a stage with only one ARN, the method and the path do not matter.
    #[must_use]
    #[inline]
    pub fn routes_allow(&self, method: Option<MethodName>, path: &str) -> bool {
        let decision = self.decide_by_routes(method, path);
        let rest = self.rest.as_ref();
        !decision.is_denied() && rest.is_none_or(|rest| !rest.can_change(&decision))
    }

    #[inline(always)] // A hit would pay for the call.
    fn decide_by_routes(&self, method: Option<MethodName>, path: &str) -> Decision {
        let mut decision = self.everywhere;
        self.routes.apply(method, path, &mut decision, |_| true);
        decision
    }

    fn decide(
        &self,
        request: &StageRequest<'_>,
        ask: impl FnOnce(&Rest) -> RestDecision,
    ) -> Decision {
        let mut decision = self.decide_by_routes(request.method, request.path);
        if request.has_other_spellings() {
            self.apply_other_spellings(*request, &mut decision);
        }
        match &self.rest {
            Some(rest) if rest.can_change(&decision) => ask(rest).added_to(decision),
            _ => decision,
        }
    }

    /// Other spellings count only in a `Deny`.
    #[cold] // Almost no request has any. By value, so that the others need no request in memory.
    fn apply_other_spellings(&self, request: StageRequest<'_>, decision: &mut Decision) {
        let is_deny = |effect| effect == Effect::Deny;
        for other in request.others() {
            self.routes
                .apply(other.method, other.path, decision, is_deny);
        }
    }
}
