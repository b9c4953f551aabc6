//! Random policies and requests: the layer allows what a second evaluator of the policy language allows, and nothing else.
//!
//! Each policy is kept for one token, and several requests are sent with the token. So most requests are hits, for which a
//! part of the policy is often enough. All layers share one cache, and differ in their settings.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    env,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{Method, Request, Response};
use serde_json::{Value, json};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AmbiguousPaths, Api, AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer, authorizer_fn,
    caching::ResultCache,
    observing::Decision,
    policy::{ConditionContext, MethodArn, Policy, PolicyDocument, Verdict},
};

use crate::naive_policy::{self, Key, Known, Question};

const HEADS: [&str; 6] = [
    "aws:execute-api:r:1",
    "aws:execute-api:r:1",
    "aws:execute-api:r:1",
    "aws:execute-api:*:*",
    "aws:execute-api:r:2",
    "*:execute-api:*:*",
];
const APIS: [&str; 4] = ["a1", "a1", "*", "b2"];
const STAGES: [&str; 5] = ["prod", "prod", "*", "p*", "dev"];
const METHODS: [&str; 7] = ["GET", "GET", "*", "*", "HEAD", "PROPFIND", "G*"];
const WORDS: [&str; 16] = [
    "/", "/", "a", "a", "b", "A", "A", "A", "/A", "*", "*", "?", "%61", "${k}", "GET", "prod",
];
const WHOLE: [&str; 5] = [
    "*",
    "*",
    "arn:aws:execute-api:r:1:a1/prod/$connect",
    "/a",
    "arn:*",
];

const REQUEST_METHODS: [&str; 9] = [
    "GET", "GET", "GET", "GET", "HEAD", "OPTIONS", "PROPFIND", "get", "CONNECT",
];
const PATH_WORDS: [&str; 16] = [
    "a", "a", "a", "b", "b", "A", "/", "/", "/a", "/b", "GET", "%61", ";x", "*", "prod", "${k}",
];

/// The longest method and path that a layer accepts. Some are longer.
const LONGEST: usize = 14;

type Random = fastrand::Rng;

fn one_of(random: &mut Random, words: &[&'static str]) -> &'static str {
    random.choice(words).unwrap()
}

fn joined(random: &mut Random, words: &[&'static str], most: usize) -> String {
    (0..random.usize(0..=most))
        .map(|_| one_of(random, words))
        .collect()
}

fn resource(random: &mut Random) -> String {
    if random.u8(0..12) == 0 {
        return one_of(random, &WHOLE).to_owned();
    }
    let path = joined(random, &WORDS, 3);
    let [head, api, stage, method] =
        [&HEADS[..], &APIS, &STAGES, &METHODS].map(|words| one_of(random, words));
    format!("arn:{head}:{api}/{stage}/{method}/{path}")
}

fn statement(random: &mut Random, denies: bool) -> Value {
    let effect = if denies { "Deny" } else { "Allow" };
    let resources: Vec<_> = (0..random.usize(1..=3)).map(|_| resource(random)).collect();
    let part = match random.u8(0..8) {
        0 => "NotResource",
        _ => "Resource",
    };
    let mut statement =
        json!({ "Effect": effect, "Action": "execute-api:Invoke", part: resources });
    if random.u8(0..5) == 0 {
        let operator = one_of(random, &["StringLike", "StringNotLike", "StringEquals"]);
        let key = one_of(random, &["k", "k", "none"]);
        let value = one_of(random, &["a", "a*", "b", "${k}"]);
        statement["Condition"] = json!({ operator: { key: value } });
    }
    statement
}

fn policy(random: &mut Random) -> Value {
    let version = one_of(random, &["2012-10-17", "2008-10-17"]);
    let size = *random.choice([1, 1, 2, 3, 8, 30].as_slice()).unwrap();
    let share = *random.choice([0, 1, 4].as_slice()).unwrap();
    let mut statements = Vec::new();
    for _ in 0..size {
        let denies = random.u8(0..10) < share;
        statements.push(statement(random, denies));
    }
    if random.bool() {
        let everything = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
        statements.insert(random.usize(0..=statements.len()), everything);
    }
    json!({ "Version": version, "Statement": statements })
}

/// What all authorizers answer.
type Answer = Arc<Mutex<PolicyDocument>>;

/// A layer, and how the evaluators have to be asked.
struct Guarding {
    layer: LambdaAuthorizerLayer<BoxAuthorizer>,
    paths: AmbiguousPaths,
    known: Known,
    has_path: bool,
}

fn layers(answer: &Answer) -> Vec<Guarding> {
    let answer = Arc::clone(answer);
    let authorizer = BoxAuthorizer::new(authorizer_fn(move |_| {
        let policy = answer.lock().unwrap().clone();
        async { Ok(AuthorizerResponse::policy(policy).with_principal_id("ann")) }
    }));
    let cache = ResultCache::default();
    let own = Api::new("r", "1", "a1", "prod").unwrap();
    let of_stage = Api::default().with_stage("prod").unwrap();
    let mut layers = Vec::new();
    for (api, known) in [
        (Some(own), Known::Everything),
        (Some(of_stage), Known::Stage),
        (None, Known::Nothing),
    ] {
        for paths in [
            AmbiguousPaths::Refuse,
            AmbiguousPaths::AsReceived,
            AmbiguousPaths::IgnoreCase,
        ] {
            let rest = LambdaAuthorizerLayer::token(authorizer.clone());
            let http = LambdaAuthorizerLayer::http_api(authorizer.clone());
            let ttl = Duration::from_secs(300);
            let http = http.result_ttl(ttl).unwrap();
            let websocket = LambdaAuthorizerLayer::websocket_api(authorizer.clone());
            for (layer, has_path) in [(rest, true), (http, true), (websocket, false)] {
                let layer = layer.cache(cache.clone()).ambiguous_paths(paths);
                let layer = match &api {
                    Some(api) => layer.api(api.clone()),
                    None => layer,
                };
                let limit = layer.configuration().stage_arn().len() + LONGEST;
                let layer = layer.method_arn_limit(limit).unwrap();
                let observed = layer.clone().observe(|_: &Decision<'_>| {});
                layers.extend([layer, observed].map(|layer| Guarding {
                    layer,
                    paths,
                    known,
                    has_path,
                }));
            }
        }
    }
    layers
}

struct Sent {
    method: Method,
    path: String,
    /// The value of the condition key `k`.
    key: Option<&'static str>,
}

fn sent(random: &mut Random) -> Sent {
    let path = joined(random, &PATH_WORDS, 4);
    let slash = if path.starts_with('/') { "" } else { "/" };
    Sent {
        method: one_of(random, &REQUEST_METHODS).parse().unwrap(),
        path: format!("{slash}{path}"),
        key: random.bool().then(|| one_of(random, &["a", "b"])),
    }
}

impl Guarding {
    async fn status(&self, sent: &Sent, token: &str) -> u16 {
        let request = Request::builder().method(&sent.method).uri(&sent.path);
        let request = request.header("authorization", token);
        let mut request = request.body(String::new()).unwrap();
        if let Some(key) = sent.key {
            let context = ConditionContext::new().with("k", key);
            request.extensions_mut().insert(context);
        }
        let service = service_fn(async |_| Ok::<_, Infallible>(Response::new(String::new())));
        let response = self.layer.layer(service).oneshot(request).await;
        response.unwrap().status().as_u16()
    }

    /// What the whole policy says, evaluated without regard to the stage.
    fn expected(&self, sent: &Sent, (policy, document): (&Value, &Policy)) -> u16 {
        let configuration = self.layer.configuration();
        let length = sent.method.as_str().len() + sent.path.len();
        if self.has_path && length > LONGEST {
            return 414;
        }
        let Ok(question) = configuration.policy_question(&sent.method, &sent.path) else {
            return 400;
        };
        let mut keys = ConditionContext::new();
        if let Some(key) = sent.key {
            keys = keys.with("k", key);
        }
        let verdict = document
            .evaluate(&question.request().with_keys(&keys))
            .verdict();
        // It takes long to try the names of other APIs.
        if self.known == Known::Everything && self.has_no_other_spelling(sent) {
            let question = self.question(sent, question.method_arn());
            let (naive, _) = naive_policy::answer(policy, &question);
            assert_eq!(format!("{verdict:?}"), naive, "{question:?} {policy}");
        }
        if verdict == Verdict::Allow { 200 } else { 403 }
    }

    /// Except for its case.
    fn has_no_other_spelling(&self, sent: &Sent) -> bool {
        let is_literal = |text: &str| !text.contains(['%', ';', '*', '$']) && !text.contains("//");
        let ends_with_slash = sent.path.len() > 1 && sent.path.ends_with('/');
        !self.has_path
            || is_literal(&sent.path) && !ends_with_slash && sent.method != Method::CONNECT
    }

    fn question(&self, sent: &Sent, method_arn: &MethodArn) -> Question {
        let key = sent
            .key
            .map(|key| ("k".to_owned(), Key::Text(key.to_owned())));
        Question {
            action: "execute-api:Invoke".to_owned(),
            resource: method_arn.to_string(),
            other_spellings: (self.paths != AmbiguousPaths::AsReceived).then(Vec::new),
            ignores_case: self.paths == AmbiguousPaths::IgnoreCase && self.has_path,
            known: Known::Everything,
            keys: key.into_iter().collect(),
        }
    }
}

#[tokio::test]
async fn a_layer_allows_what_the_whole_policy_allows() {
    let policies = env::var("LAYER_POLICIES").map_or(500, |count| count.parse().unwrap());
    let seed = env::var("LAYER_SEED").map_or(50, |seed| seed.parse().unwrap());
    let answer = Arc::new(Mutex::new(PolicyDocument::new([])));
    let layers = layers(&answer);
    let mut random = Random::with_seed(seed);
    let mut counts = BTreeMap::<_, usize>::new();
    for number in 0..policies {
        let policy = policy(&mut random);
        let document = PolicyDocument::from_json(policy.to_string().as_bytes()).unwrap();
        let compiled = document.compile();
        *answer.lock().unwrap() = document;
        let token = format!("token-{number}");
        for _ in 0..3 {
            let guarding = random.choice(&layers).unwrap();
            for _ in 0..8 {
                let sent = sent(&mut random);
                let expected = guarding.expected(&sent, (&policy, &compiled));
                let status = guarding.status(&sent, &token).await;
                let shown = || {
                    let Sent { method, path, key } = &sent;
                    let Guarding { paths, known, .. } = guarding;
                    format!("{method} {path} {key:?} {paths:?} {known:?} {policy}")
                };
                assert_eq!(status, expected, "{}", shown());
                *counts.entry(status).or_default() += 1;
            }
        }
    }
    for status in [200, 400, 403, 414] {
        let count = counts.get(&status).copied().unwrap_or_default();
        assert!(count > policies / 2, "{status}: {counts:?}");
    }
}
