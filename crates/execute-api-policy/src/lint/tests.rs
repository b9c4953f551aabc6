//! Helpers for the tests of the rules, and tests of all rules together.

use std::time::Duration;

use super::{Finding, LintCode};
use crate::{ParseOptions, PolicyDocument, UnusableValues, thread_time::thread_time};

fn lint(json: &str) -> Vec<Finding> {
    let options = ParseOptions::new().unusable_values(UnusableValues::MatchNothing);
    options.parse(json.as_bytes()).unwrap().lint()
}

/// The codes of all findings. Caching is off, because most tests allow only one method.
pub(super) fn codes(json: &str) -> Vec<&'static str> {
    let codes = lint(json).into_iter().map(|finding| finding.code());
    let of_cache = |code: &LintCode| *code == LintCode::OneMethodWhileCaching;
    codes
        .filter(|code| !of_cache(code))
        .map(LintCode::as_str)
        .collect()
}

pub(super) fn messages(json: &str) -> Vec<String> {
    let findings = lint(json).into_iter();
    findings
        .map(|finding| finding.message().to_owned())
        .collect()
}

/// A policy with one `Allow` that has these members.
pub(super) fn statement(members: &str) -> String {
    format!(r#"{{"Statement": [{{"Effect": "Allow", {members}}}]}}"#)
}

pub(super) fn allow(resource: &str) -> String {
    statement(&format!(
        r#""Action": "execute-api:Invoke", "Resource": {resource:?}"#
    ))
}

pub(super) fn resource(resource: &str) -> Vec<&'static str> {
    codes(&allow(resource))
}

pub(super) fn condition(operator: &str, key: &str, values: &str) -> Vec<&'static str> {
    codes(&statement(&format!(
        r#""Action": "*", "Resource": "*", "Condition": {{"{operator}": {{"{key}": {values}}}}}"#
    )))
}

#[test]
fn a_correct_policy_has_no_findings() {
    let policy = br#"{
        "Version": "2012-10-17",
        "Id": "zoo",
        "Statement": [
            {"Sid": "Keepers", "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": [
                "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/",
                "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/pets",
                "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/pets/*",
                "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/POST/*"
            ], "Condition": {
                "IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]},
                "DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"},
                "Bool": {"aws:SecureTransport": true}
            }},
            {"Sid": "NoAdmin", "Effect": "Deny", "Action": "execute-api:*", "Resource": [
                "arn:aws:execute-api:*:*:abc/prod/*/admin",
                "arn:aws:execute-api:*:*:abc/prod/*/admin/*"
            ]}
        ]
    }"#;
    let findings = PolicyDocument::from_json(policy).unwrap().lint();
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn typical_answers_of_authorizers_have_no_findings() {
    for clean in [
        allow("*"),
        allow("arn:aws:execute-api:eu-west-1:123456789012:abc/prod/*"),
        allow("arn:aws:execute-api:eu-west-1:123456789012:abc/*"),
        allow("arn:aws:execute-api:eu-west-1:123456789012:abc/$default/*"),
        allow("*").replace("Allow", "Deny"),
        allow("*").replace(r#"{"Statement"#, r#"{"Version": "2012-10-17", "Statement"#),
    ] {
        assert!(lint(&clean).is_empty(), "{clean}");
    }
}

#[test]
fn findings_name_their_place() {
    let policy = r#"{"Statement": [
        {"Effect": "Deny", "NotAction": "*:a", "Resource": "*"},
        {"Sid": "a b", "Effect": "Allow", "Action": "*", "NotResource": ["*/x", "pets"],
         "Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.0/8"], "a\nb": []}}}
    ]}"#;
    let findings = lint(policy);
    let paths: Vec<_> = findings.iter().map(Finding::path).collect();
    assert_eq!(
        paths,
        [
            "Statement[1].Sid",
            "Statement[0].NotAction[0]",
            "Statement[1].NotResource[0]",
            "Statement[1].NotResource[1]",
            "Statement[1].Condition.IpAddress.aws:SourceIp[1]",
            "Statement[1].Condition.IpAddress.a\\nb",
            "Statement[1].Condition.IpAddress.a\\nb",
        ]
    );
    for finding in findings {
        assert!(!finding.to_string().contains('\n'));
    }
}

/// Each of these policies would take minutes if lint took quadratic time.
#[test]
fn large_policies_are_linted_in_linear_time() {
    let arn = "arn:aws:execute-api:*:*:abc/prod/GET";
    let paths = (0..10_000).map(|number| format!("\"{arn}/{number}/*\""));
    let slashes = (0..500).map(|number| format!("\"{arn}/{number}{}/*\"", "/a".repeat(230)));
    let keys = (0..10_000).map(|number| format!("\"{number}\""));
    let long_key = "k".repeat(1_000_000);
    let list = |texts: &mut dyn Iterator<Item = String>| texts.collect::<Vec<_>>().join(",");
    let denied = |resources: String| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Deny", "Action": "*", "Resource": [{resources}]}}}}"#
        )
    };
    let conditioned = |key: &str, values: String| {
        statement(&format!(
            r#""Action": "*", "Resource": "*", "Condition": {{"NumericEquals": {{"{key}": [{values}]}}}}"#
        ))
    };
    let statements = (0..10_000).flat_map(|number| {
        ["Allow", "Deny"].map(|effect| {
            let resource = format!("{arn}/{number}{effect}/");
            format!(r#"{{"Effect": "{effect}", "Action": "*", "Resource": "{resource}"}}"#)
        })
    });
    let policies = [
        format!(
            r#"{{"Statement": [{}]}}"#,
            list(&mut statements.into_iter())
        ),
        denied(list(&mut paths.into_iter())),
        denied(list(&mut slashes.into_iter())),
        denied(format!("\"{arn}/{}\"", "${".repeat(500_000))),
        conditioned(&long_key, list(&mut keys.into_iter())),
        conditioned("a", format!("\"{}\"", "*".repeat(1_000_000))),
        conditioned("a", format!("\"{}\"", "${".repeat(1_000_000)))
            .replace("NumericEquals", "StringEquals"),
    ];
    for policy in policies {
        let options = ParseOptions::new().unusable_values(UnusableValues::MatchNothing);
        let policy = options.parse(policy.as_bytes()).unwrap();
        let before = thread_time();
        assert!(!policy.lint().is_empty());
        let took = thread_time() - before;
        assert!(took < Duration::from_secs(20), "{took:?}");
    }
}

/// Combines all the texts that the rules look for, in every order.
#[test]
fn odd_texts_do_not_cause_a_panic() {
    let pieces = [
        "arn:", "${", "}", "/*", "?", ":", "/", "é", "GET", "\\u0000", ", '", "",
    ];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                let text = format!("{a}{b}{c}");
                for text in [text.clone(), format!("arn:aws:execute-api:r:1:a/s/{text}")] {
                    let json = format!(
                        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Deny", "Action": "a:{}", "NotResource": "{text}",
                        "Condition": {{"StringEquals": {{"{text}": "{text}"}}, "ArnLike": {{"{text}": "{text}"}}, "DateEquals": {{"{text}": "{text}"}}}}}}]}}"#,
                        text.replace(':', "")
                    );
                    for finding in lint(&json) {
                        assert!(!finding.to_string().contains('\n'), "{finding}");
                    }
                }
            }
        }
    }
}
