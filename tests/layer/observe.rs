//! Observers are told of each decision once, and of each call to the authorizer, and change nothing.

mod call_start;
mod facts;
mod lent;
mod once;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, routing::get};
use futures_util::FutureExt;
use http::{Method, Request, StatusCode};
use tower::{Layer, ServiceExt};
use tower_lambda_authorizer::{
    AnonymousRequests, Denial, LambdaAuthorizerLayer,
    caching::{AuthorizerResults, ResultCache},
    observing::{AuthorizerCall, CallStart, Decision, Observer},
    openapi::ApiDefinition,
    testing::{Harness, MockAnswer, MockAuthorizer, ProtectedService},
};

/// Writes one line for each notification.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    /// What was noted since the last call.
    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Observer for Notes {
    fn decided(&self, decision: &Decision<'_>) {
        let caller = decision.caller().and_then(|caller| caller.principal_id());
        let status = decision.status().map_or(0, |status| status.as_u16());
        let response_type = decision.response_type();
        self.note(format!(
            "{} {} {} {} {} {status} {}",
            decision.method(),
            decision.path(),
            decision.outcome(),
            decision.source(),
            caller.unwrap_or("-"),
            response_type.map_or("-", |response_type| response_type.as_str()),
        ));
    }

    fn call_began(&self, _: &CallStart<'_>) {
        self.note("began".to_owned());
    }

    fn call_ended(&self, call: &AuthorizerCall<'_>) {
        let name = call.authorizer_name().unwrap_or("-");
        self.note(format!(
            "ended {} {name} {:?}",
            call.outcome(),
            call.latency()
        ));
    }
}

fn tokens() -> MockAuthorizer {
    MockAuthorizer::new()
        .with_token("good", MockAnswer::allow().with_principal_id("user-1"))
        .with_token("deny", MockAnswer::deny().with_principal_id("user-2"))
        .with_token("said", MockAnswer::unauthorized())
        .with_token("broken", MockAnswer::fail("no database"))
        .with_token("malformed", MockAnswer::json(r#"{"policyDocument": 1}"#))
        .with_token("panics", MockAnswer::panic("oh"))
        .with_token("hangs", MockAnswer::hang())
}

fn layer() -> LambdaAuthorizerLayer<MockAuthorizer> {
    LambdaAuthorizerLayer::token(tokens()).authorizer_name("pets")
}

async fn send(harness: &Harness, token: &str) -> StatusCode {
    let request = harness.get("/pets?secret=1").header("authorization", token);
    request.send().await.status()
}

#[tokio::test]
async fn each_decision_is_reported_once() {
    let notes = Notes::default();
    let harness = Harness::new(layer().observe(notes.clone()));
    let expected: [(&str, u16, &[&str]); 8] = [
        ("", 401, &["GET /pets refused not_asked - 401 UNAUTHORIZED"]),
        (
            "good",
            200,
            &[
                "began",
                "ended answered pets 0ns",
                "GET /pets allowed missed user-1 0 -",
            ],
        ),
        ("good", 200, &["GET /pets allowed hit user-1 0 -"]),
        (
            "deny",
            403,
            &[
                "began",
                "ended answered pets 0ns",
                "GET /pets refused missed user-2 403 ACCESS_DENIED",
            ],
        ),
        (
            "deny",
            403,
            &["GET /pets refused hit user-2 403 ACCESS_DENIED"],
        ),
        (
            "said",
            401,
            &[
                "began",
                "ended unauthorized pets 0ns",
                "GET /pets refused missed - 401 UNAUTHORIZED",
            ],
        ),
        (
            "malformed",
            500,
            &[
                "began",
                "ended malformed pets 0ns",
                "GET /pets refused missed - 500 AUTHORIZER_CONFIGURATION_ERROR",
            ],
        ),
        (
            "panics",
            500,
            &[
                "began",
                "ended panicked pets 0ns",
                "GET /pets refused missed - 500 AUTHORIZER_CONFIGURATION_ERROR",
            ],
        ),
    ];
    for (token, status, lines) in expected {
        assert_eq!(send(&harness, token).await, status, "{token}");
        assert_eq!(notes.taken(), lines, "{token}");
    }
}

#[tokio::test]
async fn cancelled_requests_are_reported_as_such() {
    let notes = Notes::default();
    let harness = Harness::new(layer().observe(notes.clone()));

    // The second request joins the first one's call. Both are dropped, and the call with them.
    let (mut first, mut second) = (
        Box::pin(send(&harness, "hangs")),
        Box::pin(send(&harness, "hangs")),
    );
    assert!((&mut first).now_or_never().is_none());
    assert!((&mut second).now_or_never().is_none());
    assert_eq!(notes.taken(), ["began"]);
    drop(first);
    assert_eq!(notes.taken(), ["GET /pets cancelled not_asked - 0 -"]);
    drop(second);
    let mut last = notes.taken();
    last.sort();
    assert_eq!(
        last,
        [
            "GET /pets cancelled not_asked - 0 -",
            "ended abandoned pets 0ns"
        ]
    );
}

#[tokio::test]
async fn a_call_takes_the_time_of_the_layers_clock() {
    let notes = Notes::default();
    let harness = Harness::new(layer().observe(notes.clone()));
    let mut request = Box::pin(send(&harness, "hangs"));
    assert!((&mut request).now_or_never().is_none());
    harness.advance(Duration::from_secs(2));
    drop(request);
    let told = notes.taken();
    assert!(
        told.contains(&"ended abandoned pets 2s".to_owned()),
        "{told:?}"
    );
}

#[tokio::test]
async fn requests_without_an_authorizer_are_reported_too() {
    let notes = Notes::default();
    let exempt = Harness::new(layer().exempt_preflights().observe(notes.clone()));
    let preflight = exempt
        .request(Method::OPTIONS, "/pets")
        .header("origin", "https://a.example");
    preflight
        .header("access-control-request-method", "GET")
        .send()
        .await;
    assert_eq!(notes.taken(), ["OPTIONS /pets exempt not_asked - 0 -"]);

    let anonymous = layer()
        .anonymous_requests(AnonymousRequests::PassOn)
        .unwrap()
        .observe(notes.clone());
    Harness::new(anonymous).get("/pets").send().await;
    assert_eq!(notes.taken(), ["GET /pets anonymous not_asked - 0 -"]);

    let shadow = Harness::new(layer().unprotected_shadow().observe(notes.clone()));
    assert_eq!(shadow.get("/pets").send().await.status(), 200);
    assert_eq!(
        notes.taken(),
        ["GET /pets shadowed not_asked - 401 UNAUTHORIZED"]
    );
}

const WHOLE_API: &str = r#"
openapi: 3.0.1
paths:
  /pets: {get: {security: [{pets: []}]}}
  /open: {get: {}}
components:
  securitySchemes:
    pets:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authtype: custom
      x-amazon-apigateway-authorizer: {type: token, authorizerUri: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations"}
"#;

#[tokio::test]
async fn a_whole_api_tells_of_open_and_unknown_operations() {
    let notes = Notes::default();
    let api = ApiDefinition::from_openapi(WHOLE_API).unwrap();
    let layer = api
        .authorizer("pets", tokens())
        .unwrap()
        .observe(notes.clone())
        .into_layer()
        .unwrap();
    let harness = Harness::app(layer.layer(ProtectedService::new()));
    assert_eq!(send(&harness, "good").await, 200);
    harness.get("/open").send().await;
    harness.get("/other").send().await;
    let told = notes.taken();
    assert!(told[1].starts_with("ended answered pets "), "{}", told[1]);
    assert_eq!(told[2], "GET /pets allowed missed user-1 0 -");
    assert_eq!(told[3], "GET /open open not_asked - 0 -");
    assert!(
        told[4].starts_with("GET /other refused not_asked - "),
        "{}",
        told[4]
    );
}

#[tokio::test]
async fn observers_are_told_in_order_and_a_panic_changes_nothing() {
    let (first, second) = (Notes::default(), Notes::default());
    let layer = layer()
        .observe(first.clone())
        .observe(|_: &Decision<'_>| panic!("the observer's own"))
        .observe(second.clone());
    let harness = Harness::new(layer);
    for token in ["good", "good", "deny", ""] {
        let unobserved = Harness::new(LambdaAuthorizerLayer::token(tokens()));
        assert_eq!(send(&harness, token).await, send(&unobserved, token).await);
    }
    let told = first.taken();
    assert_eq!(told.len(), 8);
    assert_eq!(told, second.taken());
}

#[tokio::test]
async fn an_observer_gets_the_explanation_and_the_clients_request_id() {
    let (ids, notes) = (Notes::default(), Notes::default());
    let (id_notes, explained) = (ids.clone(), notes.clone());
    let layer = layer().observe(move |decision: &Decision<'_>| {
        id_notes.note(decision.request_id());
        let explanation = decision.explanation().unwrap();
        explained.note(explanation.reason().to_owned());
        assert_eq!(explanation.is_allowed(), decision.denial().is_none());
        assert!(!format!("{decision:?}").contains("secret"));
    });
    let harness = Harness::new(layer);
    let refused = harness.get("/pets?secret=1").send().await;
    assert_eq!(refused.headers()["x-amzn-requestid"], *ids.taken()[0]);
    assert_eq!(
        notes.taken(),
        [refused.denial().map(Denial::to_string).unwrap()]
    );
    for _ in 0..2 {
        assert_eq!(send(&harness, "good").await, 200);
        assert_eq!(notes.taken(), ["the policy allows the request"]);
    }
}

#[tokio::test]
async fn a_stale_hit_is_reported_with_its_age_while_another_request_refreshes() {
    let (notes, ages) = (Notes::default(), Notes::default());
    let age_notes = ages.clone();
    let cache = ResultCache::new().serve_stale_while_refreshing(Duration::from_secs(60));
    let authorizer = MockAuthorizer::new().with_token("good", MockAnswer::allow());
    let slow = authorizer.clone();
    let layer = LambdaAuthorizerLayer::token(authorizer)
        .cache(cache)
        .observe(notes.clone())
        .observe(move |decision: &Decision<'_>| age_notes.note(format!("{:?}", decision.source())));
    let harness = Harness::new(layer);
    assert_eq!(send(&harness, "good").await, 200);
    harness.advance(Duration::from_secs(310));
    let _ = slow.with_token("good", MockAnswer::hang());
    let mut refreshing = Box::pin(send(&harness, "good"));
    assert!((&mut refreshing).now_or_never().is_none());
    assert_eq!(send(&harness, "good").await, 200);
    assert_eq!(
        notes.taken().last().unwrap(),
        "GET /pets allowed stale_hit mock 0 -"
    );
    assert_eq!(ages.taken().last().unwrap(), "StaleHit { age: 310s }");
}

#[tokio::test]
async fn an_observer_may_change_the_cache_that_serves_the_request() {
    let results = Arc::new(Mutex::new(None::<AuthorizerResults>));
    let clearing = Arc::clone(&results);
    let layer = layer().observe(move |_: &Decision<'_>| {
        let _ = clearing
            .lock()
            .unwrap()
            .as_ref()
            .map(|results| results.clear().now_or_never());
    });
    *results.lock().unwrap() = Some(layer.results());
    let harness = Harness::new(layer);
    for _ in 0..3 {
        assert_eq!(send(&harness, "good").await, 200);
    }
    assert_eq!(harness.invocations(), 3, "each request clears the cache");
}

#[tokio::test]
async fn a_hit_in_a_nested_router_has_its_whole_path() {
    let notes = Notes::default();
    let arns = notes.clone();
    let layer = layer().observe(move |decision: &Decision<'_>| {
        arns.note(format!("{} {}", decision.path(), decision.method_arn()));
    });
    let pets = Router::new().route("/cats", get("a cat"));
    let app: Router = Router::new().nest("/pets", pets.route_layer(layer));
    let request = || Request::get("/pets/cats").header("authorization", "good");
    for _ in 0..2 {
        let request = request().body(axum::body::Body::empty()).unwrap();
        assert_eq!(app.clone().oneshot(request).await.unwrap().status(), 200);
    }
    let told =
        "/pets/cats arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets/cats";
    assert_eq!(notes.taken(), [told, told]);
}

#[tokio::test]
async fn the_request_id_is_the_one_of_the_type_of_api() {
    for (layer, header) in [
        (LambdaAuthorizerLayer::token(tokens()), "x-amzn-requestid"),
        (LambdaAuthorizerLayer::http_api(tokens()), "apigw-requestid"),
    ] {
        let ids = Notes::default();
        let noted = ids.clone();
        let layer = layer.observe(move |decision: &Decision<'_>| noted.note(decision.request_id()));
        let refused = Harness::new(layer).get("/pets").send().await;
        assert_eq!(refused.headers()[header], *ids.taken()[0]);
    }
}

/// So that several layers write into one access log.
#[tokio::test]
async fn layers_may_share_an_observer() {
    let notes = Notes::default();
    let shared: Arc<dyn Observer> = Arc::new(notes.clone());
    for layer in [
        layer().observe(Arc::clone(&shared)),
        layer().observe(shared),
    ] {
        assert_eq!(send(&Harness::new(layer), "good").await, 200);
        assert_eq!(notes.taken().len(), 3);
    }
}
