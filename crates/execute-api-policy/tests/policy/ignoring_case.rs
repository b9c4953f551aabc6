//! Requests for services that ignore the case of letters in paths.

use execute_api_policy::{
    ConditionContext, Effect, EvaluationRequest, PolicyDocument, Statement, Verdict, Version,
};
use serde_json::{Value, json};

const HEAD: &str = "arn:aws:execute-api:r:1:";

fn arn(resource: &str) -> String {
    format!("{HEAD}a/prod/{resource}")
}

fn policy(statements: &Value) -> PolicyDocument {
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    PolicyDocument::from_json(policy.to_string().as_bytes()).unwrap()
}

fn statement(effect: &str, member: &str, resource: &str) -> Value {
    json!({"Effect": effect, "Action": "execute-api:Invoke", member: arn(resource)})
}

/// The verdicts about this resource: with case, and without.
fn verdicts(statements: &Value, resource: &str) -> [Verdict; 2] {
    let policy = policy(statements).compile();
    let keys = ConditionContext::new().with("k", "Ann").with("greek", "Σ");
    let resource = arn(resource);
    let request = EvaluationRequest::invoke(&resource).with_keys(&keys);
    [request, request.ignoring_case()].map(|request| {
        let evaluation = policy.evaluate(&request);
        let explanation = policy.explain(&request);
        assert_eq!(explanation.verdict(), evaluation.verdict());
        evaluation.verdict()
    })
}

use Verdict::{Allow, ExplicitDeny, ImplicitDeny};

#[test]
fn what_excludes_covers_each_case() {
    let everything = statement("Allow", "Resource", "*");
    for (entry, path, covers) in [
        ("GET/admin", "GET/ADMIN", true),
        ("GET/Admin", "GET/aDmin", true),
        ("*/Admin/*", "GET/aDMIN/x", true),
        ("GET/?dmin", "GET/ADMIN", true),
        ("GET/caf%C3%A9", "GET/CAFÉ", true),
        ("GET/CAFÉ", "GET/café", true),
        ("GET/${k}", "GET/aNN", true),
        ("GET/${greek}", "GET/ς", true),
        ("GET/${none, 'Ann'}/*", "GET/ANN/x", true),
        ("GET/admin", "GET/ADMINS", false),
        ("GET/admin", "POST/ADMIN", false),
        ("GET/straße", "GET/STRASSE", false),
    ] {
        let deny = json!([everything, statement("Deny", "Resource", entry)]);
        let denied = if covers { ExplicitDeny } else { Allow };
        assert_eq!(verdicts(&deny, path), [Allow, denied], "{entry} {path}");
        let exception = json!([statement("Allow", "NotResource", entry)]);
        let excepted = if covers { ImplicitDeny } else { Allow };
        assert_eq!(
            verdicts(&exception, path),
            [Allow, excepted],
            "{entry} {path}"
        );
    }
}

#[test]
fn what_permits_covers_the_case_as_it_is() {
    for (entry, path) in [
        ("GET/Ann", "GET/ann"),
        ("GET/ann", "GET/ANN"),
        ("GET/${k}", "GET/ANN"),
    ] {
        let allow = json!([statement("Allow", "Resource", entry)]);
        assert_eq!(verdicts(&allow, path), [ImplicitDeny; 2], "{entry} {path}");
        let deny = json!([
            statement("Allow", "Resource", "*"),
            statement("Deny", "NotResource", entry)
        ]);
        assert_eq!(verdicts(&deny, path), [ExplicitDeny; 2], "{entry} {path}");
    }
}

/// The policy is large enough for each kind of search.
#[test]
fn many_entries_cover_each_case() {
    for count in [1, 10, 300] {
        let mut statements = vec![statement("Allow", "Resource", "*")];
        let denies = (0..count).map(|n| statement("Deny", "Resource", &format!("*/Secret{n}/*")));
        statements.extend(denies);
        let statements = Value::from(statements);
        for n in [0, count - 1] {
            let found = verdicts(&statements, &format!("GET/SECRET{n}/x"));
            assert_eq!(found, [Allow, ExplicitDeny], "{n} of {count}");
        }
        let found = verdicts(&statements, &format!("GET/SECRET{count}/x"));
        assert_eq!(found, [Allow; 2]);
    }
}

/// A statement that names the resource allows it, even if services read another one. What it does not allow is excluded in each
/// case.
#[test]
fn readings_are_matched_in_each_case() {
    let policy = PolicyDocument::new([
        Statement::invoke(Effect::Allow, [arn("GET/*")]),
        Statement::invoke(Effect::Deny, [arn("GET/Orders")]),
    ])
    .with_version(Version::V2012)
    .compile();
    let (resource, readings) = (arn("GET//orders"), [arn("GET/orders")]);
    let request = EvaluationRequest::invoke(&resource).with_readings(&readings);
    assert_eq!(policy.evaluate(&request).verdict(), Allow);
    assert_eq!(
        policy.evaluate(&request.ignoring_case()).verdict(),
        ExplicitDeny
    );
}

#[test]
fn an_explanation_says_that_case_is_ignored() {
    let policy = policy(&json!([
        statement("Allow", "Resource", "*"),
        statement("Deny", "Resource", "GET/Admin"),
    ]))
    .compile();
    for (path, other, expected) in [
        (
            "ADMIN",
            None,
            "`{entry}` covers it, because case is ignored",
        ),
        (
            "%41DMIN",
            Some("ADMIN"),
            "`{entry}` covers the spelling `{HEAD}a/prod/GET/ADMIN`, because case is ignored",
        ),
        (
            "Admin/",
            Some("Admin"),
            "`{entry}` covers the spelling `{HEAD}a/prod/GET/Admin`",
        ),
        ("Admin", None, "`{entry}` covers it"),
    ] {
        let resource = arn(&format!("GET/{path}"));
        let others: Vec<_> = other
            .iter()
            .map(|other| arn(&format!("GET/{other}")))
            .collect();
        let request = EvaluationRequest::invoke(&resource).with_other_spellings(&others);
        let explanation = policy.explain(&request.ignoring_case());
        let expected = expected
            .replace("{entry}", &arn("GET/Admin"))
            .replace("{HEAD}", HEAD);
        let expected = format!("`Statement[1]` denies it: {expected}");
        assert_eq!(explanation.reason(), expected);
    }
    let allow = PolicyDocument::new([Statement::invoke(Effect::Allow, [arn("GET/Ann")])]).compile();
    let resource = arn("GET/ann");
    let explanation = allow.explain(&EvaluationRequest::invoke(&resource).ignoring_case());
    let reason = explanation.reason();
    let expected = "it would cover the path in another case, but case is ignored only for an entry that refuses requests";
    assert!(reason.ends_with(expected), "{reason}");
}
