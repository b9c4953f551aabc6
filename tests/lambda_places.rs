//! One authorizer in three places: in this process, with the fake of Lambda, and with cargo-lambda's emulator. For every
//! request of the gateway cases, it must give the same bytes in all places, and those that the case expects.
#![allow(clippy::unwrap_used)]

#[path = "gateway_cases/api_gateway.rs"]
#[expect(
    dead_code,
    reason = "other tests have an authorizer that is not a function"
)]
mod api_gateway;
#[path = "support/cargo_lambda.rs"]
mod cargo_lambda;
#[path = "gateway_cases/case.rs"]
mod case;
#[path = "../crates/execute-api-policy/tests/support/case_files.rs"]
mod case_files;
#[path = "functions/case_handler.rs"]
mod case_handler;
#[path = "gateway_cases/expectation.rs"]
mod expectation;
#[path = "support/lambda/mod.rs"]
#[expect(dead_code, reason = "other tests break functions and repair them")]
mod fake_lambda;
#[path = "gateway_cases/seen.rs"]
mod seen;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
    time::Duration,
};

use http::HeaderMap;
use serde_json::Value;
use tower_lambda_authorizer::{
    Authorizer, BoxAuthorizer,
    lambda::{LambdaFunction, SdkInvoke, lambda_handler},
};

use api_gateway::ApiGateway;
use cargo_lambda::CargoLambda;
use case::Case;
use fake_lambda::{Deployment, FakeLambda, client, programs::example};
use seen::Seen;

const FUNCTION: &str = "case-function";

/// The timeout for the authorizer of a case that never answers.
const PATIENCE: Duration = Duration::from_secs(2);

struct Place {
    name: &'static str,
    authorizer: BoxAuthorizer,
}

impl Place {
    fn new(name: &'static str, authorizer: impl Authorizer) -> Self {
        Self {
            name,
            authorizer: BoxAuthorizer::new(authorizer),
        }
    }

    fn behind_an_endpoint(name: &'static str, url: &str) -> Self {
        let invoke = SdkInvoke::new(client(url), FUNCTION).unwrap();
        // A busy machine may need longer than the usual ten seconds.
        let invoke = invoke.timeout(Duration::from_secs(60)).unwrap();
        Self::new(name, LambdaFunction::new(invoke))
    }

    fn gateway(&self, case: &Case) -> ApiGateway {
        let gateway = ApiGateway::guarded_by(self.authorizer.clone(), case, |layer| {
            if case.answers.iter().any(|answer| answer.hang) {
                return layer.authorizer_timeout(PATIENCE).unwrap();
            }
            layer
        });
        gateway.unwrap_or_else(|error| panic!("{}: {error}", case.name))
    }
}

/// The file with the answers of the function in every place.
struct Answers(PathBuf);

impl Answers {
    fn new() -> Self {
        Self(env::temp_dir().join(format!("case-answers-{}.json", process::id())))
    }

    fn write(&self, case: &Value) {
        let answers = case.get("answers").map_or("[]".into(), Value::to_string);
        fs::write(&self.0, answers).unwrap();
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_returns_the_same_in_all_places() {
    let answers = Answers::new();
    let path = answers.path().to_owned();
    let in_process = lambda_handler(move |event| {
        let path = path.clone();
        async move { case_handler::handler(&path, event).await }
    });
    let program =
        example("case_function").variable("CASE_ANSWERS", answers.path().to_str().unwrap());
    let lambda = FakeLambda::start([(FUNCTION, Deployment::new(program.clone()))]).await;
    let emulator = CargoLambda::start(&[(FUNCTION, program)]);

    let mut places = vec![
        Place::new("in this process", in_process),
        Place::behind_an_endpoint("behind the fake", &lambda.url()),
    ];
    let under_the_emulator = emulator
        .as_ref()
        .map(|emulator| Place::behind_an_endpoint("under cargo-lambda", &emulator.url()));
    places.extend(under_the_emulator);

    let (mut cases, mut exchanges, mut problems) = (0, 0, Vec::new());
    for case in all_cases() {
        answers.write(&case);
        let case: Case = serde_json::from_value(case).unwrap();
        if case.config_error {
            continue;
        }
        if let Some(why) = cannot_be_a_functions(&case) {
            println!("not run, {why}: {}", case.name);
            continue;
        }
        // There a function that hangs never ends, and blocks all later calls.
        let hangs = case.answers.iter().any(|answer| answer.hang);
        let places = if hangs { &places[..2] } else { &places[..] };
        cases += 1;
        exchanges += case.exchanges.len();
        problems.extend(run(&case, places).await);
    }
    println!(
        "{cases} cases, {exchanges} exchanges, {} places",
        places.len()
    );
    assert!(cases > 100, "the cases were not found");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn all_cases() -> impl Iterator<Item = Value> {
    let files = case_files::case_files("gateway").into_iter();
    files.flat_map(|(_, text)| serde_json::from_str::<Vec<Value>>(&text).unwrap())
}

/// The runtime writes JSON, so a function cannot return invalid JSON.
fn cannot_be_a_functions(case: &Case) -> Option<&'static str> {
    let mut raw = case
        .answers
        .iter()
        .filter_map(|answer| answer.raw_output.as_deref());
    raw.any(|text| serde_json::from_str::<Value>(text).is_err())
        .then_some("for no function on `lambda_runtime` returns what is not JSON")
}

/// The differences of a place from the case, or from the first place.
async fn run(case: &Case, places: &[Place]) -> Vec<String> {
    let gateways: Vec<_> = places.iter().map(|place| place.gateway(case)).collect();
    let mut problems = Vec::new();
    for (index, exchange) in case.exchanges.iter().enumerate() {
        let mut first = None;
        for (place, gateway) in places.iter().zip(&gateways) {
            gateway.advance(exchange.advance);
            let seen = gateway.exchange(&exchange.request).await.unwrap();
            let mut differences = expectation::differences(&exchange.expect, &seen);
            let bytes = Bytes::of(&seen);
            let first = first.get_or_insert_with(|| bytes.clone());
            if *first != bytes {
                differences.push(format!("{bytes:?} instead of {first:?}"));
            }
            let where_and_what =
                |problem| format!("{} {index} {}: {problem}", case.name, place.name);
            problems.extend(differences.into_iter().map(where_and_what));
        }
    }
    problems
}

/// Everything that a client receives, except ids, and the context for the protected service.
#[derive(Debug, Clone, PartialEq)]
struct Bytes {
    status: u16,
    headers: HeaderMap,
    body: String,
    reached: bool,
    principal_id: Option<String>,
    context: Vec<String>,
}

impl Bytes {
    fn of(seen: &Seen) -> Self {
        let mut headers = seen.headers.clone();
        for id in ["x-amzn-requestid", "x-amz-apigw-id", "apigw-requestid"] {
            headers.remove(id);
        }
        let caller = seen.caller.clone().unwrap_or_default();
        let entries = caller.context.iter();
        Self {
            status: seen.status.as_u16(),
            headers,
            body: without_ids(&String::from_utf8_lossy(&seen.body)),
            reached: seen.caller.is_some(),
            principal_id: caller.principal_id,
            context: entries
                .map(|(key, value)| format!("{key}: {value:?}"))
                .collect(),
        }
    }
}

/// A WebSocket API's responses contain the ids in their bodies.
fn without_ids(body: &str) -> String {
    ["\"connectionId\":\"", "\"requestId\":\""]
        .into_iter()
        .fold(body.to_owned(), |body, member| {
            match body.split_once(member) {
                Some((before, rest)) => {
                    let (_, after) = rest.split_once('"').unwrap();
                    format!("{before}{member}…\"{after}")
                }
                None => body,
            }
        })
}
