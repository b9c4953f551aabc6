//! Random APIs in front of routers that read paths in different ways: axum's router, and models of others. No request
//! may reach the handler of a guarded operation without that operation's token, or after its authorizer was asked about
//! another resource.
//!
//! `ROUTING_REQUESTS` sets the number of requests, and `ROUTING_SEED` selects them.

mod documents;
mod model;
mod requests;
mod routers;

use std::{collections::BTreeMap, env};

use fastrand::Rng;

use self::{
    documents::{AUTHORIZERS, Document},
    model::Model,
    requests::Sent,
};

const REQUESTS: usize = 40_000;
const PLAIN_REQUESTS: usize = 20_000;
const SEED: u64 = 13;
/// Requests per document. They take less time than building its layer and its routers.
const PER_DOCUMENT: usize = 400;
const PAIRS: usize = 200;
const PER_PAIR: usize = 20;
/// The most failures that are printed.
const SHOWN: usize = 20;

fn setting(name: &str) -> Option<u64> {
    let value = env::var(name).ok()?;
    Some(value.parse().expect(name))
}

#[tokio::test]
async fn no_request_reaches_a_guarded_handler_without_its_token() {
    let seed = setting("ROUTING_SEED").unwrap_or(SEED);
    let requests =
        setting("ROUTING_REQUESTS").map_or(REQUESTS, |count| usize::try_from(count).unwrap());
    let mut rng = Rng::with_seed(seed);
    let mut failures: BTreeMap<String, usize> = BTreeMap::new();
    let mut shown = Vec::new();
    let (mut open, mut passed, mut refused) = (0, 0, 0);
    for _ in 0..requests.div_ceil(PER_DOCUMENT) {
        let document = Document::random(&mut rng);
        let apps = routers::all(&document, &mut rng);
        for _ in 0..PER_DOCUMENT {
            let sent = Sent::random(&document, &mut rng);
            let (name, app) = rng.choice(&apps).unwrap();
            let reached = routers::send(app, &sent).await;
            let guard = reached.map(|operation| document.operations[operation].guard);
            match guard {
                Some(Some(guard)) if !sent.tokens.contains(&AUTHORIZERS[guard]) => {
                    let kind = name.split(' ').next().unwrap();
                    *failures.entry(kind.to_owned()).or_default() += 1;
                    if shown.len() < SHOWN {
                        shown.push(format!(
                            "{document}\n  {sent} by {name} reached operation {reached:?}"
                        ));
                    }
                }
                Some(Some(_)) => {
                    passed += 1;
                    let served = reached.map(|operation| document.resource(operation));
                    let asked = document.asked.lock().unwrap().clone();
                    // A path that is trimmed before the layer is not unusual to the layer.
                    let is_unusual = sent.is_unusual() && !name.contains("before the layer");
                    if served != asked && (document.is_kept_for_route || is_unusual) {
                        *failures.entry("another resource".to_owned()).or_default() += 1;
                        shown.push(format!(
                            "{document}\n  {sent} by {name} reached {served:?}, asked about {asked:?}"
                        ));
                        shown.truncate(SHOWN);
                    }
                }
                Some(None) => open += 1,
                None => refused += 1,
            }
        }
    }
    eprintln!("{requests} requests: {open} open, {passed} with a token, {refused} reached nothing");
    assert!(
        failures.is_empty(),
        "seed {seed}: of {requests} requests, {failures:?} got around an authorizer:\n{}",
        shown.join("\n")
    );
    // A layer that refuses everything, or routers without routes, would prove nothing.
    assert!(
        open > requests / 20 && passed > requests / 20,
        "{open} open, {passed} passed"
    );
}

/// The first test has few documents with an open path that a nested router may read as a guarded one.
#[tokio::test]
async fn no_spelling_of_an_open_path_reaches_the_guarded_handler_of_a_nested_router() {
    let seed = setting("ROUTING_SEED").unwrap_or(SEED);
    let mut rng = Rng::with_seed(seed);
    let (mut open, mut passed) = (0, 0);
    for _ in 0..PAIRS {
        let document = Document::pair(&mut rng);
        let model = Model::nesting(&mut rng);
        let app = routers::modelled(&document, model);
        for _ in 0..PER_PAIR {
            let sent = Sent::spelled(&document.operations[0], &mut rng);
            match routers::send(&app, &sent).await {
                Some(1) => {
                    assert!(
                        !sent.tokens.is_empty(),
                        "seed {seed}: {document}\n  {sent} by {model:?}"
                    );
                    passed += 1;
                }
                Some(_) => open += 1,
                None => {}
            }
        }
    }
    let least = PAIRS * PER_PAIR / 50;
    assert!(
        open > least && passed > least,
        "{open} open, {passed} passed"
    );
}

/// A guard must not be asked too often, either: if no router can misread a path, the request goes where API Gateway
/// sends it.
#[tokio::test]
async fn plain_requests_reach_the_operations_that_api_gateway_selects() {
    let seed = setting("ROUTING_SEED").unwrap_or(SEED);
    let mut rng = Rng::with_seed(seed);
    let (mut open, mut passed) = (0, 0);
    for _ in 0..PLAIN_REQUESTS / PER_DOCUMENT {
        let document = Document::random(&mut rng);
        let gateway = Model::gateway(&document);
        let app = routers::modelled(&document, gateway);
        for _ in 0..PER_DOCUMENT {
            let sent = Sent::random(&document, &mut rng).made_plain();
            let operations = &document.operations;
            let [expected, other] = [gateway, gateway.with_greedy_nothing()]
                .map(|model| model.route(operations, sent.method, &sent.path));
            let guard = |operation: usize| operations[operation].guard;
            let Some(expected) = expected else { continue };
            let has_token = |guard: usize| sent.tokens.contains(&AUTHORIZERS[guard]);
            let is_same = |other: usize| {
                if document.is_kept_for_route {
                    operations[other].template == operations[expected].template
                } else {
                    true
                }
            };
            let is_clear = other.map(guard) == Some(guard(expected))
                && other.is_some_and(is_same)
                && sent.method != "HEAD";
            if !is_clear || !guard(expected).is_none_or(has_token) {
                continue;
            }
            let reached = routers::send(&app, &sent).await;
            assert_eq!(reached, Some(expected), "seed {seed}: {document}\n  {sent}");
            match guard(expected) {
                Some(_) => passed += 1,
                None => open += 1,
            }
        }
    }
    assert!(
        open > 1_000 && passed > 1_000,
        "{open} open, {passed} passed"
    );
}
