//! Parse, write, evaluate, explain and lint the IAM policies that authorizers return.
//!
//! This module re-exports the crate `execute-api-policy`, which can also be used alone. It uses no HTTP, no async and no
//! clock. A [`PolicyDocument`] is parsed strictly, compiled once, and then evaluated for one action on one resource at a
//! time:
//!
//! ```
//! use tower_lambda_authorizer::policy::{EvaluationRequest, PolicyDocument, Verdict};
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
//! # Ok::<(), tower_lambda_authorizer::policy::PolicyError>(())
//! ```
//!
//! [`Policy::explain`] says why a request is allowed or denied. [`PolicyDocument::lint`] finds mistakes in valid policies,
//! and [`LintCode`] lists its rules. [`PolicyBuilder`] writes policies. [`language`] describes the language itself, rule
//! by rule.

#[cfg(any(feature = "openapi", feature = "testing"))]
pub(crate) use execute_api_policy::layer_only::folded;
pub(crate) use execute_api_policy::layer_only::{
    HeapBytes, KnownParts, MethodName, OneLine, RequestResource, Stage, StagePolicy, StageRequest,
    allocation, brief_miss, edit_distance, entries_of_stage, first_miss, invoke, knowing,
    method_arn, of_resource_policy, place, possible_stages, reading_that_is_not_allowed, reads_key,
    shared, shared_text, specialise, spellings_ignoring_case, stage_arn, title, with_resources,
    without_clients_values,
};
#[doc(inline)]
pub use execute_api_policy::{
    Condition, ConditionContext, ConditionExplanation, ConditionKeys, Effect, Entries,
    EntryExplanation, Evaluation, EvaluationRequest, Finding, InvalidArn, InvalidCondition,
    InvalidPolicy, KeyValue, LintCode, LintOptions, MethodArn, Operator, ParseOptions,
    PartExplanation, Policy, PolicyBuilder, PolicyDocument, PolicyError, PolicyExplanation,
    Resource, Severity, StageArn, Statement, StatementExplanation, UnknownOperator, UnusableValues,
    Verdict, Version, language,
};
