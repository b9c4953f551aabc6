//! An authorizer's answer of any bytes: what is accepted is valid JSON as a whole, says what another reader of JSON finds in
//! it, lets through what its policy does by the plain evaluator, and is written and read back the same; what is refused is
//! refused in one line.
#![no_main]

#[allow(
    dead_code,
    reason = "all condition keys of this target have known values"
)]
#[path = "../../crates/execute-api-policy/tests/support/naive_policy.rs"]
mod naive_policy;

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tower_lambda_authorizer::{
    AuthorizerErrorKind, AuthorizerResponse,
    policy::{ConditionContext, EvaluationRequest, Verdict},
};

use self::naive_policy::{Key, Known, Question};

const ARNS: [&str; 3] = [
    "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets",
    "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/",
    "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/POST/pets/7",
];

/// What is known of the request.
const ADDRESS: &str = "203.0.113.9";
const ROLES: [&str; 2] = ["reader", "writer"];

fuzz_target!(|bytes: &[u8]| {
    match AuthorizerResponse::from_json(bytes) {
        Ok(response) => accepted(bytes, &response),
        Err(error) => {
            let is_of_the_function = error.kind() != AuthorizerErrorKind::MalformedResponse;
            let text = error.to_string();
            assert!(
                is_of_the_function || !text.contains(char::is_control),
                "{text:?}"
            );
            assert!(text.len() < 64 * 1024, "{}", text.len());
        }
    }
});

fn accepted(bytes: &[u8], response: &AuthorizerResponse) {
    // Another reader may not ignore what this one does.
    std::str::from_utf8(bytes).expect("an answer is text");
    let json: Value = serde_json::from_slice(bytes).expect("an answer is JSON");
    assert!(json.is_object());
    assert!(json["errorMessage"].is_null(), "{json}");
    let truth = match &json["isAuthorized"] {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text == "true" => Some(true),
        _ => None,
    };
    assert_eq!(response.is_authorized(), truth);
    if let Some(principal_id) = response.principal_id() {
        assert_eq!(json["principalId"], principal_id);
    }
    let context = json["context"].as_object().map_or(0, serde_json::Map::len);
    assert_eq!(response.context().count(), context);
    let policy = &json["policyDocument"];
    assert_eq!(response.policy_document().is_some(), !policy.is_null());
    if let Some(document) = response.policy_document() {
        let compiled = document.compile();
        let keys = ConditionContext::new().with("aws:SourceIp", ADDRESS);
        let keys = keys.with_list("acme:roles", ROLES);
        for arn in ARNS {
            let question = Question {
                action: "execute-api:Invoke".into(),
                resource: arn.into(),
                other_spellings: None,
                ignores_case: false,
                known: Known::Everything,
                keys: BTreeMap::from([
                    ("aws:sourceip".into(), Key::Text(ADDRESS.into())),
                    (
                        "acme:roles".into(),
                        Key::List(ROLES.map(Into::into).to_vec()),
                    ),
                ]),
            };
            let evaluation = compiled.evaluate(&EvaluationRequest::invoke(arn).with_keys(&keys));
            let verdict = match evaluation.verdict() {
                Verdict::Allow => "Allow",
                Verdict::ExplicitDeny => "ExplicitDeny",
                Verdict::ImplicitDeny => "ImplicitDeny",
            };
            let found = (verdict, evaluation.statement());
            assert_eq!(
                found,
                naive_policy::answer(policy, &question),
                "{policy} {arn}"
            );
        }
        let _ = (
            document.lint(),
            compiled
                .explain(&EvaluationRequest::invoke(ARNS[0]))
                .to_string(),
        );
    }
    // A `Value` sorts its members.
    let again = AuthorizerResponse::try_from(json).expect("the same answer");
    let sorted = |response: &AuthorizerResponse| serde_json::to_value(response).expect("JSON");
    assert_eq!(sorted(&again), sorted(response));
    let written = serde_json::to_vec(response).expect("an answer can be written");
    if let Ok(read) = AuthorizerResponse::from_json(&written) {
        assert_eq!(
            serde_json::to_vec(&read).expect("an answer can be written"),
            written
        );
    }
}
