//! Policies in a response.

use super::*;

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
fn an_invalid_policy_document_is_refused_with_its_place() {
    let positional = json!(["2012-10-17", null, [statement()]]);
    let positional_statement = json!([null, "Allow", "execute-api:Invoke", null, ARN, null, null]);
    for (answer, place) in [
        (answer_with("policyDocument", json!(statement().to_string())), "not an object"),
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
        (document_with("Version", json!("2012-10-18")), "`policyDocument.Version`: `2012-10-18` is not a valid version"),
        (document_with("Version", json!("")), "`policyDocument.Version`: `` is not a valid version"),
        (document_with("Version", json!(null)), "null"),
        (document_with("Version", json!(2012)), "invalid type: integer, expected"),
        (document_with("Id", json!(null)), "null"),
        (document_with("version", json!("2012-10-17")), "unknown field `version`"),
        (document_with("Principal", json!("*")), "unknown field `Principal`"),
        (document_with("Statements", json!([])), "unknown field `Statements`"),
        (answer_of(json!([{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}])), "only resource policies have it"),
    ] {
        assert_malformed(&answer, place);
    }
}

#[test]
#[rustfmt::skip]
fn an_invalid_statement_is_refused_with_its_place() {
    let set = |member, value| statement_with(member, Some(value));
    for (answer, place) in [
        (set("Effect", json!("allow")), "`policyDocument.Statement[0].Effect`: `allow` is not a valid effect"),
        (set("Effect", json!("ALLOW")), "`ALLOW` is not a valid effect"),
        (set("Effect", json!(" Allow")), "` Allow` is not a valid effect"),
        (set("Effect", json!("")), "`` is not a valid effect"),
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
