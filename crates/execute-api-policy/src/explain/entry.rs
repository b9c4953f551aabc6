//! Explains how one entry of `Action`, `NotAction`, `Resource` or `NotResource` contributes to its part.

use serde::Serialize;

use super::{
    comparison::variable,
    covering::{CoveredSpelling, SomeApi, covered_in, covered_spelling, covers, may_cover},
    difference::first_difference,
};
use crate::{
    effect::Effect,
    evaluation::EvaluationRequest,
    one_line::OneLine,
    pattern::{ActionPattern, KnownParts, ResourcePattern},
};

/// The explanation of one entry.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryExplanation {
    text: String,
    matches: bool,
    remark: Option<String>,
    #[serde(skip)]
    counts: Counts,
}

/// How an entry contributes to its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counts {
    Covers,
    /// Excludes the request although it does not cover the request as received: an invalid entry, another spelling, or
    /// a variable without a value.
    KeepsOut,
    /// Matches nothing because a variable has no value.
    Unresolved,
    /// Does not match. The number is how many parts of the ARN match.
    Differs(usize),
}

impl EntryExplanation {
    pub(super) fn of_action(text: &str, role: Role, request: &EvaluationRequest<'_>) -> Self {
        let (pattern, action) = (ActionPattern::new(text), request.action);
        if pattern.matches(action) {
            return Self::new(text, Counts::Covers, None);
        }
        if pattern.is_action() {
            let remark = format!("`{text}` does not cover `{action}`");
            return Self::new(text, Counts::Differs(0), Some(remark));
        }
        let (counts, consequence) = role.of_mistake();
        let remark = format!("`{text}` is not an action of any service{consequence}");
        Self::new(text, counts, Some(remark))
    }

    pub(super) fn of_resource(
        text: &str,
        role: Role,
        variables: bool,
        request: &EvaluationRequest<'_>,
    ) -> Self {
        let pattern = ResourcePattern::new(text, variables, request.ignores_case);
        if let ResourcePattern::NotAnArn(defect) = pattern {
            let (counts, consequence) = role.of_mistake();
            let remark = format!("`{text}` {}{consequence}", defect.words());
            return Self::new(text, counts, Some(remark));
        }
        let as_received = covers(&pattern, &request.resource, request);
        if as_received == Some(true) {
            return Self::new(text, Counts::Covers, None);
        }
        let keeps_out = role.keeps_out();
        let in_some_api = || {
            let api = || covered_in(text, variables, request);
            keeps_out.then(api).flatten()
        };
        if as_received.is_none() {
            let may_cover = may_cover(&pattern, request);
            let some_api = (!may_cover && !role.excluding).then(in_some_api).flatten();
            if let Some(api) = some_api {
                return Self::in_some_api(text, &api, request);
            }
            let (counts, consequence) = role.of_missing_value(may_cover);
            let remark = format!("{}{consequence}", unresolved(text, &pattern, request));
            return Self::new(text, counts, Some(remark));
        }
        let spelled = covered_spelling(&pattern, request);
        if let Some(spelled) = spelled.as_ref().filter(|_| keeps_out) {
            let remark = covers_spelling(text, spelled, request);
            return Self::new(text, Counts::KeepsOut, Some(remark));
        }
        if let Some(api) = in_some_api() {
            return Self::in_some_api(text, &api, request);
        }
        let (fitting, mut words) = first_difference(text, &request.resource);
        if let Some(variable) = variable(text, variables, request) {
            words = format!("{words}: {variable}");
        }
        if let Some(spelled) = spelled {
            words = format!("{words}: {}", uncounted(&spelled, request));
        }
        Self::new(text, Counts::Differs(fitting), Some(words))
    }

    /// An entry that keeps the request out because its API is not known.
    fn in_some_api(text: &str, api: &SomeApi<'_>, request: &EvaluationRequest<'_>) -> Self {
        let unknown = match request.known {
            KnownParts::Nothing => "API and its stage are",
            KnownParts::Stage | KnownParts::ApiAndStage => "API is",
        };
        let api = match api.stage {
            None => "some API".to_owned(),
            Some(stage) => format!("an API whose stage is `{stage}`"),
        };
        let remark = format!("`{text}` covers it in {api}, and the request's {unknown} not known");
        Self::new(text, Counts::KeepsOut, Some(remark))
    }

    fn new(text: &str, counts: Counts, remark: Option<String>) -> Self {
        Self {
            text: text.to_owned(),
            matches: counts == Counts::Covers,
            remark: remark.map(|remark| OneLine(remark).to_string()),
            counts,
        }
    }

    /// The source text of the entry.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it matches the request.
    #[must_use]
    pub fn matches(&self) -> bool {
        self.matches
    }

    /// The first difference from the request, or another reason why the entry matches or does not match.
    #[must_use]
    pub fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }

    pub(super) fn keeps_out(&self) -> bool {
        self.counts == Counts::KeepsOut
    }

    pub(super) fn is_unresolved(&self) -> bool {
        self.counts == Counts::Unresolved
    }

    pub(super) fn fitting(&self) -> usize {
        match self.counts {
            Counts::Covers => usize::MAX,
            Counts::KeepsOut | Counts::Unresolved => 0,
            Counts::Differs(fitting) => fitting,
        }
    }
}

/// What an entry does in its statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role {
    pub(super) effect: Effect,
    /// Whether it is an exception: an entry of `NotAction` or `NotResource`.
    pub(super) excluding: bool,
}

impl Role {
    /// Whether a request that it covers is refused.
    fn keeps_out(self) -> bool {
        (self.effect == Effect::Deny) != self.excluding
    }

    /// The effect of an entry with a variable that has no value.
    fn of_missing_value(self, may_cover: bool) -> (Counts, &'static str) {
        match (self.keeps_out(), self.excluding) {
            (true, _) if may_cover => (
                Counts::KeepsOut,
                ", and it would cover the request with some value",
            ),
            (true, true) => (
                Counts::KeepsOut,
                ", and an `Allow` with such an exception does not apply",
            ),
            _ => (Counts::Unresolved, ""),
        }
    }

    /// The effect of an invalid entry. A mistake in a policy must never let a request through.
    fn of_mistake(self) -> (Counts, &'static str) {
        match (self.effect, self.excluding) {
            (Effect::Allow, false) | (Effect::Deny, true) => {
                (Counts::Differs(0), ", and it matches nothing")
            }
            (Effect::Deny, false) => (
                Counts::KeepsOut,
                ", and a `Deny` with such an entry applies to every request",
            ),
            (Effect::Allow, true) => (
                Counts::KeepsOut,
                ", and an `Allow` with such an exception applies to no request",
            ),
        }
    }
}

fn covers_spelling(
    text: &str,
    spelled: &CoveredSpelling,
    request: &EvaluationRequest<'_>,
) -> String {
    let CoveredSpelling {
        text: spelled,
        in_another_case,
    } = spelled;
    if !in_another_case {
        format!("`{text}` covers the spelling `{spelled}`")
    } else if *spelled == request.resource.to_string() {
        format!("`{text}` covers it, because case is ignored")
    } else {
        format!("`{text}` covers the spelling `{spelled}`, because case is ignored")
    }
}

/// Says that another reading of the path does not count, because the entry allows instead of excluding.
fn uncounted(spelled: &CoveredSpelling, request: &EvaluationRequest<'_>) -> String {
    let CoveredSpelling {
        text: spelled,
        in_another_case,
    } = spelled;
    if *in_another_case {
        "it would cover the path in another case, but case is ignored only for an entry that refuses requests"
            .into()
    } else if *spelled == request.resource.to_string() {
        "it would cover the path with its percent-encoding decoded, but other spellings count only for an entry that refuses requests"
            .into()
    } else {
        format!(
            "it covers another spelling of this path, `{spelled}`, but other spellings count only for an entry that refuses requests"
        )
    }
}

fn unresolved(
    text: &str,
    pattern: &ResourcePattern<'_>,
    request: &EvaluationRequest<'_>,
) -> String {
    match pattern {
        ResourcePattern::Arn { resource, .. } if resource.has_unknown(request.keys) => {
            format!("`{text}` has a variable whose value is unknown here")
        }
        _ => format!("`{text}` has a variable without a value here"),
    }
}
