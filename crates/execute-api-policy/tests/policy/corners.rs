//! Corner cases of the policy language, found with random policies.

use execute_api_policy::{ConditionContext, EvaluationRequest, PolicyDocument, Verdict};
use serde_json::{Value, json};

/// Evaluates a statement that follows an `Allow` of everything.
fn verdict(statement: &Value, context: &ConditionContext, spellings: &[String]) -> Verdict {
    let everything = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let policy = json!({"Version": "2012-10-17", "Statement": [everything, statement]});
    let policy = PolicyDocument::from_json(policy.to_string().as_bytes());
    let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/b");
    let request = request.with_keys(context).with_other_spellings(spellings);
    policy.unwrap().compile().evaluate(&request).verdict()
}

#[test]
fn a_condition_without_values_is_undefined_for_a_list_too() {
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
fn a_variable_with_an_empty_list_uses_its_default() {
    let deny = json!({"Effect": "Deny", "Action": "*",
        "Resource": "arn:aws:execute-api:*:*:a/prod/GET/${k, 'b'}"});
    for (values, expected) in [(&[][..], Verdict::ExplicitDeny), (&["b"], Verdict::Allow)] {
        let context = ConditionContext::new().with_list("k", values.iter().copied());
        assert_eq!(verdict(&deny, &context, &[]), expected, "{values:?}");
    }
}

#[test]
fn an_entry_with_a_variable_covers_other_spellings_as_written_and_decoded() {
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
fn a_condition_without_values_is_undefined_for_an_absent_key_too() {
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
fn a_list_without_a_set_operator_matches_nothing_and_is_undefined_if_negated() {
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
fn an_entry_with_a_variable_covers_the_request_itself_if_other_spellings_count() {
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

#[derive(Debug, Clone, Copy, PartialEq)]
enum Entry {
    Covers,
    Differs,
    NotAnArn,
}

/// The verdicts for one entry in four places: in `Resource` and `NotResource` of a single `Allow`, and in `Resource`
/// and `NotResource` of a `Deny` after an `Allow` of everything.
fn verdicts(entry: &str) -> [Verdict; 4] {
    let everything = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let arn = "arn:aws:execute-api:eu-west-2:222233334444:a1/prod/GET/books";
    [
        ("Allow", "Resource"),
        ("Allow", "NotResource"),
        ("Deny", "Resource"),
        ("Deny", "NotResource"),
    ]
    .map(|(effect, member)| {
        let statement = json!({"Effect": effect, "Action": "*", member: entry});
        let statements = match effect {
            "Deny" => vec![everything.clone(), statement],
            _ => vec![statement],
        };
        let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let policy = PolicyDocument::from_json(policy.as_bytes()).unwrap();
        let request = EvaluationRequest::invoke(arn);
        policy.compile().evaluate(&request).verdict()
    })
}

#[track_caller]
fn check_entry(entry: &str, expected: Entry) {
    let expected = match expected {
        Entry::Covers => [
            Verdict::Allow,
            Verdict::ImplicitDeny,
            Verdict::ExplicitDeny,
            Verdict::Allow,
        ],
        Entry::Differs => [
            Verdict::ImplicitDeny,
            Verdict::Allow,
            Verdict::Allow,
            Verdict::ExplicitDeny,
        ],
        Entry::NotAnArn => [
            Verdict::ImplicitDeny,
            Verdict::ImplicitDeny,
            Verdict::ExplicitDeny,
            Verdict::ExplicitDeny,
        ],
    };
    assert_eq!(verdicts(entry), expected, "`{entry}`");
}

#[test]
fn every_prefix_of_an_arn_is_valid_or_invalid_in_all_four_places() {
    let arn = "arn:aws:execute-api:eu-west-2:222233334444:a1/prod/GET/books";
    for length in 0..=arn.len() {
        let entry = &arn[..length];
        let expected = match entry {
            "arn:aws:execute-api"
            | "arn:aws:execute-api:eu-west-2"
            | "arn:aws:execute-api:eu-west-2:222233334444" => Entry::Covers,
            // The service is still missing.
            _ if length <= "arn:aws:".len() => Entry::NotAnArn,
            "arn:aws:execute-api:" | "arn:aws:execute-api:eu-west-2:" => Entry::NotAnArn,
            _ if entry == arn => Entry::Covers,
            _ => Entry::Differs,
        };
        check_entry(entry, expected);
    }
}

#[test]
fn an_arn_names_a_partition_and_a_service() {
    for (head, expected) in [
        ("arn:aws:execute-api", Entry::Covers),
        ("arn:a*:execute-ap?", Entry::Covers),
        ("arn:*:*", Entry::Covers),
        ("arn:aws-cn:execute-api", Entry::Differs),
        ("arn:aws:s3", Entry::Differs),
        ("arn::execute-api", Entry::NotAnArn),
        ("arn:aws:", Entry::NotAnArn),
        ("arn::", Entry::NotAnArn),
        ("arn:aws:execute_api", Entry::NotAnArn),
        ("arn:aws: execute-api", Entry::NotAnArn),
        ("arn:${AWS::Partition}:execute-api", Entry::NotAnArn),
        ("Arn:aws:execute-api", Entry::NotAnArn),
        ("execute-api", Entry::NotAnArn),
    ] {
        for rest in [
            "",
            ":eu-west-2",
            ":eu-west-2:222233334444:a1/prod/GET/books",
        ] {
            check_entry(&format!("{head}{rest}"), expected);
        }
    }
    for (entry, expected) in [
        ("arn:*", Entry::NotAnArn),
        ("arn:aws:execute-api::222233334444", Entry::NotAnArn),
        (
            "arn:aws:execute-api::222233334444:a1/prod/GET/books",
            Entry::Differs,
        ),
        (
            "arn:aws:execute-api:eu-west-2::a1/prod/GET/books",
            Entry::Differs,
        ),
        ("arn:aws:execute-api:::*", Entry::Differs),
        ("***", Entry::Covers),
    ] {
        check_entry(entry, expected);
    }
}

#[test]
fn an_empty_value_counts_as_missing_for_a_variable() {
    let (empty, value) = (
        ConditionContext::new().with("k", ""),
        ConditionContext::new().with("k", "b"),
    );
    let allow = |policy: Value, context: &ConditionContext| {
        let policy = json!({"Version": "2012-10-17", "Statement": [policy]}).to_string();
        let policy = PolicyDocument::from_json(policy.as_bytes()).unwrap();
        let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/b");
        policy
            .compile()
            .evaluate(&request.with_keys(context))
            .verdict()
    };
    for (pattern, with_empty, with_value) in [
        ("${k}*", Verdict::ImplicitDeny, Verdict::Allow),
        ("b${k}", Verdict::ImplicitDeny, Verdict::ImplicitDeny),
        ("${k, 'b'}", Verdict::Allow, Verdict::Allow),
        ("b${none, ''}", Verdict::Allow, Verdict::Allow),
    ] {
        let resource = json!({"Effect": "Allow", "Action": "*",
            "Resource": format!("arn:aws:execute-api:r:1:a/prod/GET/{pattern}")});
        assert_eq!(allow(resource.clone(), &empty), with_empty, "{pattern}");
        assert_eq!(allow(resource, &value), with_value, "{pattern}");
        let like = json!({"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"StringLike": {"path": pattern}}});
        assert_eq!(
            allow(like.clone(), &empty.clone().with("path", "b")),
            with_empty
        );
        assert_eq!(allow(like, &value.clone().with("path", "b")), with_value);
    }
}

#[test]
fn an_empty_text_counts_as_missing_for_a_set_operator() {
    let contexts = [
        (ConditionContext::new().with("k", ""), true),
        (ConditionContext::new().with_list("k", ["", ""]), true),
        (ConditionContext::new().with_list("k", ["", "y"]), false),
    ];
    for (context, is_empty) in contexts {
        for (operator, expected) in [
            ("ForAllValues:StringEquals", is_empty),
            ("ForAllValues:StringEqualsIfExists", is_empty),
            ("ForAnyValue:StringNotEquals", !is_empty),
            ("ForAnyValue:StringNotEqualsIfExists", !is_empty),
        ] {
            let deny = json!({"Effect": "Deny", "Action": "*", "Resource": "*",
                "Condition": {operator: {"k": "x"}}});
            let expected = if expected {
                Verdict::ExplicitDeny
            } else {
                Verdict::Allow
            };
            assert_eq!(
                verdict(&deny, &context, &[]),
                expected,
                "{operator} {context:?}"
            );
        }
    }
}
