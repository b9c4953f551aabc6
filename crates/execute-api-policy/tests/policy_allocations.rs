//! An evaluation does not allocate, whatever the policy contains.
#![allow(clippy::unwrap_used)]

use allocation_counter::measure;
use execute_api_policy::{ConditionContext, EvaluationRequest, PolicyDocument, Verdict};
use serde_json::{Value, json};

const API: &str = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod";

fn assert_no_allocation(statements: &Value, path: &str, verdict: Verdict) {
    let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let policy = PolicyDocument::from_json(policy.as_bytes())
        .unwrap()
        .compile();
    let context = ConditionContext::new()
        .with("aws:SourceIp", "203.0.113.7")
        .with("aws:CurrentTime", "2026-11-25T10:00:00Z")
        .with("aws:UserAgent", "curl/8")
        .with("acme:user", "ada")
        .with("acme:token", "t".repeat(1_000))
        .with_list("acme:roles", ["user", "admin"]);
    let arn = format!("{API}/{path}");
    let mut found = None;
    let allocations = measure(|| {
        let request = EvaluationRequest::invoke(&arn).with_keys(&context);
        found = Some(policy.evaluate(&request).verdict());
    });
    assert_eq!(found, Some(verdict), "{statements}");
    assert_eq!(allocations.count_total, 0, "{statements}");
}

fn allow(resources: &Value, conditions: &Value) -> Value {
    json!({"Effect": "Allow", "Action": "execute-api:Inv*", "Resource": resources, "Condition": conditions})
}

#[test]
fn no_allocation_with_one_statement_or_ten_thousand() {
    for count in [1, 10, 100, 10_000] {
        let statements: Vec<_> = (0..count)
            .flat_map(|n| {
                [
                    allow(&json!(format!("{API}/GET/pets/{n}")), &json!({})),
                    allow(&json!(format!("{API}/*/cats/{n}/*/toys")), &json!({})),
                ]
            })
            .collect();
        let statements = Value::from(statements);
        assert_no_allocation(&statements, "GET/pets/0", Verdict::Allow);
        assert_no_allocation(&statements, "PUT/cats/0/a/toys", Verdict::Allow);
        assert_no_allocation(&statements, "GET/dogs/0", Verdict::ImplicitDeny);
    }
}

#[test]
fn no_allocation_with_every_kind_of_condition() {
    let conditions = json!({
        "IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]},
        "DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"},
        "StringLike": {"aws:UserAgent": "*url/?"},
        "StringEquals": {"acme:token": "t".repeat(1_000)},
        "StringEqualsIgnoreCase": {"acme:user": "ADA"},
        "StringNotEquals": {"acme:user": "${acme:other, 'bob'}"},
        "ForAnyValue:StringEquals": {"acme:roles": "admin"},
        "NumericEqualsIfExists": {"acme:level": "3"},
        "Null": {"acme:level": "true"}
    });
    let statements = json!([allow(&json!("*"), &conditions)]);
    assert_no_allocation(&statements, "GET/pets", Verdict::Allow);
}

#[test]
fn no_allocation_with_variables_and_question_marks() {
    let resources = json!([
        format!("{API}/GET/*/${{acme:user}}/*"),
        format!("{API}/PUT/*d?gs*"),
        format!("{API}/POST/*d?g*")
    ]);
    let statements = json!([allow(&resources, &json!({}))]);
    assert_no_allocation(&statements, "GET/users/ada/pets", Verdict::Allow);
    assert_no_allocation(&statements, "PUT/my/dogs/7", Verdict::Allow);
    assert_no_allocation(&statements, "GET/users/bob/pets", Verdict::ImplicitDeny);
    // The search for the first `d` fails very often.
    let path = format!("POST/{}", "d".repeat(1_000));
    assert_no_allocation(&statements, &path, Verdict::ImplicitDeny);
    let path = format!("{path}og");
    assert_no_allocation(&statements, &path, Verdict::Allow);
}

#[test]
fn no_allocation_with_exceptions_and_other_actions() {
    let statements = json!([
        {"Effect": "Allow", "NotAction": "s3:*", "NotResource": [format!("{API}/GET/admin*")]},
        {"Effect": "Deny", "Action": ["execute-api:M*"], "Resource": "*"}
    ]);
    assert_no_allocation(&statements, "GET/pets", Verdict::Allow);
    assert_no_allocation(&statements, "GET/admin", Verdict::ImplicitDeny);
}
