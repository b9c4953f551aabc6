//! An `Allow` for a resource that services may read as another one.
//!
//! A wildcard also matches empty segments and a `;`: `/*/orders` allows `//orders`, and a server that merges slashes serves
//! `/orders`. So each reading has to be allowed, unless the policy allows this very resource, as one does that was made
//! of the method ARN.

use super::policy::Policy;
use crate::{
    document::{Entries, PolicyDocument},
    effect::Effect,
    evaluation::{EvaluationRequest, RequestResource, Verdict},
    pattern::is_pattern,
};

impl Policy {
    /// The reading because of which the resource is not allowed, if the policy allows the resource as it is.
    #[cold]
    pub(crate) fn reading_that_is_not_allowed<'r>(
        &self,
        request: &EvaluationRequest<'r>,
    ) -> Option<&'r str> {
        let is_allowed = |reading: &'r str| {
            let read = request.read_as(RequestResource::new(reading));
            self.evaluate(&read).verdict() == Verdict::Allow
        };
        let document = self.document();
        reading_that_is_not_allowed(document, request, request.readings, is_allowed)
    }
}

/// The first of these readings that is not allowed, unless a statement allows the resource by its name.
pub fn reading_that_is_not_allowed<'r>(
    policy: &PolicyDocument,
    request: &EvaluationRequest<'_>,
    readings: &'r [String],
    is_allowed: impl Fn(&'r str) -> bool,
) -> Option<&'r str> {
    let mut readings = readings.iter().map(String::as_str);
    let reading = readings.find(|reading| !is_allowed(reading))?;
    let is_named = policy.allows_by_name(request.action, &request.resource.to_string());
    (!is_named).then_some(reading)
}

impl PolicyDocument {
    /// Whether an `Allow` names the resource itself, without wildcards. It has to apply to every request for it: a
    /// statement with a condition or another action does not count.
    fn allows_by_name(&self, action: &str, resource: &str) -> bool {
        // An entry with the same text would be a pattern.
        !is_pattern(resource)
            && self.statements().iter().any(|statement| {
                statement.effect() == Effect::Allow
                    && statement.conditions().is_empty()
                    && includes(statement.actions(), |entry| {
                        entry == "*" || entry.eq_ignore_ascii_case(action)
                    })
                    && includes(statement.resources(), |entry| entry == resource)
            })
    }
}

fn includes(entries: &Entries, is_it: impl Fn(&str) -> bool) -> bool {
    !entries.is_excluding() && entries.texts().iter().any(|text| is_it(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Statement;

    #[test]
    fn a_pattern_does_not_name_a_resource_that_looks_like_it() {
        let arn = |path: &str| format!("arn:aws:execute-api:r:1:a/prod/GET{path}");
        for (path, is_named) in [
            ("//a", true),
            ("//*", false),
            ("//?", false),
            ("//${a}", false),
        ] {
            let entries = [arn(path), arn("/*/*")];
            let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, entries)]).compile();
            let (resource, readings) = (arn(path), [arn("/other")]);
            let request = EvaluationRequest::invoke(&resource).with_readings(&readings);
            let is_allowed = policy.evaluate(&request).verdict() == Verdict::Allow;
            assert_eq!(is_allowed, is_named, "{path}");
        }
    }
}
