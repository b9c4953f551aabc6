//! Assertions on a policy for whole ranges of paths.

mod samples;

use http::Method;

use crate::{
    api::Api,
    api_type::ApiType,
    decision::DenialReason,
    pipeline::policy_question::PolicyQuestion,
    policy::{self, OneLine, Policy, PolicyDocument, Verdict},
    request::arn::{ArnBase, CONNECT},
};

/// Asserts that the policy allows all of these methods and paths of the API.
///
/// Methods and paths are written as for [`PolicyBuilder::allow`](crate::policy::PolicyBuilder::allow). In a path, `*`
/// stands for any characters, including slashes, and `?` for one character. The method `*` stands for every method.
///
/// Each range is checked with sample paths: with nothing, a short text and a long text in place of `*`, and with those
/// paths of the range that the policy's own entries match. So the assertion finds exceptions within a range, and its
/// message gives an example.
///
/// The samples are decided like requests to a layer of this type of API with default settings. So a `Deny` covers each
/// spelling of a path. Samples that the layer refuses whatever the policy says are left out, and so are those in which `*`
/// makes an empty segment or a `;`, which a wildcard in an `Allow` [does not cover](crate::AmbiguousPaths::Refuse). The paths
/// of an HTTP API are decoded. A WebSocket API asks its policies about `$connect` only, whatever the method and the path.
///
/// No condition key has a value here. So an `Allow` with a condition allows nothing, and an entry with a policy
/// variable matches nothing.
///
/// ```
/// use tower_lambda_authorizer::{Api, ApiType, policy::PolicyBuilder, testing::assert_policy_covers};
///
/// let api = Api::default();
/// let policy = PolicyBuilder::for_api(&api).allow("GET", "/pets").also("GET", "/pets/*").build()?;
/// assert_policy_covers(&policy, &api, ApiType::Rest, [("GET", "/pets"), ("GET", "/pets/*")]);
/// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
/// ```
///
/// # Panics
///
/// If the policy does not allow one of them. The message lists each, with an example and the reason. It also panics if
/// the list is empty.
#[track_caller]
pub fn assert_policy_covers<'t>(
    policy: &PolicyDocument,
    api: &Api,
    api_type: ApiType,
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
) {
    let failures = failures(policy, api, api_type, methods_and_paths, Claim::Covers);
    assert!(
        failures.is_empty(),
        "the policy does not cover\n{}",
        failures.join("\n")
    );
}

/// Asserts that the policy allows none of these methods and paths of the API, explicitly or implicitly.
///
/// Methods and paths are written as for [`assert_policy_covers`]. If a policy allows a part of a range, both assertions
/// fail.
///
/// What a layer with default settings refuses whatever the policy says counts as denied. With
/// [`AmbiguousPaths::AsReceived`](crate::AmbiguousPaths::AsReceived), the policy alone decides about it.
///
/// ```
/// use tower_lambda_authorizer::{Api, ApiType, policy::PolicyBuilder, testing::assert_policy_denies};
///
/// let api = Api::default();
/// let policy = PolicyBuilder::for_api(&api).allow("GET", "/pets/*").build()?;
/// assert_policy_denies(&policy, &api, ApiType::Rest, [("GET", "/pets"), ("DELETE", "/*"), ("*", "/admin/*")]);
/// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
/// ```
///
/// # Panics
///
/// If the policy allows one of them. The message lists each, with an example and the reason. It also panics if the list
/// is empty.
#[track_caller]
pub fn assert_policy_denies<'t>(
    policy: &PolicyDocument,
    api: &Api,
    api_type: ApiType,
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
) {
    let failures = failures(policy, api, api_type, methods_and_paths, Claim::Denies);
    assert!(
        failures.is_empty(),
        "the policy does not deny\n{}",
        failures.join("\n")
    );
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Claim {
    Covers,
    Denies,
}

/// The ranges for which the claim is wrong.
#[track_caller]
fn failures<'t>(
    policy: &PolicyDocument,
    api: &Api,
    api_type: ApiType,
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
    claim: Claim,
) -> Vec<String> {
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
            ApiType::Rest | ApiType::Http => samples::of(policy, api, &known, path),
            ApiType::WebSocket => vec![[&*ArnBase::of(api).whole, CONNECT].concat()],
        };
        let questions = samples.iter().map(|arn| {
            let question = PolicyQuestion::of_method_arn(&policy::method_arn(arn), api_type);
            (
                &**arn,
                question.map(|question| question.knowing(api.known())),
            )
        });
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
