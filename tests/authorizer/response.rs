//! Which responses of an authorizer are accepted and which are refused. Each is read from JSON text and from a
//! `serde_json::Value`. rustfmt skips the tables, so that each row is one line.

mod invalid;
mod json;
mod policies;
mod typed_context;

use serde_json::{Value, json};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerErrorKind, AuthorizerResponse, ContextValue, InvalidResponse,
    MAX_RESPONSE_BYTES,
    policy::{EvaluationRequest, Verdict, Version},
};

const ARN: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets";

/// A valid response with one member added or replaced.
fn answer_with(member: &str, value: Value) -> Value {
    let mut answer =
        json!({"policyDocument": {"Version": "2012-10-17", "Statement": [statement()]}});
    answer.as_object_mut().unwrap().insert(member.into(), value);
    answer
}

fn statement() -> Value {
    json!({"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": ARN})
}

/// A response whose policy has this `Statement`.
fn answer_of(statements: Value) -> Value {
    json!({"policyDocument": {"Version": "2012-10-17", "Statement": statements}})
}

/// A response with one statement, in which one member is set, or left out for `None`.
fn statement_with(member: &str, value: Option<Value>) -> Value {
    let mut statement = statement();
    let members = statement.as_object_mut().unwrap();
    match value {
        Some(value) => members.insert(member.into(), value),
        None => members.remove(member),
    };
    answer_of(json!([statement]))
}

/// A response whose policy document has this additional member.
fn document_with(member: &str, value: Value) -> Value {
    let mut answer = answer_of(json!([statement()]));
    let document = answer.as_object_mut().unwrap();
    let document = document.get_mut("policyDocument").unwrap();
    document
        .as_object_mut()
        .unwrap()
        .insert(member.into(), value);
    answer
}

/// Reads a response in both ways, which have to agree.
fn read(answer: &Value) -> Result<AuthorizerResponse, InvalidResponse> {
    let from_value = AuthorizerResponse::try_from(answer.clone());
    let from_text = AuthorizerResponse::from_json(answer.to_string().as_bytes());
    match (&from_text, &from_value) {
        (Ok(text), Ok(value)) => assert_eq!(text, value, "{answer}"),
        (Err(text), Err(value)) => {
            assert_eq!(text.kind(), value.kind(), "{answer}");
            assert_eq!(text.problem(), value.problem(), "{answer}");
            assert_eq!(text.place(), value.place(), "{answer}");
            // For text, the message ends with the line and the column.
            let (text, value) = (text.to_string(), value.to_string());
            assert!(text.starts_with(&value), "{answer}: {text} / {value}");
        }
        _ => panic!("{answer}: {from_text:?} from text, {from_value:?} from a value"),
    }
    from_text
}

fn verdict(answer: &Value) -> Verdict {
    let response = read(answer).unwrap_or_else(|error| panic!("{answer}: {error}"));
    let policy = response.policy_document().expect("a policy").compile();
    policy.evaluate(&EvaluationRequest::invoke(ARN)).verdict()
}

#[track_caller]
fn assert_malformed(answer: &Value, place: &str) {
    let Err(error) = read(answer) else {
        panic!("accepted: {answer}");
    };
    let message = error.to_string();
    assert_eq!(
        error.kind(),
        AuthorizerErrorKind::MalformedResponse,
        "{answer}"
    );
    assert!(message.contains(place), "{answer}: {message}");
}

#[test]
#[rustfmt::skip]
fn the_documented_response_is_read_completely() {
    let response = read(&json!({
        "principalId": "user|a1b2c3d4",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement()]},
        "context": {"stringKey": "value", "numberKey": 1, "booleanKey": true},
        "usageIdentifierKey": "api-key",
    }))
    .unwrap();
    assert_eq!(response.principal_id(), Some("user|a1b2c3d4"));
    assert_eq!(response.usage_identifier_key(), Some("api-key"));
    assert_eq!(response.policy_document().unwrap().version(), Version::V2012);
    let mut context: Vec<_> =
        response.context().map(|(key, value)| (key.to_owned(), value.to_string())).collect();
    context.sort();
    let expected = [("booleanKey", "true"), ("numberKey", "1"), ("stringKey", "value")];
    assert_eq!(context, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
}

#[test]
#[rustfmt::skip]
fn the_context_keeps_its_order_and_makes_strings_of_scalars_as_recorded() {
    let text = format!(
        r#"{{"context":{{"z":"","a":0,"m":-7,"f":1.5,"b":false,"u":18446744073709551615,"é":"\u0000"}},
            "policyDocument":{{"Statement":{}}}}}"#,
        statement()
    );
    let response = AuthorizerResponse::from_json(text.as_bytes()).unwrap();
    let context: Vec<_> = response.context().map(|(key, value)| (key, value.to_string())).collect();
    let expected = [
        ("z", ""),
        ("a", "0"),
        ("m", "-7"),
        ("f", "1.5"),
        ("b", "false"),
        ("u", "18446744073709551615"),
        ("é", "\0"),
    ];
    assert_eq!(context, expected.map(|(key, value)| (key, value.to_owned())));
    let flag = response.context().find(|(key, _)| *key == "b").unwrap().1;
    assert_eq!(*flag, ContextValue::Bool(false));
}

#[test]
#[rustfmt::skip]
fn optional_members_may_be_missing_or_null() {
    for member in ["principalId", "context", "usageIdentifierKey", "errorMessage"] {
        let response = read(&answer_with(member, Value::Null)).unwrap();
        assert_eq!(response.principal_id(), None);
        assert_eq!(response.usage_identifier_key(), None);
        assert_eq!(response.context().count(), 0);
    }
    let response = read(&answer_of(json!([statement()]))).unwrap();
    assert_eq!(response, AuthorizerResponse::try_from(answer_with("context", json!({}))).unwrap());
    let anonymous = read(&answer_with("principalId", json!(""))).unwrap();
    assert_eq!(anonymous.principal_id(), Some(""));
}

#[test]
#[rustfmt::skip]
fn members_that_api_gateway_does_not_know_are_ignored() {
    for (member, value) in [
        ("isAuthorized", json!(true)),
        ("isAuthorized", json!("false")),
        ("extra", json!({"deep": [{"er": null}]})),
        ("PrincipalId", json!(7)),
        ("PolicyDocument", json!("not this one")),
        ("errormessage", json!("Unauthorized")),
        ("errorType", json!("Error")),
        ("statusCode", json!(401)),
    ] {
        assert_eq!(verdict(&answer_with(member, value)), Verdict::Allow, "{member}");
    }
}

#[test]
#[rustfmt::skip]
fn only_the_exact_error_message_unauthorized_means_401() {
    for (message, kind) in [
        ("Unauthorized", AuthorizerErrorKind::Unauthorized),
        ("Unauthorized: expired", AuthorizerErrorKind::Failed),
        ("unauthorized", AuthorizerErrorKind::Failed),
        ("Unauthorized ", AuthorizerErrorKind::Failed),
        ("[401] Unauthorized", AuthorizerErrorKind::Failed),
        ("Error: Invalid token", AuthorizerErrorKind::Failed),
        ("", AuthorizerErrorKind::Failed),
    ] {
        let failure = json!({"errorMessage": message, "errorType": "Error", "stackTrace": ["at x"]});
        // A policy does not make up for an error.
        for answer in [failure, answer_with("errorMessage", json!(message))] {
            let error = read(&answer).unwrap_err();
            assert_eq!(error.kind(), kind, "{answer}");
            assert_eq!(error.to_string(), message);
        }
    }
    assert_malformed(&json!({"errorMessage": 401}), "invalid type: integer, expected");
    assert_malformed(&json!({"errorMessage": ["Unauthorized"]}), "sequence");
    assert_malformed(&json!({"errormessage": "Unauthorized"}), "no `policyDocument`");
}

/// The credential is as long as all headers on API Gateway together. It is masked later, so it must not be cut here.
#[test]
fn a_long_message_is_cut_but_a_credential_is_not() {
    let token = "x".repeat(10_240);
    let megabytes = "x".repeat(5_000_000);
    let failure = |message: &str| {
        read(&json!({"errorMessage": message}))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(failure(&token), token);
    assert_eq!(failure(&megabytes).len(), 16 * 1024);

    let effect = |effect: &str| {
        read(&statement_with("Effect", Some(json!(effect))))
            .unwrap_err()
            .to_string()
    };
    assert!(effect(&token).contains(&token));
    let error = effect(&megabytes);
    assert_eq!(error.len(), 16 * 1024);
    // The name of a member may have any length.
    let condition = json!({"StringEquals": {megabytes: [[]]}});
    let error = read(&statement_with("Condition", Some(condition))).unwrap_err();
    assert!(error.to_string().len() <= 16 * 1024);
}

#[test]
#[rustfmt::skip]
fn a_response_without_a_policy_is_refused() {
    for (answer, place) in [
        (json!(null), "not an object"),
        (json!([]), "not an object"),
        (json!("Unauthorized"), "not an object"),
        (json!(true), "not an object"),
        (json!(7), "not an object"),
        // serde's derive alone would accept a list of the members' values.
        (json!(["user", {"Statement": [statement()]}, null, null, null]), "not an object"),
        (json!({}), "no `policyDocument`"),
        (json!({"principalId": "user"}), "no `policyDocument`"),
        (json!({"policyDocument": null}), "no `policyDocument`"),
        (json!({"statusCode": 401, "body": "{}"}), "no `policyDocument`"),
        (json!({"Version": "2012-10-17", "Statement": [statement()]}), "no `policyDocument`"),
    ] {
        assert_malformed(&answer, place);
    }
}

#[test]
#[rustfmt::skip]
fn a_context_that_no_api_can_use_is_refused() {
    for (context, place) in [
        (json!("text"), "a context, which is an object"),
        (json!([]), "a context, which is an object"),
        (json!([["key", "value"]]), "a context, which is an object"),
    ] {
        assert_malformed(&answer_with("context", context), place);
    }
}

#[test]
fn a_message_does_not_quote_a_refused_response() {
    for answer in [
        r#""Bearer s3cr3t""#,
        r#"{"policyDocument":"s3cr3t, expected nothing"}"#,
        r#"{"context":"s3cr3t","policyDocument":null}"#,
    ] {
        let error = AuthorizerResponse::from_json(answer.as_bytes()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error}");
    }
}

#[test]
fn debug_shows_the_keys_of_a_context_but_no_values() {
    let response = AuthorizerResponse::allow("*")
        .with_context("session", "s3cr3t")
        .with_usage_identifier_key("s3cr3t");
    let caller = AuthorizerContext::from(&response);
    for text in [format!("{response:?}"), format!("{caller:?}")] {
        assert!(
            text.contains("session") && !text.contains("s3cr3t"),
            "{text}"
        );
    }
    assert_eq!(caller.get("session"), Some("s3cr3t"));
}
