//! Figures that do not depend on the machine: instructions and allocations of an evaluation.

use std::hint::black_box;

use bench_harness::{programs, targets::Target};
use execute_api_policy::{ConditionContext, EvaluationRequest, PolicyDocument};

use crate::{
    policies::{self, SIZES},
    scenario::Scenario,
};

/// Counts instructions. A quick run counts only those that have a target.
pub(crate) fn instructions(quick: bool) -> Vec<Target> {
    println!("\ninstructions of an evaluation (and with the request made of an ARN)");
    let mut first = None;
    for size in SIZES.into_iter().filter(|size| !quick || *size == 1) {
        let evaluate = Scenario::Evaluate(size).instructions();
        let invoke = Scenario::Invoke(size).instructions();
        let text =
            |count: Option<f64>| count.map_or("failed".to_owned(), |count| format!("{count:.0}"));
        println!("{size:<12}{:>10} ({})", text(evaluate), text(invoke));
        first = first.or(evaluate);
    }
    vec![Target::at_most("evaluate_1_instructions", first, 400.0)]
}

/// A condition with a value of each kind, and a variable in the resource.
const WITH_CONDITIONS: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "execute-api:*",
     "Resource": "arn:aws:execute-api:*:*:*/prod/*/pets/${acme:Pet, 'none'}/*",
     "Condition": {
         "StringLike": {"acme:Department": ["zoo-*", "*-garden"]},
         "IpAddress": {"aws:SourceIp": "203.0.113.0/24"},
         "DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"},
         "NumericLessThan": {"acme:Age": "100"},
         "ArnLike": {"acme:Keeper": "arn:aws:iam::*:user/${acme:Department}"},
         "ForAnyValue:StringEquals": {"acme:Roles": ["keeper", "vet"]}
     }},
    {"Effect": "Deny", "NotAction": "execute-api:Invoke", "Resource": "*",
     "Condition": {"Null": {"acme:Department": "true"}}}
]}"#;

/// The program that links the counting allocator.
const ALLOCATIONS: &str = "policy-allocations";

/// The policy with conditions; the others are named by their number of statements.
const CONDITIONS: &str = "conditions and a variable";

/// The most allocations of one evaluation, over all sizes of policies and the policy with conditions.
pub(crate) fn allocations() -> Vec<Target> {
    println!("\nallocations of an evaluation, the most of all requests");
    let sizes = SIZES.map(|size| size.to_string());
    let mut most = Some(0.0);
    for policy in sizes.into_iter().chain([CONDITIONS.to_owned()]) {
        let count = programs::allocations(ALLOCATIONS, &policy);
        let text = count.map_or("-".to_owned(), |count| format!("{count:.0}"));
        println!("{policy:<26}{text:>4}");
        most = most.zip(count).map(|(most, count)| f64::max(most, count));
    }
    vec![Target::at_most("evaluate_allocations", most, 0.0)]
}

/// Runs in the program that counts allocations.
pub(crate) fn most_allocations(policy: &str, count: fn(&mut dyn FnMut()) -> u64) -> u64 {
    match policy {
        CONDITIONS => allocations_with_conditions(count),
        statements => allocations_of_any(statements.parse().expect("a number"), count),
    }
}

fn allocations_of_any(statements: usize, count: fn(&mut dyn FnMut()) -> u64) -> u64 {
    let text = policies::json(&policies::rules(statements));
    let document = PolicyDocument::from_json(text.as_bytes()).expect("the policy is valid");
    let policy = document.compile();
    let arns = policies::requests(statements);
    let counts = arns.iter().map(|arn| {
        let request = EvaluationRequest::invoke(arn);
        count(&mut || {
            black_box(policy.evaluate(&request));
        })
    });
    counts.max().unwrap_or(0)
}

fn allocations_with_conditions(count: fn(&mut dyn FnMut()) -> u64) -> u64 {
    let document = PolicyDocument::from_json(WITH_CONDITIONS.as_bytes());
    let policy = document.expect("the policy is valid").compile();
    let keys = ConditionContext::new()
        .with("acme:Pet", "cat")
        .with("acme:Department", "zoo-north")
        .with("aws:SourceIp", "203.0.113.7")
        .with("aws:CurrentTime", "2026-11-24T12:00:00Z")
        .with("acme:Age", 7)
        .with("acme:Keeper", "arn:aws:iam::123456789012:user/zoo-north")
        .with_list("acme:Roles", ["visitor", "vet"]);
    let arn = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/GET/pets/cat/food";
    let request = EvaluationRequest::invoke(arn).with_keys(&keys);
    assert_eq!(
        policy.evaluate(&request).statement(),
        Some(0),
        "all conditions are to be looked at"
    );
    count(&mut || {
        black_box(policy.evaluate(&request));
    })
}
