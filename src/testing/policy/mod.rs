//! Assertions on a policy for whole ranges of paths.

mod samples;

use http::Method;

use crate::{
    api::Api,
    policy::{EvaluationRequest, OneLine, Policy, PolicyDocument, Verdict},
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
/// No condition key has a value here. So an `Allow` with a condition allows nothing, and an entry with a policy
/// variable matches nothing.
///
/// ```
/// use tower_lambda_authorizer::{Api, policy::PolicyBuilder, testing::assert_policy_covers};
///
/// let api = Api::default();
/// let policy = PolicyBuilder::for_api(&api).allow("GET", "/pets").also("GET", "/pets/*").build()?;
/// assert_policy_covers(&policy, &api, [("GET", "/pets"), ("GET", "/pets/*")]);
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
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
) {
    let failures = failures(policy, api, methods_and_paths, |verdict| {
        verdict == Verdict::Allow
    });
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
/// ```
/// use tower_lambda_authorizer::{Api, policy::PolicyBuilder, testing::assert_policy_denies};
///
/// let api = Api::default();
/// let policy = PolicyBuilder::for_api(&api).allow("GET", "/pets/*").build()?;
/// assert_policy_denies(&policy, &api, [("GET", "/pets"), ("DELETE", "/*"), ("*", "/admin/*")]);
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
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
) {
    let failures = failures(policy, api, methods_and_paths, |verdict| {
        verdict != Verdict::Allow
    });
    assert!(
        failures.is_empty(),
        "the policy does not deny\n{}",
        failures.join("\n")
    );
}

/// The ranges with a sample whose verdict is wrong.
#[track_caller]
fn failures<'t>(
    policy: &PolicyDocument,
    api: &Api,
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
    is_right: impl Fn(Verdict) -> bool,
) -> Vec<String> {
    let compiled = policy.compile();
    let mut ranges = methods_and_paths.into_iter().peekable();
    assert!(ranges.peek().is_some(), "give at least one method and path");
    let failure = |(method, path): (&str, &str)| {
        assert!(
            path.starts_with('/'),
            "`{path}` is not a path; a path begins with `/`"
        );
        let Ok(known) = Method::from_bytes(method.as_bytes()) else {
            panic!("`{method}` is not a method");
        };
        let samples = samples::of(policy, api, &known, path);
        let mut samples = samples.iter();
        let wrong = samples.find(|arn| {
            let request = EvaluationRequest::invoke(arn);
            !is_right(compiled.evaluate(&request).verdict())
        });
        wrong.map(|arn| failure_message(&compiled, method, path, arn))
    };
    ranges.filter_map(failure).collect()
}

fn failure_message(policy: &Policy, method: &str, path: &str, arn: &str) -> String {
    let explanation = policy.explain(&EvaluationRequest::invoke(arn));
    let reason = explanation.reason();
    let (method, path, arn) = (OneLine(method), OneLine(path), OneLine(arn));
    format!("  {method} {path}\n    for example {arn}\n    {reason}")
}
