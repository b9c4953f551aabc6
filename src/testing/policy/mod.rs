//! What a policy says of whole ranges of paths.

mod samples;

use http::Method;

use crate::{
    api::Api,
    policy::{EvaluationRequest, OneLine, Policy, PolicyDocument, Verdict},
};

/// The policy allows these methods and paths of the API, all of them.
///
/// Methods and paths are written as for [`PolicyBuilder::allow`](crate::policy::PolicyBuilder::allow): `*` stands for any
/// run of characters, slashes included, `?` for one, and as a method `*` for every method. A range is held against the
/// policy path by path: with nothing, something short and something long in place of a `*`, and with the paths that the
/// policy's own entries pick out of the range. So an exception within it is found, and told by an example.
///
/// No condition key has a value here, so an `Allow` with a condition does not allow, and neither does what a policy
/// variable stands for.
///
/// ```
/// use tower_lambda_authorizer::{Api, policy::PolicyBuilder, testing::assert_policy_covers};
///
/// let api = Api::default();
/// let policy = PolicyBuilder::for_api(&api).allow("GET", "/pets").and("GET", "/pets/*").build()?;
/// assert_policy_covers(&policy, &api, [("GET", "/pets"), ("GET", "/pets/*")]);
/// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
/// ```
///
/// # Panics
///
/// Where it does not allow one of them: each is told, with an example and the reason. Also where none is given.
#[track_caller]
pub fn assert_policy_covers<'t>(
    policy: &PolicyDocument,
    api: &Api,
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
) {
    let failures = held_against(policy, api, methods_and_paths, |verdict| {
        verdict == Verdict::Allow
    });
    assert!(
        failures.is_empty(),
        "the policy does not cover\n{}",
        failures.join("\n")
    );
}

/// The policy allows nothing of these methods and paths of the API, whether it says so or is silent. The contrary of
/// [`assert_policy_covers`], and written as it is; the two can both fail, where a policy allows a part.
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
/// Where it allows any of them: each is told, with an example and the reason. Also where none is given.
#[track_caller]
pub fn assert_policy_denies<'t>(
    policy: &PolicyDocument,
    api: &Api,
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
) {
    let failures = held_against(policy, api, methods_and_paths, |verdict| {
        verdict != Verdict::Allow
    });
    assert!(
        failures.is_empty(),
        "the policy does not deny\n{}",
        failures.join("\n")
    );
}

/// The ranges in which a sample is not as it should be.
#[track_caller]
fn held_against<'t>(
    policy: &PolicyDocument,
    api: &Api,
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
    is_right: impl Fn(Verdict) -> bool,
) -> Vec<String> {
    let compiled = policy.compile();
    let mut ranges = methods_and_paths.into_iter().peekable();
    assert!(ranges.peek().is_some(), "give a method and a path at least");
    let failure = |(method, path): (&str, &str)| {
        assert!(
            path.starts_with('/'),
            "`{path}` is no path; it begins with `/`"
        );
        let Ok(known) = Method::from_bytes(method.as_bytes()) else {
            panic!("`{method}` is no method");
        };
        let samples = samples::of(policy, api, &known, path);
        let mut samples = samples.iter();
        let wrong = samples.find(|arn| {
            let request = EvaluationRequest::invoke(arn);
            !is_right(compiled.evaluate(&request).verdict())
        });
        wrong.map(|arn| told(&compiled, method, path, arn))
    };
    ranges.filter_map(failure).collect()
}

fn told(policy: &Policy, method: &str, path: &str, arn: &str) -> String {
    let explanation = policy.explain(&EvaluationRequest::invoke(arn));
    let reason = explanation.reason();
    let (method, path, arn) = (OneLine(method), OneLine(path), OneLine(arn));
    format!("  {method} {path}\n    for example {arn}\n    {reason}")
}
