//! Every tool that judges a policy answers like the layer: for random policies, and for random paths that servers read in
//! several ways.

use std::sync::{Arc, Mutex};

use http::{Method, Request};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use tower_lambda_authorizer::{
    AmbiguousPaths, Api, ApiType, AuthorizerError, AuthorizerResponse, ComparedOutcome,
    DenialReason, Difference, LambdaAuthorizerLayer, authorizer_fn, compare,
    explanations::PolicyQuestion,
    policy::{MethodArn, Policy, PolicyDocument, Verdict},
    testing::{
        assert_policy_covers, assert_policy_covers_ignoring_case, assert_policy_denies,
        assert_policy_denies_ignoring_case,
    },
};

use crate::caught::holds;

const POLICIES: usize = 60;
const PATHS: usize = 12;

/// Pieces of paths, and of patterns for them. Those that are refused are rare.
const PIECES: [&str; 29] = [
    "%2561", "A", "A", "B", "B", "/", "/", "/", "/", "//", "//", "//", "a", "a", "b", "b", ";",
    ";x", "%61", "%62", ".", "%2F", "a", "b", "/", "a", "b", "/", "/",
];
const PATTERNS: [&str; 16] = [
    "A", "B", "/", "/", "/", "/", "//", "a", "b", "*", "*", "?", "?", ";", "%61", "*",
];

/// Denies some of these paths, in another case of their letters.
fn denying_in_other_case(random: &mut fastrand::Rng, stage: &str, own: &[String]) -> [Value; 2] {
    let action = "execute-api:Invoke";
    let denied = [(); 4].map(|()| in_other_case(random.choice(own).unwrap()));
    let denied = denied.map(|path| format!("{stage}/GET{path}"));
    [
        json!({"Effect": "Allow", "Action": action, "Resource": format!("{stage}/*")}),
        json!({"Effect": "Deny", "Action": action, "Resource": denied}),
    ]
}

fn in_other_case(path: &str) -> String {
    let other = |letter: char| {
        if letter.is_ascii_lowercase() {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        }
    };
    path.chars().map(other).collect()
}

fn text(random: &mut fastrand::Rng, pieces: &[&str], most: usize) -> String {
    let pieces = (0..random.usize(0..most)).map(|_| *random.choice(pieces).unwrap());
    format!("/{}", pieces.collect::<String>())
}

/// `own` are paths of requests, which a policy names now and then.
fn policy(random: &mut fastrand::Rng, stage: &str, own: &[String]) -> Value {
    let statements = (0..random.usize(1..4)).map(|_| {
        let effect = random.choice(["Allow", "Allow", "Allow", "Deny"]).unwrap();
        let member = random
            .choice(["Resource", "Resource", "Resource", "NotResource"])
            .unwrap();
        let action = random
            .choice([
                "execute-api:Invoke",
                "execute-api:Invoke",
                "*",
                "execute-api:*",
            ])
            .unwrap();
        let entries: Vec<_> = (0..random.usize(1..3))
            .map(|_| {
                let head = random
                    .choice([
                        stage,
                        stage,
                        "arn:aws:execute-api:*:*:*/*",
                        "arn:aws:execute-api:eu-west-1:123456789012:abc/prod",
                    ])
                    .unwrap();
                let method = random.choice(["GET", "GET", "*"]).unwrap();
                match random.usize(0..6) {
                    0 => format!("{stage}/GET{}", random.choice(own).unwrap()),
                    1 => format!("{head}/{method}/*"),
                    2 => format!(
                        "{head}/{method}/*/{}",
                        random.choice(["a", "b", "*", "?"]).unwrap()
                    ),
                    _ => format!("{head}/{method}{}", text(random, &PATTERNS, 6)),
                }
            })
            .collect();
        let mut statement = json!({"Effect": effect, "Action": action, member: entries});
        if random.u8(0..8) == 0 {
            statement["Condition"] = json!({"StringEquals": {"aws:UserAgent": "other"}});
        }
        statement
    });
    json!({"Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>()})
}

fn get(path: &str) -> Request<()> {
    let request = Request::get(path).header("authorization", "t");
    request.body(()).unwrap()
}

/// What a program without a layer asks.
fn own_question(
    (api, api_type): (&Api, ApiType),
    path: &str,
    paths: AmbiguousPaths,
) -> Option<PolicyQuestion> {
    let own = || PolicyQuestion::new(api, api_type, &Method::GET, path).unwrap();
    match paths {
        AmbiguousPaths::IgnoreCase => Some(own().ignoring_case()),
        AmbiguousPaths::Refuse => Some(own()),
        _ => None,
    }
}

fn verdict(policy: &Policy, question: &PolicyQuestion) -> Verdict {
    let verdict = policy.evaluate(&question.request()).verdict();
    let explanation = policy.explain(&question.request());
    assert_eq!(explanation.verdict(), verdict, "{explanation}");
    verdict
}

#[tokio::test]
async fn every_tool_decides_like_the_layer() {
    let mut random = fastrand::Rng::with_seed(46);
    // Allowed, refused by the policy, refused because of a reading, and refused whatever the policy says.
    let mut counts = [0; 4];
    let mut decided_by_case = 0;
    for round in 0..POLICIES {
        let api_type = [ApiType::Rest, ApiType::Http][round % 2];
        let paths = [
            AmbiguousPaths::Refuse,
            AmbiguousPaths::IgnoreCase,
            AmbiguousPaths::AsReceived,
        ][round % 3];
        let placeholder = Api::placeholder(api_type);
        let api = match round % 4 {
            0 => Api::new("eu-west-1", "123456789012", "other", placeholder.stage()).unwrap(),
            1 => placeholder.with_stage("prod").unwrap(),
            _ => placeholder,
        };
        let stage = api.method_arn(&Method::GET, "/").stage_arn().to_string();
        let requests: Vec<_> = (0..PATHS).map(|_| text(&mut random, &PIECES, 8)).collect();
        let mut document = policy(&mut random, &stage, &requests);
        if paths == AmbiguousPaths::IgnoreCase && random.bool() {
            let statements = document["Statement"].as_array_mut().unwrap();
            statements.extend(denying_in_other_case(&mut random, &stage, &requests));
        }
        let document = PolicyDocument::from_json(document.to_string().as_bytes()).unwrap();
        let compiled = document.compile();
        let difference: Arc<Mutex<Option<Difference>>> = Arc::default();
        let noted = Arc::clone(&difference);
        let answer = AuthorizerResponse::policy(document.clone()).with_principal_id("p");
        let authorizer = compare(
            authorizer_fn(move |_| {
                let answer = answer.clone();
                async { Ok(answer) }
            }),
            authorizer_fn(|_| async { Err(AuthorizerError::unauthorized()) }),
            move |difference: &Difference| *noted.lock().unwrap() = Some(difference.clone()),
        );
        let layer = match api_type {
            ApiType::Http => LambdaAuthorizerLayer::http_api(authorizer),
            _ => LambdaAuthorizerLayer::token(authorizer)
                .result_ttl(std::time::Duration::ZERO)
                .unwrap(),
        };
        let layer = layer.ambiguous_paths(paths).api(api.clone());
        for path in &requests {
            let shown = || format!("{api_type} {paths:?} {path} {}", document.to_json());
            let explanation = layer.explain(get(path)).await;
            let is_allowed = explanation.is_allowed();

            let question = layer.configuration().policy_question(&Method::GET, path);
            let refusal = question.as_ref().err().map(ToString::to_string);
            let tells_reading = explanation.reason().contains("some servers read");
            match &question {
                Ok(question) => {
                    if let Some(own) = own_question((&api, api_type), path, paths) {
                        let (own, given) = (verdict(&compiled, &own), verdict(&compiled, question));
                        assert_eq!(own, given, "{}", shown());
                    }
                    let verdict = verdict(&compiled, question);
                    assert_eq!(
                        verdict == Verdict::Allow,
                        is_allowed,
                        "{}\n{explanation}",
                        shown()
                    );
                    assert_eq!(
                        question.method_arn().as_str(),
                        explanation.method_arn(),
                        "{}",
                        shown()
                    );
                    let policy = explanation.policy().unwrap();
                    assert_eq!(policy.verdict(), verdict, "{}", shown());
                    let difference = difference.lock().unwrap().take().unwrap();
                    let outcome = if is_allowed {
                        ComparedOutcome::Allowed
                    } else {
                        ComparedOutcome::Denied
                    };
                    assert_eq!(*difference.deciding(), outcome, "{}", shown());
                }
                Err(_) => {
                    assert_eq!(
                        refusal.as_deref(),
                        Some(explanation.reason()),
                        "{}",
                        shown()
                    );
                    assert!(difference.lock().unwrap().is_none(), "{}", shown());
                }
            }
            let place = match (is_allowed, &refusal) {
                (true, _) => 0,
                (false, Some(_)) => 3,
                (false, None) => 1 + usize::from(tells_reading),
            };
            counts[place] += 1;

            // The others do not know this setting.
            if paths == AmbiguousPaths::AsReceived {
                continue;
            }
            let ignores_case = paths == AmbiguousPaths::IgnoreCase;
            let in_case = |question: PolicyQuestion| {
                if ignores_case {
                    question.ignoring_case()
                } else {
                    question
                }
            };
            let again = PolicyQuestion::new(&api, api_type, &Method::GET, path);
            assert_eq!(
                again.as_ref().err().map(ToString::to_string),
                refusal,
                "{}",
                shown()
            );
            if let Ok(again) = again {
                let (of_case, by_default) = (in_case(again.clone()), again);
                let is_permitted = verdict(&compiled, &of_case) == Verdict::Allow;
                assert_eq!(is_permitted, is_allowed, "{}", shown());
                decided_by_case +=
                    usize::from(verdict(&compiled, &by_default) != verdict(&compiled, &of_case));
            }
            // Nor do they know how the path of an HTTP API was encoded.
            let path = match (api_type, &refusal) {
                (ApiType::Http, Some(_)) => continue,
                (ApiType::Http, None) => percent_decode_str(path).decode_utf8().unwrap(),
                _ => path.as_str().into(),
            };
            let arn: MethodArn = format!("{stage}/GET{path}").parse().unwrap();
            let of_arn = PolicyQuestion::of_method_arn(&arn, api_type).map(in_case);
            let of_arn = of_arn.is_ok_and(|it| verdict(&compiled, &it) == Verdict::Allow);
            assert_eq!(of_arn, is_allowed, "{}", shown());
            let range = [("GET", &*path)];
            let covers = || {
                if ignores_case {
                    assert_policy_covers_ignoring_case(&document, &api, api_type, range);
                } else {
                    assert_policy_covers(&document, &api, api_type, range);
                }
            };
            assert_eq!(holds(covers), is_allowed, "{}", shown());
            let denies = holds(|| {
                if ignores_case {
                    assert_policy_denies_ignoring_case(&document, &api, api_type, range);
                } else {
                    assert_policy_denies(&document, &api, api_type, range);
                }
            });
            // A request with `%3B` has the same ARN, and may be allowed. Ignoring case, so may one in another case.
            let may_be_spelled = api_type == ApiType::Http && path.contains(';') || ignores_case;
            assert_eq!(
                denies || may_be_spelled && !is_allowed,
                !is_allowed,
                "{}",
                shown()
            );
        }
    }
    assert!(counts.iter().all(|count| *count > 8), "{counts:?}");
    assert!(decided_by_case > 8, "{decided_by_case}");
}

/// The layer measures the path as it was received, also if the policy matches a decoded one.
#[tokio::test]
async fn a_path_that_is_too_long_for_the_layer_is_too_long_for_each_tool() {
    for api_type in [ApiType::Rest, ApiType::Http] {
        let api = Api::placeholder(api_type);
        let answer = AuthorizerResponse::allow("*");
        let authorizer = authorizer_fn(move |_| {
            let answer = answer.clone();
            async { Ok(answer) }
        });
        let layer = match api_type {
            ApiType::Http => LambdaAuthorizerLayer::http_api(authorizer),
            _ => LambdaAuthorizerLayer::token(authorizer),
        };
        let layer = layer.api(api.clone());
        for path in [
            format!("/{}", "%C3%A9".repeat(250)),
            format!("/{}", "%C3%A9".repeat(300)),
            format!("/../{}", "a".repeat(1600)),
        ] {
            let request = Request::get(&path).header("authorization", "t");
            let explanation = layer.explain(request.body(()).unwrap()).await;
            let status = explanation.response().map(|it| it.status().as_u16());
            let asked = PolicyQuestion::new(&api, api_type, &Method::GET, &path);
            let is_too_long = matches!(asked, Err(DenialReason::MethodArnTooLong { .. }));
            assert_eq!(
                is_too_long,
                status == Some(414),
                "{api_type} {}: {asked:?}",
                path.len()
            );
        }
        // An ARN does not say how the path was encoded, but a `%` in it always was.
        let stage = api.stage();
        let arn = format!(
            "arn:aws:execute-api:us-east-1:000000000000:placeholder/{stage}/GET/{}",
            "%".repeat(520)
        );
        let arn: MethodArn = arn.parse().unwrap();
        let asked = PolicyQuestion::of_method_arn(&arn, api_type);
        let is_too_long = matches!(asked, Err(DenialReason::MethodArnTooLong { .. }));
        assert_eq!(is_too_long, api_type == ApiType::Http, "{asked:?}");
    }
}
