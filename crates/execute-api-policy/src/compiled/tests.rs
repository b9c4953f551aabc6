//! Tests of compiled policies, with and without a search.

use std::sync::{Arc, OnceLock};

use super::{
    policy::{Compiled, Policy},
    statements::CompiledStatements,
};
use crate::{
    document::{PolicyDocument, Statement},
    effect::Effect,
    evaluation::{EvaluationRequest, Verdict},
};

fn verdict(statements: &str) -> Verdict {
    let text = format!(r#"{{"Statement":[{statements}]}}"#);
    let policy = PolicyDocument::from_json(text.as_bytes())
        .unwrap()
        .compile();
    let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/admin");
    policy.evaluate(&request).verdict()
}

#[test]
fn a_deny_with_an_invalid_entry_denies_every_request() {
    let allow = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    assert_eq!(verdict(allow), Verdict::Allow);
    for deny in [
        r#""Action":"*","Resource":"execute-api:/prod/GET/admin""#,
        r#""Action":"*","Resource":"/admin""#,
        r#""Action":"*","Resource":" arn:aws:execute-api:*:*:*""#,
        r#""Action":"*:*","Resource":"*""#,
        r#""Action":":Invoke","Resource":"*""#,
        r#""Action":"execute-api :Invoke","Resource":"*""#,
        r#""NotAction":"*:*","Resource":"*""#,
        r#""Action":"*","NotResource":[]"#,
    ] {
        let statements = format!(r#"{allow},{{"Effect":"Deny",{deny}}}"#);
        assert_eq!(verdict(&statements), Verdict::ExplicitDeny, "{deny}");
    }
}

#[test]
fn an_allow_with_an_invalid_exception_allows_no_request() {
    for allow in [
        r#""NotAction":"*:*","Resource":"*""#,
        r#""NotAction":["s3:*","execute-api*:Invoke"],"Resource":"*""#,
        r#""NotAction":[],"Resource":"*""#,
        r#""Action":"*","NotResource":[]"#,
        r#""Action":"*","NotResource":"/admin""#,
        r#""Action":"*","Resource":"/admin""#,
    ] {
        let statement = format!(r#"{{"Effect":"Allow",{allow}}}"#);
        assert_eq!(verdict(&statement), Verdict::ImplicitDeny, "{allow}");
    }
}
/// Whatever the entry before it is, and also if it ends where that one's resource begins.
#[test]
fn an_entry_is_read_as_if_it_were_alone() {
    let entries = [
        "*",
        "arn",
        "arn:aws:execute-api:r:1:",
        "arn:aws:execute-api:r:1:a/prod/GET/pets",
        "arn:aws:execute-api:r:1:*",
        "arn:aws:execute-api:r:1",
        "arn:aws:execute-api:r:*",
        "arn:aws:execute-api:*:*:*/pets",
        "arn:aws:execute-api:r",
        "arn:aws:execute-api",
        "arn:aws:s3:::a",
    ];
    let arns = [
        "r:1:a/prod/GET/pets",
        "r:1:",
        "r:2:a/prod/GET/pets",
        "s:1:b",
    ];
    for arn in arns.map(|arn| format!("arn:aws:execute-api:{arn}")) {
        let verdict = |statements: &[(Effect, &str)]| {
            let statements = statements.iter();
            let statements = statements.map(|(effect, entry)| Statement::invoke(*effect, [*entry]));
            let policy = PolicyDocument::new(statements.collect::<Vec<_>>()).compile();
            policy.evaluate(&EvaluationRequest::invoke(&arn)).verdict()
        };
        for one in entries {
            for other in entries {
                let alone = verdict(&[(Effect::Deny, other)]);
                let expected = if alone == Verdict::ExplicitDeny {
                    alone
                } else {
                    verdict(&[(Effect::Allow, one)])
                };
                let both = verdict(&[(Effect::Allow, one), (Effect::Deny, other)]);
                assert_eq!(both, expected, "{one} {other} {arn}");
            }
        }
    }
}

/// The same policy without a search, so that every statement is looked at.
fn without_search(policy: &Policy) -> Policy {
    let compiled = &*policy.compiled;
    let compiled = Compiled {
        document: compiled.document.clone(),
        statements: CompiledStatements {
            list: compiled.statements.list.clone(),
            table: compiled.statements.table.without_search(),
            unindexed: Vec::new(),
        },
        ignoring_case: OnceLock::new(),
        for_any_api: OnceLock::new(),
    };
    Policy {
        compiled: Arc::new(compiled),
    }
}

/// Compares both ways of evaluation for all triples of statements, alone and among other statements.
#[test]
fn the_search_does_not_change_the_decision() {
    let statements = [
        r#""Allow","Action":"*","Resource":"*""#,
        r#""Allow","Action":"*","Resource":"arn:*:*:*:*:admin""#,
        r#""Allow","Action":"*","Resource":"arn:*:*:*:*:%61dmin""#,
        r#""Allow","Action":"*","Resource":"arn:*:s3:*:*:admin""#,
        r#""Allow","Action":"s3:*","Resource":"arn:*:*:*:*:admin""#,
        r#""Allow","Action":"*","NotResource":"arn:*:*:*:*:admin""#,
        r#""Allow","Action":"*","Resource":"arn:*:*:*:*:admin","Condition":{"Null":{"k":"false"}}"#,
        r#""Deny","Action":"*","Resource":"/admin""#,
        r#""Deny","Action":"*","Resource":"arn:*:*:*:*:*min""#,
        r#""Deny","Action":"*","Resource":"arn:*:*:*:*:%61dmin""#,
        r#""Deny","Action":"s3:*","Resource":"arn:*:*:*:*:admin""#,
        r#""Deny","Action":"*","Resource":"arn:*:*:*:*:${k, 'admin'}""#,
        r#""Deny","Action":"*","Resource":"arn:*:*:*:*:admin","Condition":{"Null":{"k":"false"}}"#,
    ];
    let others: Vec<_> = (0..20)
        .map(|n| format!(r#""Allow","Action":"*","Resource":"arn:*:*:*:*:{n}""#))
        .collect();
    let policy = |statements: &[&str]| {
        let statements = statements
            .iter()
            .map(|text| format!(r#"{{"Effect":{text}}}"#));
        let statements = statements.collect::<Vec<_>>().join(",");
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        PolicyDocument::from_json(text.as_bytes())
            .unwrap()
            .compile()
    };
    let [admin, encoded, pets] =
        ["admin", "%61dmin", "pets"].map(|path| format!("arn:aws:execute-api:r:1:{path}"));
    let spellings = [admin.clone(), "admin".to_owned()];
    let mut requests = Vec::new();
    for arn in [&admin, &encoded, &pets] {
        let request = EvaluationRequest::invoke(arn);
        requests.extend([request, request.with_other_spellings(&spellings)]);
    }
    let mut verdicts = std::collections::HashSet::new();
    for a in statements {
        for b in statements {
            for c in statements {
                let few = policy(&[a, b, c]);
                let mut all = vec![a, b, c];
                all.extend(others.iter().map(String::as_str));
                let many = policy(&all);
                let each = without_search(&few);
                for request in &requests {
                    let expected = each.evaluate(request);
                    assert_eq!(few.evaluate(request), expected, "{a} {b} {c} {request:?}");
                    assert_eq!(many.evaluate(request), expected, "{a} {b} {c} {request:?}");
                    verdicts.insert(expected.verdict());
                }
            }
        }
    }
    assert_eq!(
        verdicts.len(),
        3,
        "the test needs all verdicts: {verdicts:?}"
    );
}
fn statements(statements: impl Iterator<Item = String>) -> Policy {
    let statements = statements.collect::<Vec<_>>().join(",");
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    PolicyDocument::from_json(text.as_bytes())
        .unwrap()
        .compile()
}

#[test]
fn entries_with_many_different_heads_match_their_own_head() {
    let policy =
        statements((0..8).chain(0..8).map(|n| {
            format!(r#"{{"Effect":"Allow","Action":"*","Resource":"arn:aws:s{n}:r:1:a"}}"#)
        }));
    for n in 0..8 {
        let arn = format!("arn:aws:s{n}:r:1:a");
        let evaluation = policy.evaluate(&EvaluationRequest::invoke(&arn));
        assert_eq!(evaluation.statement(), Some(n));
    }
    let request = EvaluationRequest::invoke("arn:aws:s9:r:1:a");
    assert_eq!(policy.evaluate(&request).verdict(), Verdict::ImplicitDeny);
}

#[test]
fn only_statements_that_the_search_cannot_find_are_unindexed() {
    let resource = |effect: &str, resource: &str| {
        format!(r#"{{"Effect":"{effect}","Action":"*",{resource}}}"#)
    };
    let allow = |n: usize| resource("Allow", &format!(r#""Resource":"arn:*:*:*:*:{n}""#));
    let searched = |count| {
        statements((0..count).map(allow))
            .compiled
            .statements
            .table
            .is_searched()
    };
    assert!(!searched(0) && searched(1) && searched(2) && searched(16) && searched(17));
    let kinds = [
        resource("Deny", r#""Resource":"arn:*:*:*:*:x""#),
        resource("Allow", r#""Resource":"/no-arn""#),
        resource("Deny", r#""Resource":"/no-arn""#),
        resource("Allow", r#""Resource":"*""#),
        resource("Allow", r#""NotResource":"arn:*:*:*:*:x""#),
        resource("Allow", r#""Resource":"arn:*:*:*:*:${k}""#),
    ];
    for count in [1, 2, 17] {
        let policy = statements((0..count).map(allow).chain(kinds.clone()));
        let expected = [2, 3, 4, 5].map(|kind| (count + kind) as u32);
        assert_eq!(policy.compiled.statements.unindexed, expected);
    }
}
