//! Text from outside could begin a line in a log, reverse one, or be invisible. No message contains such text unchanged.

use serde_json::json;
use tower_lambda_authorizer::{
    Api, ApiType, AuthorizerError, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    gateway_responses::GatewayResponse,
    openapi::ApiDefinition,
    policy::{Effect, EvaluationRequest, PolicyBuilder, PolicyDocument, Statement},
    testing::{Harness, MockAnswer, MockAuthorizer, assert_policy_covers},
};

use crate::caught::caught;

/// A line break, a terminal escape, and the kinds of invisible characters.
const HIDDEN: &str =
    "x\r\nFORGED\u{1b}[2J\u{85}\u{2028}\u{202e}\u{61c}\u{200b}\u{feff}\u{ad}\u{a0}\u{3164}\u{e000}";

#[track_caller]
fn assert_visible(message: impl std::fmt::Display) {
    let message = message.to_string();
    assert!(
        message.contains("FORGED"),
        "it says nothing of the text: {message:?}"
    );
    assert!(!message.contains("\nFORGED"), "{message:?}");
    for c in HIDDEN
        .chars()
        .filter(|c| !c.is_ascii_graphic() && *c != '\n')
    {
        assert!(!message.contains(c), "{}: {message:?}", c.escape_unicode());
    }
}

fn document() -> PolicyDocument {
    let statement = json!({
        "Sid": HIDDEN, "Effect": "Deny", "Action": ["execute-api:Invoke", format!("{HIDDEN}:{HIDDEN}")],
        "Resource": ["*", HIDDEN, format!("arn:aws:{HIDDEN}:*:*:*")],
        "Condition": {
            "StringNotEquals": {"acme:k": [HIDDEN]},
            "StringNotLike": {HIDDEN: [HIDDEN, format!("${{{HIDDEN}}}")]},
        },
    });
    let document = json!({"Version": "2012-10-17", "Id": HIDDEN, "Statement": [statement]});
    PolicyDocument::from_json(document.to_string().as_bytes()).unwrap()
}

#[tokio::test]
async fn denials_explanations_and_failed_assertions_show_hidden_characters() {
    let answer =
        json!({"policyDocument": serde_json::to_value(document()).unwrap(), "principalId": "u"});
    let layer = LambdaAuthorizerLayer::token(MockAuthorizer::answering(MockAnswer::json(
        answer.to_string(),
    )));
    let response = Harness::new(layer)
        .get("/pets")
        .header("authorization", "t")
        .send()
        .await;
    let response = response.assert_denied_by(HIDDEN);
    let denial = response.denial().unwrap();
    assert_visible(denial);
    assert_visible(denial.reason());
    let explanation = denial.explanation();
    assert_visible(&explanation);
    assert_visible(explanation.reason());
    let policy = explanation.policy().unwrap();
    assert_visible(policy);
    assert_visible(policy.reason());
    assert_visible(caught(|| response.assert_allowed()).message);
}

#[tokio::test]
async fn expected_and_actual_values_show_hidden_characters() {
    let answer = AuthorizerResponse::allow("*")
        .with_principal_id(HIDDEN)
        .with_context(HIDDEN, "v");
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(move |_| {
        let answer = answer.clone();
        async { Ok(answer) }
    }));
    let harness = Harness::new(layer);
    let passed = || {
        harness
            .get("/pets")
            .header("authorization", "t")
            .query(HIDDEN, "v")
            .send()
    };
    let response = passed().await;
    assert_visible(caught(|| response.assert_denied()).message);
    let response = passed().await;
    assert_visible(caught(|| response.assert_context(HIDDEN, HIDDEN)).message);
}

#[tokio::test]
async fn the_message_of_a_failing_authorizer_is_one_line() {
    for failure in [
        AuthorizerError::new(HIDDEN),
        AuthorizerResponse::from_json(json!({"errorMessage": HIDDEN}).to_string().as_bytes())
            .unwrap_err()
            .into(),
    ] {
        let failure = failure.to_string();
        let layer = LambdaAuthorizerLayer::token(authorizer_fn(move |_| {
            let failure = failure.clone();
            async { Err::<AuthorizerResponse, _>(AuthorizerError::new(failure)) }
        }));
        let response = Harness::new(layer)
            .get("/pets")
            .header("authorization", "t")
            .send()
            .await;
        let denial = response.denial().unwrap();
        assert_visible(denial);
        assert_visible(denial.explanation());
        assert_visible(denial.explanation().reason());
    }
}

#[test]
fn findings_and_explanations_of_a_policy_show_hidden_characters() {
    let document = document();
    let findings = document.lint();
    let about_it: Vec<_> = findings
        .iter()
        .filter(|it| it.to_string().contains("FORGED"))
        .collect();
    assert!(about_it.len() > 3, "{findings:?}");
    for finding in about_it {
        assert_visible(finding);
    }
    let arn = format!("arn:aws:execute-api:r:1:a/s/GET/{HIDDEN}");
    let allow = Statement::invoke(
        Effect::Allow,
        ["arn:aws:execute-api:r:1:a/s/GET/pets", HIDDEN],
    );
    for document in [document, PolicyDocument::new([allow])] {
        let explanation = document.compile().explain(&EvaluationRequest::invoke(&arn));
        assert_visible(&explanation);
        assert_visible(explanation.reason());
        let statement = &explanation.statements()[0];
        assert_visible(statement);
        assert_visible(statement.resource());
        for entry in statement.resource().entries() {
            if entry.text() != "*" && !entry.text().ends_with("pets") {
                assert_visible(entry);
            }
            if let Some(remark) = entry.remark() {
                assert!(!remark.contains('\n'), "{remark}");
            }
        }
        for condition in statement.conditions() {
            if condition.key() == HIDDEN {
                assert_visible(condition);
            }
        }
    }
}

#[test]
fn errors_show_hidden_characters_of_invalid_input() {
    let policy = |member: &str| {
        let policy = json!({"Statement": [], member: HIDDEN}).to_string();
        PolicyDocument::from_json(policy.as_bytes()).unwrap_err()
    };
    assert_visible(policy(HIDDEN));
    assert_visible(policy("Version"));
    let operator = json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {HIDDEN: {}, "Bool": {HIDDEN: HIDDEN}}}});
    assert_visible(PolicyDocument::from_json(operator.to_string().as_bytes()).unwrap_err());
    let twice = format!(
        r#"{{"policyDocument":null,"context":{{{k}:1,{k}:2}}}}"#,
        k = json!(HIDDEN)
    );
    assert_visible(AuthorizerResponse::from_json(twice.as_bytes()).unwrap_err());
    let builder = PolicyBuilder::for_api(&Api::default());
    assert_visible(builder.clone().allow("GET", HIDDEN).build().unwrap_err());
    assert_visible(builder.allow(HIDDEN, "/").build().unwrap_err());
    assert_visible(Api::new(HIDDEN, "1", "a", "s").unwrap_err());
    let layer = || {
        LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
            Ok(AuthorizerResponse::allow("*"))
        }))
    };
    assert_visible(layer().identity_sources([HIDDEN]).map(drop).unwrap_err());
    assert_visible(
        layer()
            .identity_validation_expression(&format!("({HIDDEN}"))
            .map(drop)
            .unwrap_err(),
    );
    let response = GatewayResponse::new()
        .header(HIDDEN, HIDDEN)
        .template(HIDDEN, format!("$context.{HIDDEN}"));
    let responses = tower_lambda_authorizer::gateway_responses::GatewayResponses::default();
    let kind = tower_lambda_authorizer::gateway_responses::ResponseType::Default4xx;
    assert_visible(responses.with(kind, response).map(drop).unwrap_err());
    let json =
        json!({"openapi": "3.0.1", "paths": {HIDDEN: {"get": {"security": [{HIDDEN: []}]}}}});
    assert_visible(
        ApiDefinition::from_openapi(&json.to_string())
            .map(drop)
            .unwrap_err(),
    );
}

#[test]
fn a_failed_range_shows_hidden_characters() {
    let policy = PolicyBuilder::for_api(&Api::default())
        .allow("GET", "/pets")
        .build()
        .unwrap();
    let path = format!("/{HIDDEN}");
    assert_visible(
        caught(|| assert_policy_covers(&policy, &Api::default(), ApiType::Rest, [("GET", &*path)]))
            .message,
    );
}
