//! What an assertion claims about a policy, and for which samples it is wrong.

use http::Method;

use super::samples::{self, LetterCase};
use crate::{
    api::Api,
    api_type::ApiType,
    decision::DenialReason,
    pipeline::policy_question::PolicyQuestion,
    policy::{self, OneLine, Policy, PolicyDocument, Verdict},
    request::arn::{ArnBase, CONNECT},
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    Covers,
    Denies,
}

/// The layer whose decisions a claim is about.
#[derive(Clone, Copy)]
pub(super) struct Decider<'a> {
    api: &'a Api,
    api_type: ApiType,
    ignores_case: bool,
}

impl<'a> Decider<'a> {
    pub(super) fn by_default(api: &'a Api, api_type: ApiType) -> Self {
        Self {
            api,
            api_type,
            ignores_case: false,
        }
    }

    pub(super) fn ignoring_case(self) -> Self {
        Self {
            ignores_case: true,
            ..self
        }
    }

    fn question(&self, arn: &str) -> Result<PolicyQuestion, DenialReason> {
        let question = PolicyQuestion::of_method_arn(&policy::method_arn(arn), self.api_type)?;
        let question = question.knowing(self.api.known());
        Ok(if self.ignores_case {
            question.ignoring_case()
        } else {
            question
        })
    }

    fn cases(&self, claim: Claim) -> &'static [LetterCase] {
        match (self.ignores_case, claim) {
            (false, _) => &[LetterCase::Counts],
            (true, Claim::Covers) => &[LetterCase::OfRange],
            (true, Claim::Denies) => &[LetterCase::OfRange, LetterCase::OfEntry],
        }
    }
}

/// Panics unless the claim is right for each of these ranges.
#[track_caller]
pub(super) fn check<'t>(
    policy: &PolicyDocument,
    layer: Decider<'_>,
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
    claim: Claim,
) {
    let failures = failures(policy, layer, methods_and_paths, claim);
    let claimed = match claim {
        Claim::Covers => "cover",
        Claim::Denies => "deny",
    };
    assert!(
        failures.is_empty(),
        "the policy does not {claimed}\n{}",
        failures.join("\n")
    );
}

/// The ranges for which the claim is wrong.
#[track_caller]
fn failures<'t>(
    policy: &PolicyDocument,
    layer: Decider<'_>,
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
    claim: Claim,
) -> Vec<String> {
    let Decider { api, api_type, .. } = layer;
    let compiled = policy.compile();
    let mut ranges = methods_and_paths.into_iter().peekable();
    assert!(ranges.peek().is_some(), "give at least one method and path");
    let mut failures = Vec::new();
    // Not a closure, whose panics would name this file.
    for (method, path) in ranges {
        assert!(
            path.starts_with('/'),
            "`{path}` is not a path; a path begins with `/`"
        );
        let Ok(known) = Method::from_bytes(method.as_bytes()) else {
            panic!("`{method}` is not a method");
        };
        let samples = match api_type {
            ApiType::Rest | ApiType::Http => {
                samples::of(policy, api, (&known, path), layer.cases(claim))
            }
            ApiType::WebSocket => vec![[&*ArnBase::of(api).whole, CONNECT].concat()],
        };
        let questions = samples.iter().map(|arn| (&**arn, layer.question(arn)));
        // Whether an `Allow` also has to cover what servers read instead.
        let readings_count = |arn: &str| match claim {
            Claim::Covers => path.contains("//") || path.contains(';'),
            // The `;` in an ARN may have been sent as `%3B`, which servers read as a part of the name.
            Claim::Denies => api_type != ApiType::Http || !arn.contains(';'),
        };
        if let Some((arn, reason)) = counterexample(&compiled, questions, readings_count, claim) {
            let (method, path, arn) = (OneLine(method), OneLine(path), OneLine(arn));
            failures.push(format!(
                "  {method} {path}\n    for example {arn}\n    {reason}"
            ));
        }
    }
    failures
}

/// The first sample for which the claim is wrong, and why.
fn counterexample<'s>(
    policy: &Policy,
    questions: impl Iterator<Item = (&'s str, Result<PolicyQuestion, DenialReason>)>,
    readings_count: impl Fn(&str) -> bool,
    claim: Claim,
) -> Option<(&'s str, String)> {
    let mut is_asked = false;
    let mut refused = None;
    for (arn, question) in questions {
        let question = match question {
            Ok(question) => question,
            Err(reason) => {
                refused = refused.or(Some((arn, reason)));
                continue;
            }
        };
        is_asked = true;
        let request = if readings_count(arn) {
            question.request()
        } else {
            question.request().with_readings(&[])
        };
        let is_allowed = policy.evaluate(&request).verdict() == Verdict::Allow;
        if is_allowed != (claim == Claim::Covers) {
            return Some((arn, policy.explain(&request).reason().to_owned()));
        }
    }
    // No policy covers a path that the layer refuses.
    let refused = refused.filter(|_| claim == Claim::Covers && !is_asked);
    refused.map(|(arn, reason)| (arn, reason.problem().to_string()))
}
