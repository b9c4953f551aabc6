//! Requests to an API that is not known: what a policy excludes in some API is excluded.

use execute_api_policy::{
    ConditionContext, EvaluationRequest, PolicyDocument,
    Verdict::{self, Allow, ExplicitDeny, ImplicitDeny},
};
use serde_json::{Value, json};

const HEAD: &str = "arn:aws:execute-api:us-east-1:000000000000:";

fn policy(statements: &Value) -> PolicyDocument {
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    PolicyDocument::from_json(policy.to_string().as_bytes()).unwrap()
}

fn statement(effect: &str, member: &str, resource: &str) -> Value {
    json!({"Effect": effect, "Action": "execute-api:Invoke", member: resource})
}

/// The verdicts about this resource of the stage `prod`: if everything is known, if the stage is known, and if nothing is.
fn verdicts(statements: &Value, resource: &str) -> [Verdict; 3] {
    let policy = policy(statements).compile();
    let keys = ConditionContext::new()
        .with("k", "abc")
        .with_unknown("u", "nobody knows");
    let resource = format!("{HEAD}placeholder/prod/{resource}");
    let request = EvaluationRequest::invoke(&resource).with_keys(&keys);
    [
        request,
        request.of_unknown_api(),
        request.of_unknown_stage(),
    ]
    .map(|request| {
        let evaluation = policy.evaluate(&request);
        let explanation = policy.explain(&request);
        assert_eq!(explanation.verdict(), evaluation.verdict());
        evaluation.verdict()
    })
}

/// Entries, what they are asked about, and whether they cover it: if everything is known, the stage, or nothing.
const ENTRIES: [(&str, &str, [bool; 3]); 29] = [
    (
        "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/admin",
        "GET/admin",
        [false, true, true],
    ),
    (
        "arn:aws:execute-api:eu-west-1:123456789012:abc/dev/GET/admin",
        "GET/admin",
        [false, false, true],
    ),
    (
        "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/admin",
        "POST/admin",
        [false; 3],
    ),
    (
        "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/admin",
        "GET/pets",
        [false; 3],
    ),
    (
        "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/admin",
        "x/GET/admin",
        [false; 3],
    ),
    (
        "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/*/admin",
        "PUT/admin",
        [false, true, true],
    ),
    (
        "arn:aws:execute-api:eu-west-1:*:*",
        "GET/admin",
        [false, true, true],
    ),
    (
        "arn:aws:execute-api:eu-west-1",
        "GET/admin",
        [false, true, true],
    ),
    (
        "arn:aws-cn:execute-api:cn-north-1:*:abc/*",
        "GET/admin",
        [false, true, true],
    ),
    (
        "arn:aws:execute-api:*:*:abc/*/GET/admin",
        "GET/admin",
        [false, true, true],
    ),
    (
        "arn:aws:execute-api:*:*:*/dev/GET/admin",
        "GET/admin",
        [false, false, true],
    ),
    (
        "arn:aws:execute-api:*:*:*/prod/GET/admin",
        "GET/admin",
        [true; 3],
    ),
    (
        "arn:aws:execute-api:*:*:*/GET/admin",
        "GET/admin",
        [true; 3],
    ),
    (
        "arn:aws:execute-api:eu-west-1:*:*/GET/admin",
        "GET/admin",
        [false, true, true],
    ),
    (
        "arn:aws:execute-api:*:*:abc*admin",
        "GET/admin",
        [false, true, true],
    ),
    (
        "arn:aws:execute-api:*:*:a?c?prod?GET/admin",
        "GET/admin",
        [false, true, true],
    ),
    (
        "arn:aws:execute-api:*:*:abc/prod/GET/%61dmin",
        "GET/%61dmin",
        [false, true, true],
    ),
    (
        "arn:aws:execute-api:*:*:abc/prod/$connect",
        "$connect",
        [false, true, true],
    ),
    (
        "arn:aws:execute-api:*:*:abc/dev/*",
        "$connect",
        [false, false, true],
    ),
    (
        "arn:aws:execute-api:*:*:abc/prod/$default",
        "$connect",
        [false; 3],
    ),
    (
        "arn:aws:execute-api:*:*:${k}/prod/GET/admin",
        "GET/admin",
        [false, true, true],
    ),
    (
        "arn:aws:execute-api:*:*:x/${k}/GET/admin",
        "GET/admin",
        [false, false, true],
    ),
    (
        "arn:aws:execute-api:*:*:x/prod/GET/${k}",
        "GET/abc",
        [false, true, true],
    ),
    (
        "arn:aws:execute-api:*:*:x/prod/GET/${k}",
        "GET/abd",
        [false; 3],
    ),
    ("arn:aws:s3:::abc", "GET/admin", [false; 3]),
    ("arn:aws:s3:*:*:*/prod/GET/admin", "GET/admin", [false; 3]),
    (
        "arn:aws:execute-api::123456789012:abc/prod/GET/admin",
        "GET/admin",
        [false; 3],
    ),
    (
        "arn:aws:execute-api:eu-west-1:abc/prod/GET/admin",
        "GET/admin",
        [false; 3],
    ),
    ("arn:aws:execute-api:*:*:abc/prod", "GET/admin", [false; 3]),
];

#[test]
fn what_excludes_covers_what_it_covers_in_some_api() {
    for (entry, resource, covers) in ENTRIES {
        let denied = covers.map(|covers| if covers { ExplicitDeny } else { Allow });
        let deny = json!([
            statement("Allow", "Resource", "*"),
            statement("Deny", "Resource", entry)
        ]);
        assert_eq!(verdicts(&deny, resource), denied, "{entry} {resource}");
        let excepted = covers.map(|covers| if covers { ImplicitDeny } else { Allow });
        let exception = json!([statement("Allow", "NotResource", entry)]);
        assert_eq!(
            verdicts(&exception, resource),
            excepted,
            "{entry} {resource}"
        );
    }
}

#[test]
fn what_permits_counts_as_written() {
    for (entry, resource, covers) in ENTRIES {
        let allow = json!([statement("Allow", "Resource", entry)]);
        let allowed = if covers[0] { Allow } else { ImplicitDeny };
        assert_eq!(
            verdicts(&allow, resource),
            [allowed; 3],
            "{entry} {resource}"
        );
        let deny = json!([
            statement("Allow", "Resource", "*"),
            statement("Deny", "NotResource", entry)
        ]);
        let denied = if covers[0] { Allow } else { ExplicitDeny };
        assert_eq!(verdicts(&deny, resource), [denied; 3], "{entry} {resource}");
    }
}

/// A variable without a value still matches nothing in a `Deny`.
#[test]
fn a_variable_without_a_value_denies_nothing() {
    let deny = json!([
        statement("Allow", "Resource", "*"),
        statement(
            "Deny",
            "Resource",
            "arn:aws:execute-api:*:*:${none}/prod/GET/admin"
        ),
    ]);
    assert_eq!(verdicts(&deny, "GET/admin"), [Allow; 3]);
}

/// One whose value is unknown stands for any text in a `Deny`.
#[test]
fn a_variable_with_an_unknown_value_stands_for_any_text() {
    for (entry, denied) in [
        ("x/prod/GET/${u}/x", [Allow, ExplicitDeny, ExplicitDeny]),
        ("${u}/prod/GET/a/x", [ExplicitDeny; 3]),
        ("x/prod/GET/${u}/y", [Allow; 3]),
    ] {
        let entry = format!("arn:aws:execute-api:*:*:{entry}");
        let deny = json!([
            statement("Allow", "Resource", "*"),
            statement("Deny", "Resource", &entry),
        ]);
        assert_eq!(verdicts(&deny, "GET/a/x"), denied, "{entry}");
    }
}

/// One policy is asked about several placeholders, in turn.
#[test]
fn each_placeholder_has_its_own_answer() {
    let policy = policy(&json!([
        statement("Allow", "Resource", "*"),
        statement(
            "Deny",
            "Resource",
            "arn:aws:execute-api:*:*:abc/prod/GET/admin"
        ),
    ]))
    .compile();
    for (resource, of_unknown_api, of_unknown_stage) in [
        ("placeholder/local/GET/admin", Allow, ExplicitDeny),
        ("placeholder/prod/GET/admin", ExplicitDeny, ExplicitDeny),
        ("other/prod/GET/admin", ExplicitDeny, ExplicitDeny),
        ("other/dev/GET/ADMIN", Allow, Allow),
    ] {
        let resource = format!("{HEAD}{resource}");
        let request = EvaluationRequest::invoke(&resource);
        for (request, verdict) in [
            (request, Allow),
            (request.of_unknown_api(), of_unknown_api),
            (request.of_unknown_stage(), of_unknown_stage),
        ] {
            assert_eq!(policy.evaluate(&request).verdict(), verdict, "{resource}");
        }
        let ignoring_case = request.of_unknown_stage().ignoring_case();
        assert_eq!(
            policy.evaluate(&ignoring_case).verdict(),
            ExplicitDeny,
            "{resource}"
        );
    }
}

/// Nothing before a method could be a placeholder.
#[test]
fn a_resource_without_a_stage_counts_as_it_is() {
    let policy = policy(&json!([
        statement("Allow", "Resource", "*"),
        statement("Deny", "Resource", "arn:aws:execute-api:eu-west-1:*:abc*"),
    ]))
    .compile();
    for resource in [
        "placeholder",
        "arn:aws:execute-api:r:1:abc",
        "arn:aws:execute-api:r:1:abc/prod",
    ] {
        let request = EvaluationRequest::invoke(resource).of_unknown_stage();
        assert_eq!(policy.evaluate(&request).verdict(), Allow, "{resource}");
    }
}

#[test]
fn an_explanation_says_that_the_api_is_not_known() {
    let entry = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/admin";
    let policy = policy(&json!([
        statement("Allow", "Resource", "*"),
        statement("Deny", "Resource", entry),
    ]))
    .compile();
    let resource = format!("{HEAD}placeholder/prod/GET/admin");
    let request = EvaluationRequest::invoke(&resource);
    for (request, unknown) in [
        (request.of_unknown_api(), "API is"),
        (request.of_unknown_stage(), "API and its stage are"),
    ] {
        let explanation = policy.explain(&request);
        assert_eq!(
            explanation.reason(),
            format!(
                "`Statement[1]` denies it: `{entry}` covers it in some API, and the request's {unknown} not known"
            )
        );
    }
}

/// If the entry would not deny the request in its own stage, the explanation names the stage in which it does.
#[test]
fn an_explanation_names_the_word_that_may_be_the_stage() {
    let resource = format!("{HEAD}placeholder/prod/GET/admin");
    for (entry, api) in [
        ("*:*:*/DELETE/*", "an API whose stage is `DELETE`"),
        ("*:*:*/v1*", "an API whose stage is `v1`"),
        ("*:*:x*/dev/*/admin", "an API whose stage is `dev`"),
        ("*:*:*/d?v/*/admin", "some API"),
        ("*:*:x/dev/*/admin", "some API"),
        ("eu-west-1:*:*/prod/*/admin", "some API"),
    ] {
        let entry = format!("arn:aws:execute-api:{entry}");
        let policy = policy(&json!([
            statement("Allow", "Resource", "*"),
            statement("Deny", "Resource", &entry),
        ]))
        .compile();
        let request = EvaluationRequest::invoke(&resource).of_unknown_stage();
        assert_eq!(
            policy.explain(&request).reason(),
            format!(
                "`Statement[1]` denies it: `{entry}` covers it in {api}, and the request's API and its stage are not known"
            )
        );
    }
}

/// A policy keeps what it has prepared for such requests. It is not used for requests with which entries cover more.
#[test]
fn a_request_that_is_not_one_of_a_stage_leaves_nothing_behind() {
    let entry = [HEAD, "abc/prod/GET/admin"].concat();
    let policy = policy(&json!([
        statement("Allow", "Resource", "*"),
        statement("Deny", "Resource", &entry)
    ]));
    let policy = policy.compile();
    let verdict = |request: EvaluationRequest<'_>| policy.evaluate(&request).verdict();
    for resource in ["", "abc", "abc/prod"] {
        let resource = [HEAD, resource].concat();
        let request = EvaluationRequest::invoke(&resource).of_unknown_api();
        assert_eq!(verdict(request), Allow, "{resource}");
    }
    let another_case = [HEAD, "abc/prod/GET/ADMIN"].concat();
    let request = EvaluationRequest::invoke(&another_case);
    assert_eq!(verdict(request.ignoring_case()), ExplicitDeny);
    assert_eq!(verdict(request), Allow);
}
