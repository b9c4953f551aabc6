//! The JSON of a response: duplicates, size, ignored members.

use super::*;

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
