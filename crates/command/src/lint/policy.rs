//! The library's lint of a policy.

use tower_lambda_authorizer::policy::{LintOptions, PolicyDocument};

use super::finding::Finding;

/// Results are cached unless all authorizers say otherwise.
pub(super) fn options(api: Option<&str>, caching: Option<bool>) -> LintOptions {
    let options = LintOptions::new().caching(caching.unwrap_or(true));
    match api {
        Some(arn) => options.api(arn),
        None => options,
    }
}

/// Finds mistakes of a policy, which is a file by itself or a part of one.
pub(super) fn lint(
    file: &str,
    place: &str,
    document: &PolicyDocument,
    options: &LintOptions,
) -> Vec<Finding> {
    let found = document.lint_with(options);
    let found = found.iter().map(|it| Finding::of_policy(file, place, it));
    found.collect()
}
