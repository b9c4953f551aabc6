//! Explanations of decisions, for people and for programs.

use execute_api_policy::{
    ConditionContext, ConditionKeys, EvaluationRequest, KeyValue, PolicyDocument,
    PolicyExplanation, Verdict,
};
use serde_json::json;

const ARN: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets";

fn explain(policy: &str, context: &ConditionContext) -> PolicyExplanation {
    let policy = PolicyDocument::from_json(policy.as_bytes())
        .unwrap()
        .compile();
    policy.explain(&EvaluationRequest::invoke(ARN).with_keys(context))
}

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Sid": "read", "Effect": "Allow", "Action": "execute-api:Invoke",
     "Resource": ["arn:aws:execute-api:*:*:a1b2/dev/*", "arn:aws:execute-api:*:*:a1b2/prod/GET/*"]},
    {"Sid": "office-only", "Effect": "Deny", "Action": "execute-api:*", "Resource": "*",
     "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
]}"#;

#[test]
fn an_explicit_deny_names_its_statement_and_the_rule_that_decided() {
    let context = ConditionContext::new().with("aws:SourceIp", "192.0.2.1");
    let explanation = explain(POLICY, &context);
    assert_eq!(explanation.verdict(), Verdict::ExplicitDeny);
    assert_eq!(explanation.deciding_statement(), Some(1));
    assert_eq!(
        explanation.to_string(),
        "\
explicitly denied: `Statement[1]` (`office-only`) denies it: `NotIpAddress` of `aws:SourceIp` holds: the request's \
value is `192.0.2.1`, the policy's `203.0.113.0/24`; none of the policy's values may match
action execute-api:Invoke
resource arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets
Statement[1] (office-only) Deny: applies
  Action: applies
    execute-api:* matches
  Resource: applies
    * matches
  Condition: `NotIpAddress` of `aws:SourceIp` holds: the request's value is `192.0.2.1`, the policy's \
`203.0.113.0/24`; none of the policy's values may match
Statement[0] (read) Allow: applies
  Action: applies
    execute-api:Invoke matches
  Resource: applies
    stage: the policy says `dev`, the request says `prod`
    arn:aws:execute-api:*:*:a1b2/prod/GET/* matches
"
    );
}

#[test]
fn a_misspelt_key_is_reported_with_the_key_that_was_probably_meant() {
    let context = ConditionContext::new().with("aws:SourceIp", "203.0.113.9");
    for (key, seen) in [
        (
            "aws:SoruceIp",
            "absent (API Gateway's key is `aws:SourceIp`), ",
        ),
        ("SourceIp", "absent (API Gateway's key is `aws:SourceIp`), "),
        ("acme:SourceIp", "absent, "),
        ("aws:VpcSourceIp", "absent, "),
    ] {
        let explanation = explain(&POLICY.replace("aws:SourceIp", key), &context);
        let said = explanation.to_string();
        assert!(
            said.contains(&format!("the request's value is {seen}the policy's")),
            "{said}"
        );
    }
}

#[test]
fn an_absent_key_is_reported_as_absent() {
    let explanation = explain(POLICY, &ConditionContext::new());
    let conditions = explanation.statements()[1].conditions();
    assert_eq!(conditions[0].seen(), None);
    assert_eq!(
        conditions[0].rule(),
        "a negated operator holds for an absent key"
    );
    assert!(
        explanation
            .to_string()
            .contains("the request's value is absent")
    );
}

#[test]
fn an_allow_names_its_statement() {
    let context = ConditionContext::new().with("aws:SourceIp", "203.0.113.7");
    let explanation = explain(POLICY, &context);
    assert_eq!(explanation.reason(), "`Statement[0]` (`read`) allows it");
}

#[test]
fn an_implicit_deny_names_the_nearest_miss() {
    for (statements, reason) in [
        (json!([]), "no statement allows anything"),
        (
            json!([
                {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b"},
                {"Sid": "pets", "Effect": "Allow", "Action": "execute-api:Invoke",
                 "Resource": "arn:aws:execute-api:*:*:a1b2/prod/GET/pets/*"},
            ]),
            "no statement allows it; `Statement[1]` (`pets`) comes nearest: path: `pets/*` does not cover \
             `pets`, only the paths below it",
        ),
        (
            json!([{"Effect": "Allow", "Action": "execute-api:ManageConnections", "Resource": "*"}]),
            "no statement allows it; `Statement[0]` comes nearest: `execute-api:ManageConnections` does not \
             cover `execute-api:Invoke`",
        ),
        (
            json!([{"Effect": "Allow", "Action": "*", "Resource": "/pets"}]),
            "no statement allows it; `Statement[0]` comes nearest: `/pets` is not an ARN, and it matches nothing",
        ),
        (
            json!([{"Effect": "Allow", "Action": "*", "NotResource": "*"}]),
            "no statement allows it; `Statement[0]` comes nearest: `NotResource` has `*`, which covers it",
        ),
        (
            json!([{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:execute-api:*:*:a1b2/prod/GET/${aws:username}"}]),
            "no statement allows it; `Statement[0]` comes nearest: \
             `arn:aws:execute-api:*:*:a1b2/prod/GET/${aws:username}` has a variable without a value here",
        ),
        (
            json!([{"Effect": "Allow", "Action": "*", "Resource": []}]),
            "no statement allows it; `Statement[0]` comes nearest: `Resource` has no entry",
        ),
        (
            json!([{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]),
            "no statement allows it; `Statement[0]` comes nearest: `Bool` of `aws:SecureTransport` does not hold: \
             the request's value is absent, the policy's `true`; an absent key matches nothing",
        ),
    ] {
        let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let explanation = explain(&policy, &ConditionContext::new());
        assert_eq!(explanation.verdict(), Verdict::ImplicitDeny);
        assert_eq!(explanation.reason(), reason);
    }
}

#[test]
fn an_explanation_serializes_as_json() {
    let json = serde_json::to_value(explain(POLICY, &ConditionContext::new())).unwrap();
    assert_eq!(json["verdict"], "ExplicitDeny");
    assert_eq!(json["decidingStatement"], 1);
    assert_eq!(json["statements"][1]["effect"], "Deny");
    assert_eq!(
        json["statements"][1]["conditions"][0]["operator"],
        "NotIpAddress"
    );
    assert_eq!(json["statements"][1]["conditions"][0]["seen"], json!(null));
    assert_eq!(
        json["statements"][0]["resource"]["entries"][1]["matches"],
        true
    );
}

#[test]
fn the_explanation_of_a_long_policy_is_short() {
    let statement =
        r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:execute-api:*:*:a1b2/dev/*"}"#;
    let policy = format!(r#"{{"Statement": [{}]}}"#, vec![statement; 1000].join(","));
    let text = explain(&policy, &ConditionContext::new()).to_string();
    assert!(text.lines().count() < 80, "{text}");
    assert!(text.ends_with("and 989 more statements\n"), "{text}");
}

#[test]
fn an_allow_names_a_deny_whose_variable_has_no_value() {
    let policy = |condition: &str| {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": [
                {{"Effect": "Allow", "Action": "*", "Resource": "*"}},
                {{"Sid": "Others", "Effect": "Deny", "Action": "execute-api:Invoke",
                  "Resource": "arn:aws:execute-api:*:*:a/s/GET/${{acme:team}}/*" {condition}}}]}}"#
        );
        PolicyDocument::from_json(text.as_bytes())
            .unwrap()
            .compile()
    };
    let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/s/GET/red/keys");
    let explanation = policy("").explain(&request);
    assert_eq!(explanation.verdict(), Verdict::Allow);
    assert_eq!(
        explanation.reason(),
        "`Statement[0]` allows it; `Statement[1]` (`Others`) denies nothing: \
         `arn:aws:execute-api:*:*:a/s/GET/${acme:team}/*` has a variable without a value here"
    );
    let blue = ConditionContext::new().with("acme:team", "blue");
    let reason = |condition: &str, keys: &ConditionContext| {
        let policy = policy(condition);
        policy.explain(&request.with_keys(keys)).reason().to_owned()
    };
    let silent = "`Statement[0]` allows it";
    assert_eq!(reason("", &blue), silent);
    // This `Deny` would not apply with a value either.
    let none = ConditionContext::new();
    let condition = r#", "Condition": {"Bool": {"acme:strict": "true"}}"#;
    assert_eq!(reason(condition, &none), silent);
}

/// `app:user` has an unknown value, and `app:owner` is `ada`.
struct UserUnknown;

impl ConditionKeys for UserUnknown {
    fn get(&self, key: &str) -> Option<KeyValue<'_>> {
        match key {
            "app:user" => Some(KeyValue::Unknown("there is no token")),
            "app:owner" => Some(KeyValue::Text("ada")),
            _ => None,
        }
    }
}

#[test]
fn a_reason_distinguishes_an_unknown_value_from_a_missing_one() {
    let reason = |resource: &str, owner: &str, keys: &dyn ConditionKeys| {
        let policy = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": "*", "Resource": resource,
             "Condition": {"StringLike": {"app:owner": owner}}}
        ]});
        let policy = PolicyDocument::from_json(policy.to_string().as_bytes()).unwrap();
        let request = EvaluationRequest::invoke(ARN).with_keys(keys);
        policy.compile().explain(&request).reason().to_owned()
    };
    let owned = ConditionContext::new().with("app:owner", "ada");
    let of_user = |path: &str| format!("arn:aws:execute-api:*:*:a1b2/prod/GET/{path}");
    let pets = of_user("p${app:user}");
    for (resource, owner, keys, expected) in [
        (
            &*pets,
            "*",
            &UserUnknown as &dyn ConditionKeys,
            "`Statement[1]` denies it: `arn:aws:execute-api:*:*:a1b2/prod/GET/p${app:user}` has a variable whose value is \
             unknown here, and it would cover the request with some value; `StringLike` of `app:owner` holds: the request's value is `ada`, the policy's `*`; one of the \
             policy's values has to match",
        ),
        (
            &pets,
            "*",
            &owned,
            "`Statement[0]` allows it; `Statement[1]` denies nothing: \
             `arn:aws:execute-api:*:*:a1b2/prod/GET/p${app:user}` has a variable without a value here",
        ),
        (
            "*",
            "${app:user}",
            &UserUnknown,
            "`Statement[1]` denies it: `StringLike` of `app:owner` holds: the request's value is `ada`, the policy's \
             `${app:user}`; a condition on an unknown value holds in a `Deny` and not in an `Allow`; the value of \
             `${app:user}` is unknown here",
        ),
    ] {
        assert_eq!(reason(resource, owner, keys), expected);
    }
}

/// Explains one statement for a request whose path has these other spellings.
fn of_spellings(statement: &serde_json::Value, path: &str, others: &[&str]) -> PolicyExplanation {
    let head = "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET";
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:execute-api:*:*:a1b2/prod/HEAD/*"},
        statement,
    ]});
    let policy = PolicyDocument::from_json(policy.to_string().as_bytes()).unwrap();
    let arn = format!("{head}{path}");
    let others: Vec<_> = others.iter().map(|path| format!("{head}{path}")).collect();
    let request = EvaluationRequest::invoke(&arn).with_other_spellings(&others);
    policy.compile().explain(&request)
}

#[test]
fn the_remark_says_that_other_spellings_count_only_for_entries_that_exclude() {
    let entry = |path: &str| format!("arn:aws:execute-api:*:*:a1b2/prod/GET{path}");
    let allow = |path: &str| json!({"Effect": "Allow", "Action": "*", "Resource": entry(path)});
    // A path as a REST API and as an HTTP API has it, an empty segment, and the percent-encoding of the entry itself.
    for (policy, path, others, words) in [
        (
            "/users/a@b.example",
            "/users/a%40b.example",
            &["/users/a@b.example"][..],
            "path: `users/a@b.example` does not cover `users/a%40b.example`: it covers another spelling of this path, \
             `arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/users/a@b.example`, but other spellings count only for an \
             entry that refuses requests",
        ),
        (
            "/users/a%40b.example",
            "/users/a@b.example",
            &["/users/a%40b.example"],
            "path: `users/a%40b.example` does not cover `users/a@b.example`: it would cover the path \
             with its percent-encoding decoded, but other spellings count only for an entry that refuses requests",
        ),
        (
            "/pets",
            "//pets",
            &["/pets"],
            "path: `pets` does not cover `/pets`: it covers another spelling of this path, \
             `arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets`, but other spellings count only for an entry that \
             refuses requests",
        ),
        (
            "/%61dmin",
            "/admin",
            &[],
            "path: `%61dmin` does not cover `admin`: it would cover the path with its percent-encoding decoded, but other \
             spellings count only for an entry that refuses requests",
        ),
    ] {
        let explanation = of_spellings(&allow(policy), path, others);
        let found = &explanation.statements()[1].resource().entries()[0];
        assert_eq!((found.matches(), found.remark()), (false, Some(words)));
        assert_eq!(
            explanation.reason(),
            format!("no statement allows it; `Statement[1]` comes nearest: {words}")
        );
    }
    // The exceptions of a `Deny` allow, too.
    let except = json!({"Effect": "Deny", "Action": "*", "NotResource": entry("/pets")});
    let explanation = of_spellings(&except, "//pets", &["/pets"]);
    let remark = explanation.statements()[1].resource().entries()[0].remark();
    assert!(
        remark
            .unwrap()
            .contains("count only for an entry that refuses requests")
    );
    // An entry that excludes covers both spellings.
    for effect in ["Deny", "Allow"] {
        let member = if effect == "Deny" {
            "Resource"
        } else {
            "NotResource"
        };
        let statement = json!({"Effect": effect, "Action": "*", member: entry("/pets")});
        let explanation = of_spellings(&statement, "//pets", &["/pets"]);
        let found = &explanation.statements()[1].resource().entries()[0];
        assert_eq!(
            found.remark(),
            Some(
                "`arn:aws:execute-api:*:*:a1b2/prod/GET/pets` covers the spelling \
                 `arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets`"
            )
        );
    }
}
