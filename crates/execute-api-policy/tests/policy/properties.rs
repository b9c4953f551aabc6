//! Properties that hold for every policy and every request, tested with random ones. `PROPERTY_TIMES=10` tests ten times as
//! many.

#[path = "../support/naive_policy.rs"]
mod naive_policy;
mod policies;
#[path = "../support/policy_words.rs"]
mod policy_words;
mod reasons;
mod specialised;

use std::{cell::RefCell, collections::HashMap, env};

use execute_api_policy::{
    Condition, ConditionContext, Effect, EvaluationRequest, ParseOptions, Policy, PolicyBuilder,
    PolicyDocument, StageArn, Statement, UnusableValues, Verdict,
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::Index,
    test_runner::{Config, TestRunner},
};
use regex::Regex;
use serde_json::Value;

use self::{
    naive_policy::{Known, Question},
    policies::{context, policy, question, request_resource},
};

fn run<S: Strategy>(cases: u32, strategy: S, property: impl Fn(S::Value)) {
    let times = env::var("PROPERTY_TIMES").map_or(1, |times| times.parse().unwrap());
    let config = Config {
        cases: cases * times,
        failure_persistence: None,
        max_shrink_time: 10_000,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&strategy, |value| {
        property(value);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

fn tolerant(text: &[u8]) -> Option<PolicyDocument> {
    let options = ParseOptions::new().unusable_values(UnusableValues::MatchNothing);
    options.parse(text).ok()
}

fn document(policy: &Value) -> PolicyDocument {
    tolerant(policy.to_string().as_bytes()).unwrap_or_else(|| panic!("refused: {policy}"))
}

/// The request, which ignores case if the question does, and knows as much of its API.
fn in_question<'r>(request: EvaluationRequest<'r>, question: &Question) -> EvaluationRequest<'r> {
    let request = match question.known {
        Known::Everything => request,
        Known::Stage => request.of_unknown_api(),
        Known::Nothing => request.of_unknown_stage(),
    };
    if question.ignores_case {
        request.ignoring_case()
    } else {
        request
    }
}

/// The name of the verdict and the deciding statement.
fn answer(policy: &Policy, question: &Question) -> (&'static str, Option<usize>) {
    let context = context(question);
    let request = EvaluationRequest::new(&question.action, &question.resource);
    let request = request.with_keys(&context);
    let request = match &question.other_spellings {
        Some(spellings) => request.with_other_spellings(spellings),
        None => request,
    };
    let request = in_question(request, question);
    let evaluation = policy.evaluate(&request);
    let verdict = match evaluation.verdict() {
        Verdict::Allow => "Allow",
        Verdict::ExplicitDeny => "ExplicitDeny",
        Verdict::ImplicitDeny => "ImplicitDeny",
    };
    (verdict, evaluation.statement())
}

#[test]
fn evaluations_equal_those_of_the_naive_evaluator() {
    const POLICIES: u32 = 1_000;
    const QUESTIONS: usize = 25;
    let verdicts = RefCell::new(HashMap::new());
    run(
        POLICIES,
        (policy(), vec(question(), QUESTIONS)),
        |(policy, questions)| {
            let compiled = document(&policy).compile();
            for question in questions {
                let expected = naive_policy::answer(&policy, &question);
                assert_eq!(
                    answer(&compiled, &question),
                    expected,
                    "{policy} {question:?}"
                );
                *verdicts.borrow_mut().entry(expected.0).or_insert(0) += 1;
            }
        },
    );
    for verdict in ["Allow", "ExplicitDeny", "ImplicitDeny"] {
        let count = verdicts.borrow().get(verdict).copied().unwrap_or(0);
        assert!(
            count > 1_000,
            "{verdict} only {count} times, which tests little"
        );
    }
}

/// What services may read instead has to be allowed, too, unless the policy names the resource.
#[test]
fn readings_count_as_documented() {
    let outcomes = RefCell::new([0; 4]);
    let readings = vec(request_resource(), 1..3);
    let strategy = (
        policy(),
        question(),
        readings,
        any::<Index>(),
        any::<bool>(),
    );
    run(
        2_000,
        strategy,
        |(policy, mut question, readings, index, is_named)| {
            // With it, readings count like other spellings, too.
            question.ignores_case = false;
            // The readings are ARNs of any stage.
            question.known = Known::Everything;
            let document = document(&policy);
            let statements = document.statements().iter();
            let entries: Vec<_> = statements
                .flat_map(|statement| statement.resources().texts())
                .collect();
            if is_named && !entries.is_empty() {
                question
                    .resource
                    .clone_from(entries[index.index(entries.len())]);
            }
            let context = context(&question);
            let request = EvaluationRequest::new(&question.action, &question.resource);
            let request = request.with_keys(&context).with_readings(&readings);
            let compiled = document.compile();
            let as_it_is = answer(
                &compiled,
                &Question {
                    other_spellings: None,
                    ..question.clone()
                },
            );
            let is_allowed = |resource: &String| {
                let read = Question {
                    resource: resource.clone(),
                    other_spellings: None,
                    ..question.clone()
                };
                naive_policy::answer(&policy, &read).0 == "Allow"
            };
            let is_pattern =
                question.resource.contains(['*', '?']) || question.resource.contains("${");
            let named = !is_pattern
                && document.statements().iter().any(|statement| {
                    let covers =
                        |text: &String| text == "*" || text.eq_ignore_ascii_case(&question.action);
                    statement.effect() == Effect::Allow
                        && statement.conditions().is_empty()
                        && !statement.actions().is_excluding()
                        && statement.actions().texts().iter().any(covers)
                        && !statement.resources().is_excluding()
                        && statement.resources().texts().contains(&question.resource)
                });
            let evaluation = compiled.evaluate(&request);
            let explanation = compiled.explain(&request);
            assert_eq!(
                explanation.verdict(),
                evaluation.verdict(),
                "{policy} {question:?}"
            );
            let outcome = if as_it_is.0 != "Allow" {
                assert_eq!(evaluation.statement(), as_it_is.1);
                assert_ne!(evaluation.verdict(), Verdict::Allow);
                0
            } else if readings.iter().all(is_allowed) {
                assert_eq!(
                    evaluation.verdict(),
                    Verdict::Allow,
                    "{policy} {question:?} {readings:?}"
                );
                1
            } else if named {
                assert_eq!(
                    evaluation.verdict(),
                    Verdict::Allow,
                    "{policy} {question:?} {readings:?}"
                );
                2
            } else {
                assert_eq!(
                    evaluation.verdict(),
                    Verdict::ImplicitDeny,
                    "{policy} {question:?} {readings:?}"
                );
                assert_eq!(
                    (evaluation.statement(), explanation.nearest_miss()),
                    (None, None)
                );
                assert!(
                    readings
                        .iter()
                        .any(|reading| explanation.reason().contains(reading))
                );
                3
            };
            outcomes.borrow_mut()[outcome] += 1;
        },
    );
    let outcomes = outcomes.into_inner();
    assert!(outcomes.iter().all(|count| *count > 5), "{outcomes:?}");
}

#[test]
fn explanations_agree_with_evaluations() {
    run(500, (policy(), question()), |(policy, question)| {
        let compiled = document(&policy).compile();
        let context = context(&question);
        let request = EvaluationRequest::new(&question.action, &question.resource);
        let request = in_question(request.with_keys(&context), &question);
        let (evaluation, explanation) = (compiled.evaluate(&request), compiled.explain(&request));
        assert_eq!(explanation.verdict(), evaluation.verdict());
        assert_eq!(explanation.deciding_statement(), evaluation.statement());
    });
}

#[test]
fn a_written_policy_parses_to_the_same_policy() {
    run(1_000, policy(), |policy| {
        let document = document(&policy);
        let written = document.to_json();
        let read = tolerant(written.as_bytes()).unwrap();
        assert_eq!(read, document, "{written}");
        assert_eq!(read.to_json(), written);
    });
}

#[test]
fn conditions_added_in_any_order_parse_to_the_same_policy() {
    let operator = prop::sample::select(vec!["StringLike", "StringEquals", "ArnLike"]);
    let condition = (operator, "[a-f]", vec("[a*$]{0,2}", 0..3));
    run(2_000, vec(condition, 0..12), |conditions| {
        let conditions = conditions.iter().map(|(operator, key, values)| {
            Condition::new(operator, key, values.iter().cloned()).unwrap()
        });
        let statement = Statement::invoke(Effect::Deny, ["*"]);
        let statement = conditions.fold(statement, |statement, condition| {
            let with = statement.clone().with_condition(condition);
            with.unwrap_or(statement)
        });
        let document = PolicyDocument::new([statement]);
        let written = document.to_json();
        assert_eq!(PolicyDocument::from_json(written.as_bytes()), Ok(document));
    });
}

#[test]
fn a_built_policy_parses_back_and_its_literal_paths_cover_only_themselves() {
    let text = "[ab*?$/]{0,6}";
    run(3_000, (text, text), |(text, other)| {
        let stage: StageArn = "arn:aws:execute-api:r:1:api/prod".parse().unwrap();
        let path = format!("/{}", PolicyBuilder::literal(&text));
        let document = PolicyBuilder::for_api(stage.clone())
            .allow("GET", &path)
            .build()
            .unwrap();
        let read = PolicyDocument::from_json(document.to_json().as_bytes());
        assert_eq!(read.as_ref(), Ok(&document));
        let policy = document.compile();
        let allows = |path: &str| {
            let arn = format!("{stage}/GET/{path}");
            let evaluation = policy.evaluate(&EvaluationRequest::invoke(&arn));
            evaluation.verdict() == Verdict::Allow
        };
        assert!(allows(&text), "{text}");
        assert_eq!(allows(&other), text == other, "{text} {other}");
    });
}

#[test]
fn wildcards_match_like_a_regular_expression() {
    let pattern = "[ab/é日.\n:+()\\\\*?]{0,3}[ab*?]{0,8}[ab/é日*?]{0,4}";
    let texts = vec("[ab/é日.\n:+()\\\\]{0,2}[ab]{0,8}[ab/é日]{0,4}", 10);
    run(1_000, (pattern, texts), |(pattern, texts)| {
        let escaped = regex::escape(&pattern);
        let escaped = escaped.replace(r"\*", ".*").replace(r"\?", ".");
        let reference = Regex::new(&format!(r"\A(?s:{escaped})\z")).unwrap();
        let statement = Statement::invoke(Effect::Allow, [format!("arn:a:b:c:d:{pattern}")]);
        let as_resource = PolicyDocument::new([statement]).compile();
        let like = Condition::new("StringLike", "k", [pattern.as_str()]).unwrap();
        let statement = Statement::invoke(Effect::Allow, ["*"]).with_condition(like);
        let statement = statement.unwrap();
        let as_value = PolicyDocument::new([statement]).compile();
        for text in &texts {
            let expected = if reference.is_match(text) {
                Verdict::Allow
            } else {
                Verdict::ImplicitDeny
            };
            let arn = format!("arn:a:b:c:d:{text}");
            let keys = ConditionContext::new().with("k", text);
            let request = EvaluationRequest::invoke(&arn).with_keys(&keys);
            for policy in [&as_resource, &as_value] {
                let verdict = policy.evaluate(&request).verdict();
                assert_eq!(verdict, expected, "{pattern:?} {text:?}");
            }
        }
    });
}

#[test]
fn parsing_mutated_policies_never_panics() {
    let snippet = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "\\u0000",
        "\\ud800",
        "null",
        "1e999",
        "-",
        "é",
        "${",
        "\"Sid\":{},",
        "\"Effect\":\"Deny\",",
        "\u{0}",
    ]);
    let mutation = (any::<Index>(), 0..9_usize, snippet);
    let mutated = (policy(), vec(mutation, 1..4), question());
    run(1_000, mutated, |(policy, mutations, question)| {
        let mut text = policy.to_string().into_bytes();
        for (place, removed, snippet) in mutations {
            let start = place.index(text.len() + 1);
            let end = text.len().min(start + removed);
            text.splice(start..end, snippet.bytes());
        }
        let _ = PolicyDocument::from_json(&text);
        if let Some(document) = tolerant(&text) {
            assert_eq!(
                tolerant(document.to_json().as_bytes()),
                Some(document.clone())
            );
            answer(&document.compile(), &question);
        }
    });
}
