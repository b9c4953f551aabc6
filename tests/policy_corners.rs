//! Corners of the policy language that random policies found.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use tower_lambda_authorizer::policy::{
    ConditionContext, EvaluationRequest, PolicyDocument, Verdict,
};

/// Of one statement, after one that allows everything.
fn verdict(statement: &Value, context: &ConditionContext, spellings: &[String]) -> Verdict {
    let everything = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let policy = json!({"Version": "2012-10-17", "Statement": [everything, statement]});
    let policy = PolicyDocument::from_json(policy.to_string().as_bytes());
    let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/b");
    let request = request.with_keys(context).with_other_spellings(spellings);
    policy.unwrap().compile().evaluate(&request).verdict()
}

#[test]
fn a_condition_without_values_is_open_for_a_list_as_well() {
    let context = ConditionContext::new().with_list("k", ["x"]);
    for (operator, expected) in [
        ("StringEquals", Verdict::ExplicitDeny),
        ("StringNotEquals", Verdict::ExplicitDeny),
        ("StringEqualsIfExists", Verdict::Allow),
        ("StringNotEqualsIfExists", Verdict::Allow),
        ("ForAnyValue:StringNotEquals", Verdict::Allow),
    ] {
        let deny = json!({"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {operator: {"k": []}}});
        assert_eq!(verdict(&deny, &context, &[]), expected, "{operator}");
    }
}

#[test]
fn a_variable_of_an_empty_list_has_its_default() {
    let deny = json!({"Effect": "Deny", "Action": "*",
        "Resource": "arn:aws:execute-api:*:*:a/prod/GET/${k, 'b'}"});
    for (values, expected) in [(&[][..], Verdict::ExplicitDeny), (&["b"], Verdict::Allow)] {
        let context = ConditionContext::new().with_list("k", values.iter().copied());
        assert_eq!(verdict(&deny, &context, &[]), expected, "{values:?}");
    }
}

#[test]
fn an_entry_with_a_variable_covers_other_spellings_as_it_is_written_and_decoded() {
    let context = ConditionContext::new().with("k", "GET");
    let spellings = ["arn:aws:execute-api:r:1:a/prod/GET/%63".to_owned()];
    for written in ["GET/%63", "${k}/%63"] {
        let deny = json!({"Effect": "Deny", "Action": "*",
            "Resource": format!("arn:aws:execute-api:r:1:a/prod/{written}")});
        let verdict = verdict(&deny, &context, &spellings);
        assert_eq!(verdict, Verdict::ExplicitDeny, "{written}");
    }
}

#[test]
fn a_condition_without_values_is_open_for_an_absent_key_as_well() {
    let context = ConditionContext::new();
    for (operator, expected) in [
        ("Null", Verdict::ExplicitDeny),
        ("ForAnyValue:Null", Verdict::Allow),
        ("StringEquals", Verdict::ExplicitDeny),
        ("ForAnyValue:StringEquals", Verdict::Allow),
    ] {
        let deny = json!({"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {operator: {"k": []}}});
        assert_eq!(verdict(&deny, &context, &[]), expected, "{operator}");
    }
}

#[test]
fn a_list_without_a_quantifier_is_equal_to_nothing_and_open_where_negated() {
    let context = ConditionContext::new().with_list("k", ["x"]);
    for (operator, expected) in [
        ("StringEquals", Verdict::Allow),
        ("StringNotEquals", Verdict::ExplicitDeny),
        ("ForAnyValue:StringEquals", Verdict::ExplicitDeny),
        ("ForAnyValue:StringNotEquals", Verdict::Allow),
    ] {
        let deny = json!({"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {operator: {"k": "x"}}});
        assert_eq!(verdict(&deny, &context, &[]), expected, "{operator}");
    }
}

#[test]
fn an_entry_with_a_variable_covers_the_request_itself_where_spellings_count() {
    let context = ConditionContext::new().with("k", "GET");
    for (written, expected) in [
        ("${k}/%62", Verdict::ExplicitDeny),
        ("${k}/b", Verdict::ExplicitDeny),
        ("${k}/%63", Verdict::Allow),
        ("${k}/c", Verdict::Allow),
    ] {
        let deny = json!({"Effect": "Deny", "Action": "*",
            "Resource": format!("arn:aws:execute-api:*:*:a/prod/{written}")});
        for spellings in [
            &[][..],
            &["arn:aws:execute-api:r:1:a/prod/GET/d".to_owned()],
        ] {
            assert_eq!(verdict(&deny, &context, spellings), expected, "{written}");
        }
    }
}
