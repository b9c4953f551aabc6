//! Which responses of an authorizer are accepted and which are refused. Each is read from JSON text and from a
//! `serde_json::Value`. rustfmt skips the tables, so that each row is one line.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

use serde_json::{Value, json};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerError, AuthorizerErrorKind, AuthorizerResponse, ContextValue,
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
fn read(answer: &Value) -> Result<AuthorizerResponse, AuthorizerError> {
    let from_value = AuthorizerResponse::try_from(answer.clone());
    let from_text = AuthorizerResponse::from_json(answer.to_string().as_bytes());
    match (&from_text, &from_value) {
        (Ok(text), Ok(value)) => assert_eq!(text, value, "{answer}"),
        (Err(text), Err(value)) => {
            assert_eq!(text.kind(), value.kind(), "{answer}");
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
fn policies_are_accepted_in_every_form_that_iam_allows() {
    use Verdict::{Allow, ExplicitDeny, ImplicitDeny};
    let deny = json!({"Effect": "Deny", "Action": "*", "Resource": ARN});
    let table = [
        // `Statement`: a list, one object, nothing.
        (answer_of(json!([statement()])), Allow),
        (answer_of(statement()), Allow),
        (answer_of(json!([])), ImplicitDeny),
        (answer_of(json!([statement(), deny])), ExplicitDeny),
        (answer_of(json!([deny, statement()])), ExplicitDeny),
        // `Action` and `Resource`: a string, a list, an empty list.
        (statement_with("Action", Some(json!("execute-api:*"))), Allow),
        (statement_with("Action", Some(json!("EXECUTE-API:invoke"))), Allow),
        (statement_with("Action", Some(json!("*"))), Allow),
        (statement_with("Action", Some(json!(["s3:GetObject", "execute-api:Invoke"]))), Allow),
        (statement_with("Action", Some(json!("s3:GetObject"))), ImplicitDeny),
        (statement_with("Action", Some(json!("execute-api:InvalidateCache"))), ImplicitDeny),
        (statement_with("Action", Some(json!([]))), ImplicitDeny),
        (statement_with("Resource", Some(json!("*"))), Allow),
        (statement_with("Resource", Some(json!(["arn:aws:s3:::x", ARN]))), Allow),
        (statement_with("Resource", Some(json!([]))), ImplicitDeny),
        (statement_with("Resource", Some(json!(""))), ImplicitDeny),
        (statement_with("Resource", Some(json!("/prod/GET/pets"))), ImplicitDeny),
        (statement_with("Resource", Some(json!(format!("{ARN}/")))), ImplicitDeny),
        // `Sid`, `Id` and `Version`.
        (statement_with("Sid", Some(json!("Pets"))), Allow),
        (document_with("Id", json!("any")), Allow),
        (document_with("Version", json!("2008-10-17")), Allow),
        (json!({"policyDocument": {"Statement": [statement()]}}), Allow),
        // The negations.
        (answer_of(json!({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"})), Allow),
        (answer_of(json!({"Effect": "Allow", "NotAction": "execute-api:*", "Resource": "*"})), ImplicitDeny),
        (answer_of(json!({"Effect": "Allow", "Action": "*", "NotResource": ARN})), ImplicitDeny),
        (answer_of(json!({"Effect": "Allow", "Action": "*", "NotResource": "pets"})), ImplicitDeny),
        (answer_of(json!({"Effect": "Deny", "Action": "*", "NotResource": "pets"})), ExplicitDeny),
    ];
    for (answer, expected) in table {
        assert_eq!(verdict(&answer), expected, "{answer}");
    }
    let first = read(&statement_with("Sid", Some(json!("Pets")))).unwrap();
    assert_eq!(first.policy_document().unwrap().statements().first().unwrap().sid(), Some("Pets"));
    let unversioned = read(&json!({"policyDocument": {"Statement": []}})).unwrap();
    assert_eq!(unversioned.policy_document().unwrap().version(), Version::V2008);
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
        (json!(null), "expected an object"),
        (json!([]), "expected an object"),
        (json!("Unauthorized"), "expected an object"),
        (json!(true), "expected an object"),
        (json!(7), "expected an object"),
        // serde's derive alone would accept a list of the members' values.
        (json!(["user", {"Statement": [statement()]}, null, null, null]), "expected an object"),
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
#[rustfmt::skip]
fn an_invalid_policy_document_is_refused_with_its_place() {
    let positional = json!(["2012-10-17", null, [statement()]]);
    let positional_statement = json!([null, "Allow", "execute-api:Invoke", null, ARN, null, null]);
    for (answer, place) in [
        (answer_with("policyDocument", json!(statement().to_string())), "expected an object"),
        (answer_with("policyDocument", json!([statement()])), "expected an object"),
        (answer_with("policyDocument", positional), "expected an object"),
        (answer_with("policyDocument", json!({})), "`Statement`"),
        (answer_with("policyDocument", json!({"Version": "2012-10-17"})), "`Statement`"),
        (answer_of(json!(null)), "an object or a list of objects"),
        (answer_of(json!("Allow")), "an object or a list of objects"),
        (answer_of(json!([null])), "expected an object"),
        (answer_of(json!(["Allow"])), "expected an object"),
        (answer_of(json!([[statement()]])), "expected an object"),
        (answer_of(json!([positional_statement])), "expected an object"),
        (document_with("Version", json!("2012-10-18")), "`policyDocument.Version`: `2012-10-18` is no version"),
        (document_with("Version", json!("")), "`policyDocument.Version`: `` is no version"),
        (document_with("Version", json!(null)), "null"),
        (document_with("Version", json!(2012)), "invalid type: integer, expected"),
        (document_with("Id", json!(null)), "null"),
        (document_with("version", json!("2012-10-17")), "unknown field `version`"),
        (document_with("Principal", json!("*")), "unknown field `Principal`"),
        (document_with("Statements", json!([])), "unknown field `Statements`"),
        (answer_of(json!([{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}])), "belongs to resource policies"),
    ] {
        assert_malformed(&answer, place);
    }
}

#[test]
#[rustfmt::skip]
fn an_invalid_statement_is_refused_with_its_place() {
    let set = |member, value| statement_with(member, Some(value));
    for (answer, place) in [
        (set("Effect", json!("allow")), "`policyDocument.Statement[0].Effect`: `allow` is no effect"),
        (set("Effect", json!("ALLOW")), "`ALLOW` is no effect"),
        (set("Effect", json!(" Allow")), "` Allow` is no effect"),
        (set("Effect", json!("")), "`` is no effect"),
        (set("Effect", json!({"Allow": null})), "map, expected a string: the effect"),
        (set("Effect", json!(["Allow"])), "sequence, expected a string"),
        (set("Effect", json!(null)), "null, expected a string"),
        (statement_with("Effect", None), "missing field `Effect`"),
        (statement_with("Action", None), "`policyDocument.Statement[0]`: the statement has neither `Action` nor `NotAction`"),
        (statement_with("Resource", None), "has neither `Resource` nor `NotResource`"),
        (set("NotAction", json!("s3:*")), "has both `Action` and `NotAction`"),
        (set("NotResource", json!([])), "has both `Resource` and `NotResource`"),
        (set("Action", json!("Invoke")), "the action `Invoke`"),
        (set("Action", json!("")), "the action ``"),
        (set("Action", json!(["execute-api:Invoke", "a:b:c"])), "the action `a:b:c`"),
        (set("Action", json!(null)), "null, expected a string or a list of strings"),
        (set("Action", json!({"execute-api:Invoke": null})), "a string or a list of strings"),
        (set("Resource", json!(null)), "null, expected a string or a list of strings"),
        (set("Resource", json!([ARN, null])), "null, expected a string"),
        (set("Resource", json!([[ARN]])), "sequence, expected a string"),
        (set("Resource", json!(1)), "a string or a list of strings"),
        (set("Condition", json!(null)), "Condition`: invalid type: null"),
        (set("Condition", json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/33"}})), "`policyDocument.Statement[0].Condition.IpAddress.aws:SourceIp`"),
        (set("Sid", json!(null)), "null"),
        (set("Sid", json!(7)), "invalid type: integer, expected"),
        (set("Principal", json!("*")), "unknown field `Principal`"),
        (set("NotPrincipal", json!("*")), "unknown field `NotPrincipal`"),
        (set("resource", json!(ARN)), "unknown field `resource`"),
        (set("Conditions", json!({})), "unknown field `Conditions`"),
        // A valid statement does not make up for an invalid one.
        (
            answer_of(json!([statement(), {"Effect": "Deny", "Action": "x", "Resource": "*"}])),
            "`policyDocument.Statement[1].Action`: the action `x`",
        ),
    ] {
        assert_malformed(&answer, place);
    }
}

#[test]
#[rustfmt::skip]
fn duplicate_members_are_refused_everywhere() {
    let statement = statement();
    let document = format!(r#"{{"Statement":{statement}}}"#);
    for (text, place) in [
        (
            format!(r#"{{"policyDocument":{document},"policyDocument":{document}}}"#),
            "duplicate field `policyDocument`",
        ),
        (
            format!(r#"{{"principalId":"a","principalId":"b","policyDocument":{document}}}"#),
            "duplicate field `principalId`",
        ),
        (
            format!(r#"{{"errorMessage":null,"policyDocument":{document},"errorMessage":"x"}}"#),
            "duplicate field `errorMessage`",
        ),
        (
            format!(r#"{{"context":{{"a":1,"b":2,"\u0061":3}},"policyDocument":{document}}}"#),
            "the context has two values for `a`",
        ),
        (
            format!(r#"{{"policyDocument":{{"Statement":[],"Statement":{statement}}}}}"#),
            "duplicate field `Statement`",
        ),
        (
            r#"{"policyDocument":{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Effect":"Allow"}}}"#.into(),
            "duplicate field `Effect`",
        ),
        (
            r#"{"policyDocument":{"Statement":{"Effect":"Allow","Action":"*","Resource":"x","Resource":"*"}}}"#.into(),
            "duplicate field `Resource`",
        ),
    ] {
        let error = AuthorizerResponse::from_json(text.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), AuthorizerErrorKind::MalformedResponse, "{text}");
        let message = error.to_string();
        assert!(message.contains(place), "{text}: {message}");
        assert!(message.contains(" at line 1 column "), "{text}: {message}");
    }
}

#[test]
#[rustfmt::skip]
fn only_one_json_text_of_the_allowed_size_is_accepted() {
    let fine = answer_of(json!([statement()])).to_string();
    let bom = format!("\u{feff}{fine}");
    let not_utf8 = [b"{\"principalId\":\"\xff\",", &fine.as_bytes()[1..]].concat();
    for text in [
        &b""[..],
        b" ",
        b"Unauthorized",
        b"{",
        b"<html>",
        format!("{fine}{fine}").as_bytes(),
        format!("{fine} x").as_bytes(),
        &fine.as_bytes()[..fine.len() - 1],
        fine.replace('"', "'").as_bytes(),
        fine.replace("\"Effect\"", "Effect").as_bytes(),
        bom.as_bytes(),
        &not_utf8,
    ] {
        let error = AuthorizerResponse::from_json(text).unwrap_err();
        let text = String::from_utf8_lossy(text);
        assert_eq!(error.kind(), AuthorizerErrorKind::MalformedResponse, "{text}");
    }

    let padded = |length: usize| format!("{fine}{}", " ".repeat(length - fine.len()));
    assert!(AuthorizerResponse::from_json(padded(MAX_RESPONSE_BYTES).as_bytes()).is_ok());
    let error = AuthorizerResponse::from_json(padded(MAX_RESPONSE_BYTES + 1).as_bytes());
    let message = error.unwrap_err().to_string();
    assert_eq!(message, "the answer has 6291457 bytes; 6291456 are allowed");
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

#[test]
fn ignored_members_must_be_valid_json() {
    let answer = |ignored: &[u8]| {
        let before = br#"{"isAuthorized": true, "#;
        AuthorizerResponse::from_json(&[&before[..], ignored, b"}"].concat())
    };
    for ignored in [
        &br#""ignored": ["text", 1e300, -7, {"a": [[null, true]]}]"#[..],
        br#""ignored": "\ud83d\ude42", "statusCode": 200"#,
        "\"\u{e9}\": \"\u{1f642}\"".as_bytes(),
    ] {
        let response = answer(ignored).unwrap();
        assert_eq!(response.is_authorized(), Some(true));
    }
    for ignored in [
        &b"\"ignored\": \"\xff\""[..],
        b"\"ignored\": [{\"a\": \"\xc3\"}]",
        b"\"ignored\xff\": 1",
        b"\"ignored\": {\"\xed\xa0\x80\": 1}",
        br#""ignored": "\ud800""#,
        br#""ignored": ["\udc00\ud800"]"#,
        br#""\ud800": 1"#,
        br#""ignored": 1e999"#,
        br#""ignored": {"a": [-1e999]}"#,
        br#""statusCode": 1e999"#,
        br#""statusCode": "\ud800""#,
        b"\"statusCode\": \"\xff\"",
    ] {
        let error = answer(ignored).unwrap_err();
        let shown = String::from_utf8_lossy(ignored);
        assert_eq!(
            error.kind(),
            AuthorizerErrorKind::MalformedResponse,
            "{shown}"
        );
    }
}
