//! The interface of all engines, this crate behind it, and the obvious implementation.

use execute_api_policy::{EvaluationRequest, Policy, PolicyDocument, Verdict};

use crate::policies::{self, Rule};

/// An engine with a policy and requests, each in the form that the engine takes.
pub(crate) trait Contestant {
    fn name(&self) -> &'static str;

    fn verdict(&self, request: usize) -> Verdict;

    /// The simplified policy, if the engine cannot express the original one.
    fn simplified(&self, rule: &Rule) -> Rule {
        rule.clone()
    }

    /// Whether the engine distinguishes a denial by a statement from a denial by default.
    fn tells_denials_apart(&self) -> bool {
        true
    }
}

pub(crate) struct ThisCrate<'r> {
    policy: Policy,
    requests: Vec<EvaluationRequest<'r>>,
}

impl<'r> ThisCrate<'r> {
    pub(crate) fn new(rules: &[Rule], requests: &'r [String]) -> Self {
        let document = PolicyDocument::from_json(policies::json(rules).as_bytes());
        Self {
            policy: document.expect("the policy is valid").compile(),
            requests: requests
                .iter()
                .map(|arn| EvaluationRequest::invoke(arn))
                .collect(),
        }
    }
}

impl Contestant for ThisCrate<'_> {
    fn name(&self) -> &'static str {
        "this crate"
    }

    fn verdict(&self, request: usize) -> Verdict {
        self.policy.evaluate(&self.requests[request]).verdict()
    }
}

/// The obvious first implementation: it tries all statements in turn, with the two-pointer matcher on the whole ARN.
pub(crate) struct TwoPointers<'r> {
    rules: Vec<Rule>,
    requests: &'r [String],
}

impl<'r> TwoPointers<'r> {
    pub(crate) fn new(rules: &[Rule], requests: &'r [String]) -> Self {
        Self {
            rules: rules.to_vec(),
            requests,
        }
    }
}

impl Contestant for TwoPointers<'_> {
    fn name(&self) -> &'static str {
        "two pointers"
    }

    fn verdict(&self, request: usize) -> Verdict {
        let mut verdict = Verdict::ImplicitDeny;
        for rule in &self.rules {
            if matches(rule.resource.as_bytes(), self.requests[request].as_bytes()) {
                if rule.deny {
                    return Verdict::ExplicitDeny;
                }
                verdict = Verdict::Allow;
            }
        }
        verdict
    }
}

/// Supports only `*`, because the policies here have no `?`.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut in_text) = (0, 0);
    let mut star = None;
    while in_text < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, in_text));
                at += 1;
            }
            Some(wanted) if *wanted == text[in_text] => {
                at += 1;
                in_text += 1;
            }
            _ => {
                let Some((star_at, covered)) = star else {
                    return false;
                };
                star = Some((star_at, covered + 1));
                (at, in_text) = (star_at + 1, covered + 1);
            }
        }
    }
    pattern[at..].iter().all(|rest| *rest == b'*')
}
