//! The rules of the language that a specialised policy must not lose, one by one.

use super::{MethodName, Stage, StageRequest};
use crate::{
    document::{PolicyDocument, Statement},
    effect::Effect,
    evaluation::{EvaluationRequest, Verdict},
    resource::Resource,
};

const HEAD: &str = "aws:execute-api:r:1";
const ARN: &str = "arn:aws:execute-api:r:1:a/prod/";

/// Specialises the policy, asserts that it decides like the general evaluator, and returns the verdict.
fn verdict(policy: &PolicyDocument, method: &str, path: &str, others: &[&str]) -> Verdict {
    let arn = |path: &str| format!("{ARN}{method}{path}");
    let own = arn(path);
    let others: Vec<_> = others.iter().map(|path| arn(path)).collect();
    let asked = EvaluationRequest::invoke(&own).with_other_spellings(&others);
    let request = StageRequest::new(MethodName::of(method), path).with_other_spellings(&others);
    let specialised = policy.specialise(&Stage::of_methods(HEAD, "a/prod/"));
    let found = specialised.evaluate(&request, |rest| rest.decide(&asked));
    assert_eq!(found, policy.compile().evaluate(&asked), "{own} {policy:?}");
    found.verdict()
}

fn policy(statements: &str) -> PolicyDocument {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    PolicyDocument::from_json(text.as_bytes()).unwrap()
}

fn statement(effect: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"{effect}","Action":"execute-api:Invoke","Resource":"{resource}"}}"#)
}

#[test]
fn a_deny_of_an_encoded_path_covers_its_other_spellings() {
    let allow = statement("Allow", "*");
    for resource in [
        "arn:aws:execute-api:r:1:a/prod/GET/%61dmin",
        "arn:aws:execute-api:r:1:a/prod/*/%61dmin",
        "arn:aws:execute-api:r:1:a/*/GET/%61dmin",
        "arn:aws:execute-api:*:*:a/prod/GET/%61d*",
        "arn:aws:execute-api:*:*:*/%61dmin",
    ] {
        let policy = policy(&format!("{allow},{}", statement("Deny", resource)));
        for (path, others) in [("/admin", [].as_slice()), ("/%61dmin", &["/admin"])] {
            let found = verdict(&policy, "GET", path, others);
            assert_eq!(found, Verdict::ExplicitDeny, "{resource} {path}");
        }
        assert_eq!(verdict(&policy, "GET", "/pets", &[]), Verdict::Allow);
    }
}

#[test]
fn other_spellings_count_for_a_deny_and_not_for_an_allow() {
    let resource = format!("{ARN}GET/admin");
    let allow = policy(&statement("Allow", &resource));
    let found = verdict(&allow, "GET", "/admin/", &["/admin"]);
    assert_eq!(found, Verdict::ImplicitDeny);
    let deny = [statement("Allow", "*"), statement("Deny", &resource)];
    let found = verdict(&policy(&deny.join(",")), "GET", "/admin/", &["/admin"]);
    assert_eq!(found, Verdict::ExplicitDeny);
}

/// The document has the version without variables, so that only the entry itself says that it is escaped.
#[test]
fn a_literal_resource_stays_literal() {
    for (path, other) in [("/a*", "/ab"), ("/a?", "/ab"), ("/${k}", "/${*}")] {
        let resource = || Resource::literal(&format!("{ARN}GET{path}"));
        let allow = PolicyDocument::new([Statement::invoke(Effect::Allow, [resource()])]);
        assert_eq!(verdict(&allow, "GET", path, &[]), Verdict::Allow, "{path}");
        let found = verdict(&allow, "GET", other, &[]);
        assert_eq!(found, Verdict::ImplicitDeny, "{path}");
        let everything = Statement::invoke(Effect::Allow, ["*"]);
        let deny = Statement::invoke(Effect::Deny, [resource()]);
        let found = verdict(&PolicyDocument::new([everything, deny]), "GET", path, &[]);
        assert_eq!(found, Verdict::ExplicitDeny, "{path}");
    }
}

#[test]
fn methods_are_compared_with_their_case_at_every_length() {
    for (method, others) in [
        ("GET", ["get", "GETS"]),
        ("OPTIONS", ["options", "OPTION"]),
        ("PROPFIND", ["PROPFINd", "ROPFIND"]),
        ("BASELINE-CONTROL", ["baseline-control", "CONTROL"]),
    ] {
        let policy = policy(&statement("Allow", &format!("{ARN}{method}/pets")));
        assert_eq!(verdict(&policy, method, "/pets", &[]), Verdict::Allow);
        for other in others {
            let found = verdict(&policy, other, "/pets", &[]);
            assert_eq!(found, Verdict::ImplicitDeny, "{method} {other}");
        }
    }
}

/// Partitions of an API may have characters that IAM's partitions do not have.
#[test]
fn a_stage_that_is_not_an_arn_in_a_policy_is_only_covered_by_wildcards() {
    let (head, own) = ("a.b:execute-api:r:1", "arn:a.b:execute-api:r:1:a/prod/GET/");
    let stage = Stage::of_methods(head, "a/prod/");
    let found = |effect: &str, resource: &str| {
        let policy = policy(&statement(effect, resource));
        let asked = EvaluationRequest::invoke(own);
        let specialised = policy.specialise(&stage);
        let request = StageRequest::new(MethodName::of("GET"), "/");
        let found = specialised.evaluate(&request, |rest| rest.decide(&asked));
        assert_eq!(found, policy.compile().evaluate(&asked), "{resource}");
        found.verdict()
    };
    assert_eq!(found("Allow", own), Verdict::ImplicitDeny);
    assert_eq!(found("Deny", own), Verdict::ExplicitDeny);
    let wide = "arn:*:execute-api:r:1:a/prod/GET/";
    assert_eq!(found("Allow", wide), Verdict::Allow);
}
