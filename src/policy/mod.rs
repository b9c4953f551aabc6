//! The IAM policy language, as far as an authorizer's answer needs it.
//!
//! Pure: no HTTP, no async, no clock. A [`PolicyDocument`] is parsed strictly, compiled once, and
//! evaluated for one action on one resource:
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
//! # Rules
//!
//! 1. A statement applies if its action part and its resource part both do. Any applying `Deny` is an
//!    explicit deny; else any applying `Allow` allows; else it is an implicit deny. Order is irrelevant.
//! 2. Actions compare without regard to case. `*` and `?` work in the name, and a lone `*` is every
//!    action; a wildcard in the service prefix matches nothing.
//! 3. Resources are ARNs, matched part by part: `*` is any run of characters (none included), `?`
//!    exactly one, both within one of the first five parts, and across everything, slashes and colons
//!    included, in the last. An ARN with fewer than six parts is filled up with `*`. A lone `*` is every
//!    resource. What a request contains is text, never a wildcard.
//! 4. `NotAction` and `NotResource` apply where no entry matches.
//! 5. An entry that can match nothing, because it is no ARN or has no service's name before its colon,
//!    never lets anything through: a `Deny` with such an entry applies, and an `Allow` whose `NotAction` or
//!    `NotResource` has one (or has no entry at all) does not. IAM would not have stored such a policy.
//! 6. Matching is linear in the request's length, whatever the pattern.
//!
//! The parser refuses what IAM refuses: unknown and duplicate members, an `Effect` in another case, a
//! `Principal`, both or neither of `Action` and `NotAction` (and of `Resource` and `NotResource`), an
//! action without a service prefix, an unknown `Version`, `null`. Empty lists are accepted, as API
//! Gateway accepts an empty `Resource`, and match nothing.
//!
//! A policy may be in order and still do something else than was meant: [`PolicyDocument::lint`] finds that.
//! [`LintCode`] has the table of its rules.
//!
//! Not there yet: `Condition` and, under `Version` 2012-10-17, policy variables (`${…}`). A policy that
//! has one is refused as a whole.

mod compiled;
mod condition;
mod document;
mod error;
mod evaluation;
mod lint;
mod parse;
mod pattern;

pub(crate) use self::evaluation::RequestResource;
pub use self::{
    compiled::Policy,
    condition::{
        Condition, ConditionContext, ConditionKeys, InvalidCondition, KeyValue, Operator,
        UnknownOperator,
    },
    document::{Effect, Entries, PolicyDocument, Statement, Version},
    error::PolicyError,
    evaluation::{Evaluation, EvaluationRequest, Verdict},
    lint::{Finding, LintCode, LintOptions, Severity},
    parse::{ParseOptions, UnusableValues},
};
