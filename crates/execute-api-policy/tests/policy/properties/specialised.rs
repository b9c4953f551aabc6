//! A policy that is specialised to a stage decides every request of the stage like the policy itself.
//!
//! The texts are made of few words, so that they often match, and of words that reach over the borders between API,
//! stage, method and path.

use std::{cell::RefCell, collections::HashMap, env};

use execute_api_policy::{
    ConditionContext, Effect, EvaluationRequest, MethodArn, Policy, PolicyDocument, Resource,
    Statement, Verdict, Version,
    layer_only::{
        KnownParts, MethodName, Stage, StagePolicy, StageRequest, knowing, specialise,
        spellings_ignoring_case,
    },
};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{Index, select},
};
use serde_json::{Value, json};

use super::{document, run};

/// The last two are not ARNs in a policy, whose partitions have neither dots nor dollar signs.
const STAGE_HEADS: [&str; 7] = [
    "aws:execute-api:r:1",
    "aws:execute-api:r:1",
    "aws:execute-api:r:1",
    "aws:execute-api:$.r_-:$",
    "aws-cn:execute-api:r:1",
    "a.b:execute-api:r:1",
    "$:execute-api:r:1",
];
const APIS: [&str; 6] = ["a", "a1", "ab", "$", "a$", "aa"];
const STAGES: [&str; 9] = [
    "prod",
    "pro",
    "p",
    "production",
    "$default",
    "GET",
    "a",
    "$",
    "aa",
];
const KNOWN: [KnownParts; 4] = [
    KnownParts::ApiAndStage,
    KnownParts::ApiAndStage,
    KnownParts::Stage,
    KnownParts::Nothing,
];
const METHODS: [&str; 14] = [
    "GET",
    "GET",
    "GET",
    "PUT",
    "get",
    "G",
    "GETS",
    "*",
    "OPTIONS",
    "PROPFIND",
    "BASELINE-CONTROL",
    "$connect",
    "prod",
    "a",
];

const HEADS: [&str; 16] = [
    "arn:aws:execute-api:r:1:",
    "arn:*:execute-api:*:*:",
    "arn:a*:execute-api:${k}:1:",
    "arn:aws:EXECUTE-API:r:1:",
    "arn:aws:execute-api:*:",
    "arn:aws:execute-api:*:*:",
    "arn:aws:execute-api:?:1:",
    "arn:*:*:*:*:",
    "arn:aws:execute-api:r*:1:",
    "arn:aws:execute-api:r:",
    "arn:aws:execute-api:r:2:",
    "arn:aws:execute-api::1:",
    "arn:aws:s3:*:*:",
    "arn::execute-api:r:1:",
    "arn:aws:execute-api",
    "",
];

/// The words of patterns.
const WORDS: [&str; 36] = [
    "A",
    "Pets",
    "*",
    "*",
    "*",
    "?",
    "?",
    "/",
    "/",
    "/",
    "a",
    "a",
    "1",
    "b",
    "ab",
    "p",
    "pro",
    "prod",
    "duction",
    "d/",
    "/G",
    "GET",
    "ET/",
    "PUT",
    "PROPFIND",
    "$default",
    "$",
    ":",
    "%",
    "%61",
    "%2A",
    "${k}",
    "${k, 'a'}",
    "${*}",
    "\u{e9}",
    "pets",
];

/// The words of paths.
const PATH_WORDS: [&str; 18] = [
    "A", "PETS", "/", "/", "a", "a", "b", "1", "p", "prod", "GET", "*", "?", "%61", "${k}", ":",
    "\u{e9}", "pets",
];

fn joined(words: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    vec(select(words), 0..=most).prop_map(|words| words.concat())
}

fn resource(
    head: &'static str,
    api: &'static str,
    stage: &'static str,
) -> impl Strategy<Value = String> {
    let api = prop_oneof![6 => Just(api), 3 => Just("*"), 1 => Just("?"), 1 => select(&APIS[..])];
    let stage =
        prop_oneof![6 => Just(stage), 3 => Just("*"), 1 => Just("p*"), 1 => select(&STAGES[..])];
    let method =
        prop_oneof![3 => Just("*"), 4 => select(&METHODS[..]), 1 => Just("?ET"), 1 => Just("G*")];
    let name = prop_oneof![
        4 => (api, stage, method, joined(&WORDS, 5)).prop_map(|(api, stage, method, path)| {
            format!("{api}/{stage}/{method}/{path}")
        }),
        3 => joined(&WORDS, 8),
        1 => Just("a/prod/$connect".to_owned()),
    ];
    prop_oneof![
        15 => (select(&HEADS[..]), name.clone()).prop_map(|(head, name)| format!("{head}{name}")),
        15 => name.prop_map(move |name| format!("arn:{head}:{name}")),
        2 => select(&["*", "**", "/admin", "arn:*", "arn:*:*"][..]).prop_map(str::to_owned),
    ]
}

fn statement(
    (head, api, stage): (&'static str, &'static str, &'static str),
    denies: f64,
) -> impl Strategy<Value = Value> {
    let action = prop_oneof![
        12 => Just(json!({"Action": "execute-api:Invoke"})),
        2 => Just(json!({"Action": "*"})),
        1 => Just(json!({"Action": ["s3:*", "EXECUTE-API:inv*"]})),
        1 => Just(json!({"Action": "s3:*"})),
        1 => Just(json!({"Action": "*:*"})),
        1 => Just(json!({"NotAction": "s3:*"})),
    ];
    let resources = vec(resource(head, api, stage), 0..=3);
    let condition = option::weighted(0.12, Just(json!({"StringLike": {"k": ["a*", "${*}"]}})));
    let excluding = prop::bool::weighted(0.08);
    (
        prop::bool::weighted(denies),
        action,
        resources,
        excluding,
        condition,
    )
        .prop_map(|(denies, mut statement, resources, excluding, condition)| {
            statement["Effect"] = if denies { "Deny" } else { "Allow" }.into();
            statement[if excluding { "NotResource" } else { "Resource" }] = resources.into();
            if let Some(condition) = condition {
                statement["Condition"] = condition;
            }
            statement
        })
}

#[derive(Debug, Clone)]
struct Question {
    method: &'static str,
    path: String,
    other_paths: Option<Vec<String>>,
    key: Option<Option<&'static str>>,
}

fn question() -> impl Strategy<Value = Question> {
    let others = option::weighted(0.5, vec(joined(&PATH_WORDS, 4), 0..=2));
    let key = option::of(option::of(select(&["a", "b", "*", "a/b", "A"][..])));
    (select(&METHODS[..]), joined(&PATH_WORDS, 5), others, key).prop_map(
        |(method, path, other_paths, key)| Question {
            method,
            path,
            other_paths,
            key,
        },
    )
}

#[derive(Debug, Clone)]
struct Case {
    head: &'static str,
    api: &'static str,
    stage: &'static str,
    is_route: bool,
    ignores_case: bool,
    known: KnownParts,
    policy: Value,
    questions: Vec<Question>,
}

impl Case {
    fn arn(&self, method: &str, path: &str) -> String {
        let Self {
            head, api, stage, ..
        } = self;
        if self.is_route {
            format!("arn:{head}:{api}/{stage}/$connect")
        } else {
            format!("arn:{head}:{api}/{stage}/{method}/{path}")
        }
    }

    fn stage(&self) -> Stage {
        let Self {
            head, api, stage, ..
        } = *self;
        let stage = if self.is_route {
            Stage::of_route(head, format!("{api}/{stage}/$connect"))
        } else {
            Stage::of_methods(head, format!("{api}/{stage}/"))
        };
        stage.ignoring_case(self.ignores_case).knowing(self.known)
    }
}

/// Policies of 1 to 300 statements, so that all kinds of searches occur.
fn case() -> impl Strategy<Value = Case> {
    let size = prop_oneof![
        60 => 1..=3_usize, 30 => 4..=16_usize, 9 => 17..=40_usize, 1 => 100..=300_usize
    ];
    let denies = select(&[0.0, 0.1, 0.5][..]);
    let version = select(&["2012-10-17", "2008-10-17"][..]);
    let stage = (
        select(&STAGE_HEADS[..]),
        select(&APIS[..]),
        select(&STAGES[..]),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.3),
        select(&KNOWN[..]),
    );
    (stage, size, denies, version).prop_flat_map(
        |((head, api, stage, is_route, ignores_case, known), size, denies, version)| {
            let statements = vec(statement((head, api, stage), denies), size);
            (statements, vec(question(), 25)).prop_map(move |(statements, questions)| Case {
                head,
                api,
                stage,
                is_route,
                ignores_case: ignores_case && !is_route,
                known,
                policy: json!({"Version": version, "Statement": statements}),
                questions,
            })
        },
    )
}

/// Returns the verdict, and whether the general evaluator was asked.
fn check(
    case: &Case,
    (general, specialised): (&Policy, &StagePolicy),
    question: &Question,
) -> (Verdict, bool) {
    let arn = |path: &str| case.arn(question.method, path);
    let own = arn(&question.path);
    let others: Option<Vec<_>> = question.other_paths.as_ref().map(|others| {
        let others = others.iter().filter(|_| !case.is_route);
        others.map(|path| arn(path)).collect()
    });
    let keys = match question.key {
        None => ConditionContext::new(),
        Some(None) => ConditionContext::new().with_unknown("k", "nobody knows"),
        Some(Some(text)) => ConditionContext::new().with("k", text),
    };
    let path = format!("/{}", question.path);
    let mut request = StageRequest::new(MethodName::of(question.method), &path);
    let asked = EvaluationRequest::invoke(&own).with_keys(&keys);
    let mut asked = knowing(asked, case.known);
    if let Some(others) = &others {
        request = request.with_other_spellings(others);
        asked = asked.with_other_spellings(others);
    }
    let spellings;
    if case.ignores_case {
        asked = asked.ignoring_case();
        spellings = spellings_ignoring_case(&asked);
        request = request.with_other_spellings(&spellings);
    } else {
        spellings = others.clone().unwrap_or_default();
    }
    let mut is_asked = false;
    let expected = general.evaluate(&asked);
    if case.ignores_case || others.is_some() {
        asked = asked.with_other_spellings(&spellings);
    }
    let found = specialised.evaluate(&request, |rest| {
        is_asked = true;
        rest.decide(&asked)
    });
    assert_eq!(found, expected, "{question:?} {case:?}");
    let denial = specialised.denial(&request, |rest| rest.decide(&asked));
    let expected_denial = Some(expected).filter(|found| found.verdict() != Verdict::Allow);
    assert_eq!(denial, expected_denial, "{question:?} {case:?}");
    if !case.ignores_case && spellings.is_empty() {
        let by_routes = specialised.routes_allow(MethodName::of(question.method), &path);
        let is_expected = expected.verdict() == Verdict::Allow && !is_asked;
        assert_eq!(by_routes, is_expected, "{question:?} {case:?}");
    }
    (expected.verdict(), is_asked)
}

#[test]
fn a_specialised_policy_decides_like_the_policy() {
    let policies = env::var("SPECIALISED_POLICIES").map_or(1_000, |count| count.parse().unwrap());
    let counts = RefCell::new(HashMap::<_, u32>::new());
    run(policies, case(), |case| {
        let policy = document(&case.policy);
        let policies = (&policy.compile(), &specialise(&policy, &case.stage()));
        for question in &case.questions {
            let outcome = check(&case, policies, question);
            *counts.borrow_mut().entry(outcome).or_default() += 1;
        }
    });
    let counts = counts.into_inner();
    for verdict in [Verdict::Allow, Verdict::ExplicitDeny, Verdict::ImplicitDeny] {
        for is_asked in [false, true] {
            let count = counts.get(&(verdict, is_asked)).copied().unwrap_or(0);
            assert!(count > policies / 4, "{verdict:?} {is_asked}: {counts:?}");
        }
    }
}

/// The resources are the ARNs of requests. They have wildcards and variables, which are plain text if the resource is a
/// [`MethodArn`], whatever the version of the policy.
#[test]
fn a_specialised_policy_decides_about_literal_resources_like_the_policy() {
    let statement = (any::<Index>(), prop::bool::weighted(0.3), any::<bool>());
    let is_2012 = any::<bool>();
    let verdicts = RefCell::new(HashMap::<_, u32>::new());
    let cases = (case(), vec(statement, 1..=4), is_2012);
    run(1_000, cases, |(mut case, statements, is_2012)| {
        case.is_route = false;
        let statements = statements.into_iter().map(|(at, denies, is_literal)| {
            let effect = if denies { Effect::Deny } else { Effect::Allow };
            let of = at.get(&case.questions);
            let arn = case.arn(of.method, &of.path);
            let literal = arn.parse::<MethodArn>().ok().filter(|_| is_literal);
            let resource = literal.map_or_else(|| arn.into(), |arn| Resource::from(&arn));
            Statement::invoke(effect, [resource])
        });
        let policy = PolicyDocument::new(statements.collect::<Vec<_>>());
        let policy = if is_2012 {
            policy.with_version(Version::V2012)
        } else {
            policy
        };
        let policies = (&policy.compile(), &specialise(&policy, &case.stage()));
        for question in &case.questions {
            let (verdict, _) = check(&case, policies, question);
            *verdicts.borrow_mut().entry(verdict).or_default() += 1;
        }
    });
    let verdicts = verdicts.into_inner();
    assert!(verdicts.values().all(|count| *count > 500), "{verdicts:?}");
}
