//! Bugs of other emulators and policy evaluators. Each bug allows a request that API Gateway would deny, or denies one
//! that it would allow.

use execute_api_policy::{ConditionContext, EvaluationRequest, PolicyDocument, Verdict};
use serde_json::{Value, json};

const API: &str = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234";

fn verdict_with(statements: Value, path: &str, context: &ConditionContext) -> Verdict {
    let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let policy = PolicyDocument::from_json(policy.as_bytes())
        .unwrap()
        .compile();
    let arn = format!("{API}/{path}");
    policy
        .evaluate(&EvaluationRequest::invoke(&arn).with_keys(context))
        .verdict()
}

fn verdict(statements: Value, path: &str) -> Verdict {
    verdict_with(statements, path, &ConditionContext::new())
}

fn allow(resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource})
}

fn deny(resource: &str) -> Value {
    json!({"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": resource})
}

#[test]
fn a_deny_is_not_ignored_unlike_in_sam_cdkl_and_chalice() {
    let statements = json!([allow("*"), deny(&format!("{API}/prod/GET/pets"))]);
    assert_eq!(verdict(statements, "prod/GET/pets"), Verdict::ExplicitDeny);
}

#[test]
fn a_deny_counts_at_any_position_unlike_in_aspen() {
    let statements = json!([deny(&format!("{API}/prod/GET/pets")), allow("*")]);
    assert_eq!(verdict(statements, "prod/GET/pets"), Verdict::ExplicitDeny);
}

#[test]
fn not_resource_does_not_allow_everything_unlike_in_fakecloud() {
    let statement =
        json!({"Effect": "Allow", "Action": "*", "NotResource": format!("{API}/prod/DELETE/*")});
    assert_eq!(
        verdict(statement.clone(), "prod/DELETE/pets"),
        Verdict::ImplicitDeny
    );
    assert_eq!(verdict(statement, "prod/GET/pets"), Verdict::Allow);
}

#[test]
fn every_statement_counts_unlike_in_floci() {
    let statements = json!([
        allow(&format!("{API}/prod/GET/dogs")),
        allow(&format!("{API}/prod/GET/pets"))
    ]);
    assert_eq!(verdict(statements, "prod/GET/pets"), Verdict::Allow);
    assert_eq!(
        verdict(allow(&format!("{API}/prod/GET/dogs")), "prod/GET/pets"),
        Verdict::ImplicitDeny
    );
    assert_eq!(verdict(json!([]), "prod/GET/pets"), Verdict::ImplicitDeny);
}

#[test]
fn a_policy_matches_the_path_and_not_the_template_unlike_in_serverless_offline() {
    let statements = json!([allow("*"), deny(&format!("{API}/prod/GET/users/123"))]);
    assert_eq!(
        verdict(statements, "prod/GET/users/123"),
        Verdict::ExplicitDeny
    );
    let template = allow(&format!("{API}/prod/GET/users/{{id}}"));
    assert_eq!(
        verdict(template, "prod/GET/users/123"),
        Verdict::ImplicitDeny
    );
}

#[test]
fn a_pattern_is_anchored_and_not_a_regular_expression_unlike_in_serverless_offline_and_sam() {
    assert_eq!(
        verdict(
            allow("arn:aws:execute-api:*:*:v/GET/hel?o"),
            "dev/GET/hello"
        ),
        Verdict::ImplicitDeny
    );
    assert_eq!(
        verdict(allow(&format!("{API}/prod/GET/a.b")), "prod/GET/aXb"),
        Verdict::ImplicitDeny
    );
    assert_eq!(
        verdict(
            allow(&format!("{API}/prod/GET/(pets|dogs)")),
            "prod/GET/pets"
        ),
        Verdict::ImplicitDeny
    );
    assert_eq!(
        verdict(allow(&format!("{API}/prod/GET/pets")), "prod/GET/pets/1"),
        Verdict::ImplicitDeny
    );
}

#[test]
fn an_arn_of_another_service_is_not_an_error_unlike_in_serverless_offline() {
    assert_eq!(
        verdict(allow("arn:aws:s3:::bucket/*"), "prod/GET/pets"),
        Verdict::ImplicitDeny
    );
    assert_eq!(
        verdict(allow("arn:aws-cn:execute-api:*:*:*"), "prod/GET/pets"),
        Verdict::ImplicitDeny
    );
}

#[test]
fn the_action_counts_unlike_in_five_emulators() {
    let s3 = |effect| json!({"Effect": effect, "Action": "s3:GetObject", "Resource": "*"});
    assert_eq!(verdict(s3("Allow"), "prod/GET/pets"), Verdict::ImplicitDeny);
    assert_eq!(
        verdict(json!([allow("*"), s3("Deny")]), "prod/GET/pets"),
        Verdict::Allow
    );
}

#[test]
fn conditions_count_unlike_in_every_emulator() {
    let office = |effect| {
        json!({"Effect": effect, "Action": "*", "Resource": "*",
        "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}})
    };
    let from = |address: &str| ConditionContext::new().with("aws:SourceIp", address);
    let path = "prod/GET/pets";
    assert_eq!(
        verdict_with(office("Allow"), path, &from("127.0.0.1")),
        Verdict::ImplicitDeny
    );
    assert_eq!(
        verdict_with(office("Allow"), path, &from("203.0.113.7")),
        Verdict::Allow
    );
    let denied = json!([allow("*"), office("Deny")]);
    assert_eq!(
        verdict_with(denied.clone(), path, &from("127.0.0.1")),
        Verdict::Allow
    );
    assert_eq!(
        verdict_with(denied, path, &from("203.0.113.7")),
        Verdict::ExplicitDeny
    );
}

#[test]
fn an_action_may_have_many_spellings_unlike_in_sam() {
    for action in [
        "*",
        "execute-api:*",
        "execute-api:invoke",
        "EXECUTE-API:Inv*",
    ] {
        let statement = json!({"Effect": "Allow", "Action": action, "Resource": "*"});
        assert_eq!(
            verdict(statement, "prod/GET/pets"),
            Verdict::Allow,
            "{action}"
        );
    }
    let not_action = json!({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"});
    assert_eq!(verdict(not_action, "prod/GET/pets"), Verdict::Allow);
}

#[test]
fn a_star_matches_slashes_and_colons_unlike_in_cdkl() {
    for resource in [
        "*",
        "arn:aws:execute-api:*:*:*",
        &format!("{API}/*"),
        &format!("{API}/prod/GET/*"),
    ] {
        assert_eq!(
            verdict(allow(resource), "prod/GET/pets/a:b/1"),
            Verdict::Allow,
            "{resource}"
        );
    }
}

#[test]
fn a_star_matches_empty_text_and_so_the_root_unlike_in_sam() {
    assert_eq!(
        verdict(allow(&format!("{API}/prod/*/*")), "prod/GET/"),
        Verdict::Allow
    );
}

#[test]
fn a_question_mark_matches_one_character_unlike_in_moto() {
    assert_eq!(
        verdict(allow(&format!("{API}/prod/GET/p?ts")), "prod/GET/pets"),
        Verdict::Allow
    );
    assert_eq!(
        verdict(allow(&format!("{API}/prod/GET/p?ts")), "prod/GET/pts"),
        Verdict::ImplicitDeny
    );
}

#[test]
fn an_effect_in_another_case_is_rejected_unlike_in_serverless_offline() {
    let text = br#"{"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}}"#;
    assert!(PolicyDocument::from_json(text).is_err());
}

#[test]
fn a_wildcard_in_the_value_of_a_variable_is_plain_text_unlike_in_iam_rs() {
    let statement = allow(&format!("{API}/prod/GET/users/${{acme:user}}"));
    let star = ConditionContext::new().with("acme:user", "*");
    assert_eq!(
        verdict_with(statement.clone(), "prod/GET/users/ada", &star),
        Verdict::ImplicitDeny
    );
    assert_eq!(
        verdict_with(statement, "prod/GET/users/*", &star),
        Verdict::Allow
    );
}

#[test]
fn a_missing_variable_is_not_empty_unlike_in_iam_rs() {
    let statement = allow(&format!("{API}/prod/GET/users/${{acme:user}}"));
    assert_eq!(verdict(statement, "prod/GET/users/"), Verdict::ImplicitDeny);
}

#[test]
fn short_arns_continue_with_stars_in_any_version_unlike_in_iam_rs() {
    let text = br#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:execute-api:us-east-1"}}"#;
    let policy = PolicyDocument::from_json(text).unwrap().compile();
    let arn = format!("{API}/prod/GET/pets");
    assert_eq!(
        policy.evaluate(&EvaluationRequest::invoke(&arn)).verdict(),
        Verdict::Allow
    );
}

#[test]
fn default_and_connect_are_plain_text_unlike_in_aspen() {
    assert_eq!(
        verdict(
            allow(&format!("{API}/$default/GET/pets")),
            "$default/GET/pets"
        ),
        Verdict::Allow
    );
    assert_eq!(
        verdict(allow(&format!("{API}/prod/$connect")), "prod/$connect"),
        Verdict::Allow
    );
}

#[test]
fn a_resource_that_is_not_an_arn_allows_nothing_unlike_in_iam_simulate() {
    assert_eq!(
        verdict(allow("pets"), "prod/GET/pets"),
        Verdict::ImplicitDeny
    );
}

#[test]
fn the_widest_range_contains_every_ipv4_address_unlike_in_iam_simulate() {
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}});
    let context = ConditionContext::new().with("aws:SourceIp", "203.0.113.7");
    assert_eq!(
        verdict_with(statement, "prod/GET/pets", &context),
        Verdict::Allow
    );
}

#[test]
fn a_negated_operator_excludes_all_its_values_unlike_in_aspen() {
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"StringNotEquals": {"acme:team": ["red", "blue"]}}});
    let team = |team: &str| ConditionContext::new().with("acme:team", team);
    assert_eq!(
        verdict_with(statement.clone(), "prod/GET/pets", &team("red")),
        Verdict::ImplicitDeny
    );
    assert_eq!(
        verdict_with(statement, "prod/GET/pets", &team("green")),
        Verdict::Allow
    );
}
