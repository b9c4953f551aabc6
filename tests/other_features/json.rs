//! JSON if another crate of the application has turned on `arbitrary_precision` and `preserve_order` of `serde_json`.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use serde_json::{Number, Value, json};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerResponse, ContextValue, InvalidResponse, openapi::ApiDefinition,
    policy::PolicyDocument,
};

/// Numbers as written, and as they are read.
const NUMBERS: [(&str, &str); 7] = [
    ("7", "7"),
    ("1.5", "1.5"),
    ("1.50", "1.5"),
    ("1e3", "1000.0"),
    ("0.1", "0.1"),
    ("-9007199254740991.0", "-9007199254740991.0"),
    ("18446744073709551615", "18446744073709551615"),
];

const TOO_LARGE: &str = "1e999";

#[test]
fn the_features_are_on() {
    let text = r#"{"b":1.50,"a":1e999}"#;
    let value: Value = serde_json::from_str(text).unwrap();
    assert_eq!(value.to_string(), text.replace("1e999", "1e+999"));
}

/// A policy with these values in a condition, as text and as a value.
fn policies(values: &str) -> [Result<PolicyDocument, String>; 2] {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {{"NumericEquals": {{"k": {values}}}}}}}}}"#
    );
    let from_text = PolicyDocument::from_json(text.as_bytes()).map_err(|error| error.to_string());
    let from_value = serde_json::from_str::<Value>(&text).and_then(serde_json::from_value);
    [from_text, from_value.map_err(|error| error.to_string())]
}

#[test]
fn a_policy_has_the_same_numbers() {
    for (written, read) in NUMBERS {
        for values in [written.to_owned(), format!("[\"1\", {written}]")] {
            for policy in policies(&values) {
                let policy = policy.unwrap();
                let conditions = policy.statements().first().unwrap().conditions();
                let values = conditions.first().unwrap().values();
                assert_eq!(values.last().unwrap(), read);
            }
        }
    }
    for (values, problem) in [
        (TOO_LARGE, "number out of range"),
        ("1e300", "write it as a string"),
        ("12345678901234567890123", "write it as a string"),
        (
            "{}",
            "invalid type: map, expected a string, a number, a boolean or a list of them",
        ),
        (
            r#"{"k": "1.5"}"#,
            "invalid type: map, expected a string, a number, a boolean or a list of them",
        ),
        (
            "[{}]",
            "invalid type: map, expected a string, a number or a boolean",
        ),
    ] {
        let [from_text, _] = policies(values);
        let error = from_text.unwrap_err();
        assert!(error.contains(problem), "{values}: {error}");
    }
}

fn response_with(member: &str, value: &str) -> Result<AuthorizerResponse, InvalidResponse> {
    AuthorizerResponse::from_json(
        format!(r#"{{"isAuthorized": true, "{member}": {value}}}"#).as_bytes(),
    )
}

#[test]
fn a_context_has_the_same_numbers() {
    for (written, read) in NUMBERS.into_iter().chain([("-0", "-0.0")]) {
        let response = response_with("context", &format!(r#"{{"k": {written}}}"#)).unwrap();
        let (_, value) = response.context().next().unwrap();
        assert_eq!(value.to_string(), read);
        let number: Number = serde_json::from_str(written).unwrap();
        assert_eq!(ContextValue::from(number).to_string(), read);
        let nested: Value = serde_json::from_str(&format!(r#"[{{"k": {written}}}]"#)).unwrap();
        let nested = ContextValue::from(nested).to_string();
        assert_eq!(nested, format!(r#"[{{"k":{read}}}]"#));
    }
}

#[test]
fn a_principal_has_the_same_number() {
    for (written, read) in NUMBERS {
        let response = |number| response_with("principalId", number).unwrap();
        assert_eq!(response(written), response(read));
    }
}

#[test]
fn a_context_of_a_type_of_the_application_has_the_same_numbers() {
    let numbers = |text: &str| {
        let response = AuthorizerResponse::simple(true).with_context("k", text);
        let context = AuthorizerContext::from(&response);
        context.deserialize::<BTreeMap<String, Vec<f64>>>().ok()
    };
    let expected = BTreeMap::from([("k".to_owned(), vec![1.5])]);
    assert_eq!(numbers("[1.50]"), Some(expected));
    assert_eq!(numbers("[1e999]"), None);
}

#[test]
fn a_number_that_is_too_large_is_not_ignored() {
    for value in [TOO_LARGE, r#"[{"a": -1e999}]"#] {
        assert!(response_with("ignored", value).is_err(), "{value}");
        assert!(response_with("context", &format!(r#"{{"k": {value}}}"#)).is_err());
    }
    assert!(response_with("ignored", "[1.5, -0, 1e300]").is_ok());
}

#[test]
fn an_answer_that_is_a_number_is_recognised() {
    for (number, _) in NUMBERS {
        let error = AuthorizerResponse::from_json(number.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("a number"), "{number}: {error}");
    }
}

#[test]
fn a_document_has_the_same_numbers_and_an_order_of_its_own() {
    let scheme = json!({
        "type": "apiKey", "name": "authorization", "in": "header",
        "x-amazon-apigateway-authorizer": {
            "type": "request", "identitySource": "$request.header.authorization",
            "authorizerPayloadFormatVersion": 2.0, "authorizerResultTtlInSeconds": 60,
        },
    });
    let operation = json!({"security": [{"staff": []}]});
    let document = json!({
        "openapi": "3.0.1", "info": {"title": "orders", "version": 1.50},
        "paths": {"/b": {"post": operation, "get": operation}, "/a": {"get": operation}},
        "components": {"securitySchemes": {"staff": scheme}},
    });
    let definition = ApiDefinition::from_openapi(&document.to_string()).unwrap();
    let operations: Vec<_> = definition.operations().map(ToString::to_string).collect();
    assert_eq!(operations, ["GET /a", "GET /b", "POST /b"]);
}
