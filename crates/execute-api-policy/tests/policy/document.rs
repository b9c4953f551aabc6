//! Which policies are valid, and the errors for invalid ones.

use execute_api_policy::{Condition, ParseOptions, PolicyDocument, PolicyError};

/// A statement with these members instead of the `…` of a valid statement.
fn statement(members: &str) -> String {
    format!("{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {{{members}}}\n  ]\n}}")
}

#[test]
fn an_error_says_what_was_found_where_and_what_is_allowed() {
    let sound = r#""Effect": "Allow", "Action": "*", "Resource": "*""#;
    for (text, path, line, words) in [
        (
            statement(r#""Effect": "allow", "Action": "*", "Resource": "*""#),
            "Statement[0].Effect",
            4,
            "`allow` is not a valid effect; write `Allow` or `Deny`",
        ),
        (
            statement(r#""Effect": "Deny", "Effect": "Allow", "Action": "*", "Resource": "*""#),
            "Statement[0]",
            4,
            "duplicate field `Effect`",
        ),
        (
            statement(r#""Effect": "Allow", "Action": "*""#),
            "Statement[0]",
            4,
            "neither `Resource` nor `NotResource`",
        ),
        (
            statement(r#""Effect": "Allow", "Action": "*", "NotAction": "a:b", "Resource": "*""#),
            "Statement[0]",
            4,
            "both `Action` and `NotAction`",
        ),
        (
            statement(r#""Effect": "Allow", "Action": "Invoke", "Resource": "*""#),
            "Statement[0].Action",
            4,
            "the action `Invoke` is neither `*` nor of the form",
        ),
        (
            statement(r#""Effect": "Allow", "Action": "*", "Resource": ["*", null]"#),
            "Statement[0].Resource[1]",
            4,
            "null",
        ),
        (
            statement(&format!("{sound}, \"Principal\": \"*\"")),
            "Statement[0].Principal",
            4,
            "unknown field `Principal`",
        ),
        (
            statement(&format!("{sound}, \"Condition\": null")),
            "Statement[0].Condition",
            4,
            "null",
        ),
        (
            statement(&format!(
                "{sound}, \"Condition\": {{\"stringequals\": {{}}}}"
            )),
            "Statement[0].Condition",
            4,
            "`StringEquals` is, and case matters",
        ),
        (
            statement(&format!(
                "{sound}, \"Condition\": {{\"IpAdressIfExists\": {{\"a\": \"b\"}}}}"
            )),
            "Statement[0].Condition",
            4,
            "`IpAdressIfExists` is not a condition operator; did you mean `IpAddress`?",
        ),
        (
            statement(&format!(
                "{sound}, \"Condition\": {{\"Near\": {{\"a\": \"b\"}}}}"
            )),
            "Statement[0].Condition",
            4,
            "`Near` is not a condition operator; the operators are StringEquals",
        ),
        (
            statement(&format!(
                "{sound}, \"Condition\": {{\"Bool\": {{\"a\": true}}, \"Bool\": {{}}}}"
            )),
            "Statement[0].Condition",
            4,
            "the operator `Bool` occurs twice",
        ),
        (
            statement(&format!(
                "{sound}, \"Condition\": {{\"Bool\": {{\"a:B\": true, \"A:b\": false}}}}"
            )),
            "Statement[0].Condition.Bool",
            4,
            "the condition key `A:b` occurs twice",
        ),
        (
            statement(&format!(
                "{sound}, \"Condition\": {{\"IpAddress\": {{\"aws:SourceIp\": [\"10.0.0.0/8\", \"10.0.0.0/33\"]}}}}"
            )),
            "Statement[0].Condition.IpAddress.aws:SourceIp",
            4,
            "`10.0.0.0/33` is not a valid value for `IpAddress`: it has to be an IP address or a range",
        ),
        (
            statement(&format!(
                "{sound}, \"Condition\": {{\"DateLessThan\": {{\"aws:CurrentTime\": \"tomorrow\"}}}}"
            )),
            "Statement[0].Condition.DateLessThan.aws:CurrentTime",
            4,
            "a date in ISO 8601",
        ),
        (
            statement(&format!(
                "{sound}, \"Condition\": {{\"NumericEquals\": {{\"a\": \"1,5\"}}}}"
            )),
            "Statement[0].Condition.NumericEquals.a",
            4,
            "a number, such as",
        ),
        (
            statement(&format!(
                "{sound}, \"Condition\": {{\"NumericEquals\": {{\"a\": 12345678901234567890123}}}}"
            )),
            "Statement[0].Condition.NumericEquals.a",
            4,
            "cannot be represented exactly; write it as a string",
        ),
        (
            statement(&format!(
                "{sound}, \"Condition\": {{\"StringEquals\": {{\"a\": {{\"b\": 1}}}}}}"
            )),
            "Statement[0].Condition.StringEquals.a",
            4,
            "a string, a number, a boolean or a list",
        ),
        (
            "{\"Version\": \"2012-10-18\", \"Statement\": []}".into(),
            "Version",
            1,
            "`2012-10-18` is not a valid version of the policy language",
        ),
    ] {
        let error = PolicyDocument::from_json(text.as_bytes()).unwrap_err();
        assert_eq!(error.path(), Some(path), "{text}\n{error}");
        assert_eq!(error.line(), Some(line), "{text}\n{error}");
        assert!(error.column().is_some_and(|column| column > 1), "{error}");
        assert!(error.to_string().contains(words), "{text}\n{error}");
    }
}

#[test]
fn a_statement_has_each_member_at_most_once() {
    for (name, value) in [
        ("Sid", r#""a""#),
        ("Effect", r#""Deny""#),
        ("Action", r#""*""#),
        ("NotAction", r#""a:b""#),
        ("Resource", r#""*""#),
        ("NotResource", r#"["*"]"#),
        ("Condition", "{}"),
    ] {
        let text = statement(&format!("\"{name}\": {value}, \"{name}\": {value}"));
        let error = PolicyDocument::from_json(text.as_bytes()).unwrap_err();
        assert_eq!(error.path(), Some("Statement[0]"), "{error}");
        let words = format!("duplicate field `{name}`");
        assert!(error.to_string().contains(&words), "{error}");
    }
}

#[test]
fn texts_that_are_not_policies_are_rejected() {
    for text in [
        "",
        "{",
        "null",
        "[]",
        "\"{}\"",
        "{}",
        "{not json",
        r#"{"statement": []}"#,
        r#"{"Statement": []} x"#,
    ] {
        let error = PolicyDocument::from_json(text.as_bytes()).unwrap_err();
        assert!(!error.to_string().is_empty(), "{text}");
    }
    assert!(PolicyDocument::from_json(b"\xff").is_err());
}

#[test]
fn size_is_limited_and_nesting_needs_no_limit() {
    let policy = r#"{"Statement": []}"#;
    let limit = ParseOptions::new().max_bytes(policy.len());
    assert!(limit.parse(policy.as_bytes()).is_ok());
    let error = limit.parse(format!("{policy} ").as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the policy has 18 bytes; at most 17 are allowed"
    );

    for (open, member) in [("[", "Statement"), ("{\"a\":", "Statement"), ("[", "Id")] {
        let text = format!("{{\"{member}\": {}", open.repeat(1_000_000));
        assert!(PolicyDocument::from_json(text.as_bytes()).is_err());
    }
}

#[test]
fn a_policy_may_be_as_long_as_the_response_of_a_lambda_function() {
    let mut text = r#"{"Statement": []}"#.to_owned();
    text.push_str(&" ".repeat(6 * 1024 * 1024 - text.len()));
    assert!(PolicyDocument::from_json(text.as_bytes()).is_ok());
    text.push(' ');
    assert!(PolicyDocument::from_json(text.as_bytes()).is_err());
}

/// A statement with one condition that has this value.
fn with_value(value: &str) -> Result<PolicyDocument, PolicyError> {
    let text = statement(&format!(
        r#""Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {{"StringEquals": {{"k": {value}}}}}"#
    ));
    PolicyDocument::from_json(text.as_bytes())
}

#[test]
fn a_number_or_a_boolean_is_read_as_its_text() {
    for (value, expected) in [
        ("-5", &["-5"][..]),
        ("18446744073709551615", &["18446744073709551615"]),
        ("1.5", &["1.5"]),
        ("-1234567.25", &["-1234567.25"]),
        ("false", &["false"]),
        (
            r#"[-5, 5, 1.5, true, "x"]"#,
            &["-5", "5", "1.5", "true", "x"],
        ),
        ("[]", &[]),
    ] {
        let policy = with_value(value).unwrap();
        let conditions = policy.statements().first().unwrap().conditions();
        assert_eq!(conditions.first().unwrap().values(), expected, "{value}");
    }
    for value in ["9007199254740992.0", "-9007199254740992.0", "[1e300]"] {
        let error = with_value(value).unwrap_err().to_string();
        assert!(error.contains("write it as a string"), "{error}");
    }
}

#[test]
fn errors_describe_valid_conditions_and_effects() {
    let sound = r#""Effect": "Allow", "Action": "*", "Resource": "*""#;
    for (condition, words) in [
        ("[]", "an object of condition operators"),
        (r#"{"Bool": []}"#, "an object of condition keys"),
        (
            r#"{"Bool": {"k": [null]}}"#,
            "a string, a number or a boolean",
        ),
        (
            r#"{"NullIfExists": {"k": true}}"#,
            "`Null` cannot be combined with `IfExists`",
        ),
    ] {
        let text = statement(&format!(r#"{sound}, "Condition": {condition}"#));
        let error = PolicyDocument::from_json(text.as_bytes()).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
    let text = statement(r#""Effect": 1, "Action": "*", "Resource": "*""#);
    let error = PolicyDocument::from_json(text.as_bytes()).unwrap_err();
    assert!(
        error.to_string().contains("a string: the effect"),
        "{error}"
    );
}

#[test]
fn numbers_are_read_exactly() {
    let text = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"NumericEquals": {"k": -9007199254740991.0}}}}"#;
    let policy = PolicyDocument::from_json(text.as_bytes()).unwrap();
    assert!(
        policy.to_json().contains("-9007199254740991"),
        "{}",
        policy.to_json()
    );
}

#[test]
fn an_error_suggests_what_was_probably_meant() {
    let message = |text: &str| {
        PolicyDocument::from_json(text.as_bytes())
            .unwrap_err()
            .to_string()
    };
    let sound = r#""Effect": "Allow", "Action": "*", "Resource": "*""#;
    for (text, words) in [
        (format!("\u{feff}{}", statement(sound)), "a byte order mark"),
        (
            format!(
                r#"{{"principalId": "ada", "policyDocument": {}}}"#,
                statement(sound)
            ),
            "pass only its member `policyDocument`",
        ),
        (
            format!(
                r#"{{"policyDocument": {}, "context": {{}}}}"#,
                statement(sound)
            ),
            "pass only its member `policyDocument`",
        ),
        (
            r#"{"isAuthorized": true}"#.to_owned(),
            "pass only its member `policyDocument`",
        ),
        (
            statement(&format!("{sound}, \"NotPrincipal\": \"*\"")),
            "only resource policies have it",
        ),
        (
            statement(r#""Effect": "Allow", "Action": "a:b, c:d", "Resource": "*""#),
            "in a list, each entry is its own string",
        ),
        (
            statement(&format!(
                "{sound}, \"Condition\": {{\"IpAddress\": {{\"aws:SourceIp\": \"10.0.0.1, 10.0.0.2\"}}}}"
            )),
            "in a list, each entry is its own string",
        ),
    ] {
        let message = message(&text);
        assert!(message.contains(words), "{message}");
    }
    let misspelt = statement(&format!("{sound}, \"Resources\": []"));
    assert!(!message(&misspelt).contains(';'), "{}", message(&misspelt));
}

#[test]
fn an_operator_without_keys_is_written_once_after_it_gets_a_key() {
    let bare = statement(
        r#""Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"Bool": {}, "Null": {}}"#,
    );
    let document = PolicyDocument::from_json(bare.as_bytes()).unwrap();
    let secure = Condition::new("Bool", "aws:SecureTransport", ["true"]).unwrap();
    let statement = document.statements()[0].clone().with_condition(secure);
    let document = PolicyDocument::new([statement.unwrap()]);
    let written = document.to_json();
    assert!(
        written.contains(r#""Condition":{"Bool":{"aws:SecureTransport":"true"},"Null":{}}"#),
        "{written}"
    );
    assert_eq!(PolicyDocument::from_json(written.as_bytes()), Ok(document));
}

/// In front of a name that is missing or wrong, no member is being read.
#[test]
fn a_place_ends_at_the_last_member_that_is_known() {
    for (text, words) in [
        (
            r#"{"Statement": [{"Effect": "Allow", }]}"#,
            "`Statement[0]` (line 1, column 36): trailing comma",
        ),
        (
            r#"{"Statement": [{"Effect": "Allow", 1: 2}]}"#,
            "`Statement[0]` (line 1, column 36): key must be a string",
        ),
        (
            r#"{"Version": "2012-10-17", }"#,
            "line 1, column 27: trailing comma",
        ),
        // A member may be called like that.
        (
            r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"?": {}}}}]}"#,
            "`Statement[0].Condition.StringEquals.?` (",
        ),
    ] {
        let error = PolicyDocument::from_json(text.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with(words), "{error}");
    }
}
