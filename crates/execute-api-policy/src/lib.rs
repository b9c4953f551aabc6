//! The IAM policy language of Amazon API Gateway: parse, write, evaluate, explain and lint the policies that Lambda
//! authorizers return.
//!
//! The crate uses no HTTP, no async and no clock. A [`PolicyDocument`] is parsed strictly, compiled once, and then
//! evaluated for one action on one resource at a time:
//!
//! ```
//! use execute_api_policy::{EvaluationRequest, PolicyDocument, Verdict};
//!
//! let policy = PolicyDocument::from_json(br#"{
//!     "Version": "2012-10-17",
//!     "Statement": [
//!         {"Effect": "Allow", "Action": "execute-api:Invoke",
//!          "Resource": "arn:aws:execute-api:*:*:a1b2c3d4e5/prod/*"},
//!         {"Effect": "Deny", "Action": "execute-api:Invoke",
//!          "Resource": "arn:aws:execute-api:*:*:a1b2c3d4e5/prod/DELETE/*"}
//!     ]
//! }"#)?
//! .compile();
//!
//! let arn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/DELETE/pets/7";
//! let evaluation = policy.evaluate(&EvaluationRequest::invoke(arn));
//! assert_eq!(evaluation.verdict(), Verdict::ExplicitDeny);
//! assert_eq!(evaluation.statement(), Some(1));
//! # Ok::<(), execute_api_policy::PolicyError>(())
//! ```
//!
//! [`Policy::explain`] says why a request is allowed or denied. [`PolicyDocument::lint`] finds mistakes in valid policies,
//! and [`LintCode`] lists its rules. [`PolicyBuilder`] writes policies. [`language`] describes the language itself, rule
//! by rule.
//!
//! # Test your policies
//!
//! In `cargo test`, build the policies of many users, and evaluate what nobody may do:
//!
//! ```
//! use execute_api_policy::{
//!     EvaluationRequest, InvalidPolicy, PolicyBuilder, PolicyDocument, StageArn, Verdict,
//! };
//!
//! fn policy_of(user: &str, is_admin: bool, stage: &StageArn) -> Result<PolicyDocument, InvalidPolicy> {
//!     let policy = PolicyBuilder::for_rest_api(stage.clone()).allow("GET", "/pets/*");
//!     let policy = policy.allow_under("PUT", ["users", user]);
//!     match is_admin {
//!         true => policy.allow("DELETE", "/*").build(),
//!         false => policy.build(),
//!     }
//! }
//!
//! let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
//! let names = ["*", "?", "..", "", "a/b", "${aws:username}"].map(str::to_owned);
//! for user in names.into_iter().chain((0..100).map(|number| format!("user-{number}"))) {
//!     let policy = policy_of(&user, false, &stage)?.compile();
//!     for path in ["/", "/pets/7", "/users/user-3", "/users/*", "/admin"] {
//!         let arn = format!("{stage}/DELETE{path}");
//!         let request = EvaluationRequest::invoke(&arn);
//!         let is_allowed = policy.evaluate(&request).verdict() == Verdict::Allow;
//!         assert!(!is_allowed, "{user}: {}", policy.explain(&request));
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Include names that could be patterns, as above. To check all paths, and not only examples, use `assert_policy_denies` of
//! the tower layer's test kit (`tower-lambda-authorizer` with the feature `testing`), as in
//! `assert_policy_denies(&policy, &api, ApiType::Rest, [("DELETE", "/*")])`. It takes a [`PolicyDocument`] of this crate.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::cast_possible_truncation
    )
)]

mod arn;
mod builder;
mod compiled;
mod condition;
mod document;
mod edit_distance;
mod effect;
mod error;
mod evaluation;
mod explain;
mod heap;
mod hints;
mod keys;
#[doc(hidden)]
pub mod layer_only;
mod lint;
mod number;
mod one_line;
mod parse;
mod pattern;
mod place;
mod resource;
mod strict_json;
#[cfg(test)]
mod thread_time;
mod write;

#[doc = include_str!("language.md")]
pub mod language {}

pub use self::{
    arn::{InvalidArn, MethodArn, StageArn},
    builder::{InvalidPolicy, PolicyBuilder},
    compiled::Policy,
    condition::{Condition, InvalidCondition, Operator, UnknownOperator},
    document::{Entries, PolicyDocument, Statement, Version},
    effect::Effect,
    error::PolicyError,
    evaluation::{Evaluation, EvaluationRequest, Verdict},
    explain::{
        ConditionExplanation, EntryExplanation, PartExplanation, PolicyExplanation,
        StatementExplanation,
    },
    keys::{ConditionContext, ConditionKeys, KeyValue},
    lint::{Finding, LintCode, LintOptions, Severity},
    parse::{ParseOptions, UnusableValues},
    resource::Resource,
};

/// The README's snippets are tests, too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
