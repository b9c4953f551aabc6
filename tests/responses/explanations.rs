//! Explanations and remedies. Each frequent mistake has its remedy, which is given only if that mistake is the cause. No
//! explanation contains a credential.

mod absent_source;
mod another_api;
mod answers;
mod cause;
mod client_address;
mod letter_case;
mod mistakes;
mod on_denial;
mod policy_hint;
mod printed;
mod remedies;
mod resources;
mod same_reason;
mod secrets;
mod unknown_api;

use std::{
    convert::Infallible,
    net::SocketAddr,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Method, Request, Response, request::Builder};
use http_body_util::Empty;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    Api, AuthorizerError, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, ConfigError,
    Denial, LambdaAuthorizerLayer, ManualClock, authorizer_fn,
    caching::ResultCache,
    explanations::{Explanation, Remedy},
    gateway_responses::{Cors, GatewayResponse, GatewayResponses, ResponseFamily, ResponseType},
    lambda::{Invoke, InvokeError, InvokeErrorKind, Invoked, LambdaFunction},
    policy::{PolicyBuilder, PolicyDocument},
};

use crate::empty_service::empty;

type Body = Empty<Bytes>;
type Layered = LambdaAuthorizerLayer<BoxAuthorizer>;

async fn denied(layer: &Layered, request: Builder) -> Denial {
    let service = layer.layer(service_fn(empty::<Body>));
    let request = request.body(Body::new()).unwrap();
    let response = service.oneshot(request).await.unwrap();
    response.extensions().get::<Denial>().unwrap().clone()
}

fn answering(json: &'static str) -> BoxAuthorizer {
    BoxAuthorizer::new(authorizer_fn(move |_| async move {
        Ok(AuthorizerResponse::from_json(json.as_bytes())?)
    }))
}

fn failing(message: &'static str) -> BoxAuthorizer {
    BoxAuthorizer::new(authorizer_fn(move |_| async move {
        Err::<AuthorizerResponse, _>(AuthorizerError::new(message))
    }))
}

struct NotInvoked(InvokeErrorKind);

impl Invoke for NotInvoked {
    async fn invoke(&self, _: Bytes) -> Result<Invoked, InvokeError> {
        Err(InvokeError::new(self.0, "as it was told"))
    }
}

fn not_invoked(kind: InvokeErrorKind) -> BoxAuthorizer {
    BoxAuthorizer::new(LambdaFunction::new(NotInvoked(kind)))
}

fn allowing(method: &'static str, path: &'static str) -> BoxAuthorizer {
    let policy = PolicyBuilder::for_api(&Api::default())
        .allow(method, path)
        .build()
        .unwrap();
    with_policy(policy)
}

fn with_policy(policy: PolicyDocument) -> BoxAuthorizer {
    BoxAuthorizer::new(authorizer_fn(move |_| {
        let response = AuthorizerResponse::policy(policy.clone()).with_principal_id("user-1");
        async move { Ok(response) }
    }))
}

fn echoing() -> BoxAuthorizer {
    BoxAuthorizer::new(authorizer_fn(|request: AuthorizerRequest| async move {
        Ok(AuthorizerResponse::allow(request.method_arn()).with_principal_id("user-1"))
    }))
}

const OPEN: &str =
    r#"{"policyDocument":{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}}"#;
const DENIES: &str =
    r#"{"policyDocument":{"Statement":{"Sid":"No","Effect":"Deny","Action":"*","Resource":"*"}}}"#;

fn token(authorizer: BoxAuthorizer) -> Layered {
    LambdaAuthorizerLayer::token(authorizer)
}

fn request(authorizer: BoxAuthorizer, sources: &[&str]) -> Layered {
    LambdaAuthorizerLayer::request(authorizer, sources).unwrap()
}

fn get(target: &str) -> Builder {
    Request::get(target)
}

fn with_token(target: &str) -> Builder {
    get(target).header("authorization", "t0ken")
}

/// The explanation by `explain` and the one of the denial in the response, which must be equal.
async fn explanations(layer: &Layered, requests: Vec<Builder>) -> Explanation {
    let mut last = None;
    for request in requests {
        let request = request.body(Body::new()).unwrap();
        last = Some(layer.explain(request.clone()).await);
        let service = layer.layer(service_fn(empty::<Body>));
        let response = service.oneshot(request).await.unwrap();
        let denial = response.extensions().get::<Denial>();
        assert_eq!(denial.is_none(), last.as_ref().unwrap().is_allowed());
        if let Some(denial) = denial {
            let (on_response, before) = (denial.explanation(), last.as_ref().unwrap());
            assert_eq!(on_response.remedies(), before.remedies());
            assert_eq!(on_response.identity(), before.identity());
            assert_eq!(on_response.reason(), before.reason());
            assert_eq!(on_response.response(), before.response());
        }
    }
    last.unwrap()
}

fn grpc(content_type: &str) -> Builder {
    Request::post("/pets.Pets/List").header("content-type", content_type)
}

fn preflight() -> Builder {
    Request::builder()
        .method(Method::OPTIONS)
        .uri("/pets")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "GET")
}

/// The causes of all remedies, in order.
#[tokio::test(start_paused = true)]
#[rustfmt::skip]
async fn each_confusion_has_its_remedy_and_no_other() {
    const HEADER: &str = "method.request.header.Authorization";
    let tenant = ["method.request.querystring.tenant"];
    let both = [HEADER, "method.request.querystring.tenant"];
    let hangs = || BoxAuthorizer::new(authorizer_fn(|_| std::future::pending()));
    let expression = |layer: Layered, expression| layer.identity_validation_expression(expression).unwrap();
    let no_cache = |layer: Layered| layer.result_ttl(Duration::ZERO).unwrap();
    let http = || LambdaAuthorizerLayer::http_api(answering(r#"{"isAuthorized":true}"#));
    let cors = |layer: Layered| layer.gateway_responses(GatewayResponses::default().cors(Cors::any()));
    let responses = |responses| token(answering(OPEN)).gateway_responses(responses);
    let own_header = |name| responses(GatewayResponses::default().with(ResponseType::Unauthorized, GatewayResponse::new().header(name, "'*'")).unwrap());
    let family_header = |family, name| responses(GatewayResponses::default().family_header(family, name, "'*'").unwrap());
    let mapped = || responses(GatewayResponses::default().map_response(|_, response| response));
    let script = || get("/pets").header("origin", "https://app.example");
    let bearer = |token: &'static str| get("/pets").header("authorization", token);
    let table: Vec<(&str, Layered, Vec<Builder>, Vec<&str>)> = vec![
        ("fine", token(answering(OPEN)), vec![with_token("/pets")], vec![]),
        // 401
        ("missing", token(answering(OPEN)), vec![get("/pets")], vec!["identity-source-missing"]),
        ("empty", token(answering(OPEN)), vec![get("/pets").header("authorization", "")], vec!["identity-source-empty"]),
        ("empty, beside another", request(answering(OPEN), &both), vec![with_token("/pets?tenant=")], vec!["all-identity-sources-are-needed", "identity-source-empty"]),
        ("not UTF-8", token(answering(OPEN)), vec![get("/pets").header("authorization", &b"caf\xe9"[..])], vec!["identity-source-not-utf8"]),
        ("another header", token(answering(OPEN)), vec![get("/pets").header("x-auth-token", "t")], vec!["identity-source-under-another-name"]),
        ("API key", token(answering(OPEN)), vec![get("/pets").header("x-api-key", "k")], vec!["identity-source-missing"]),
        ("nothing sent", request(answering(OPEN), &[HEADER, "context.httpMethod"]), vec![get("/pets")], vec!["identity-source-missing"]),
        ("unrelated header", token(answering(OPEN)), vec![get("/pets").header("x-tenant", "t")], vec!["identity-source-missing"]),
        ("another case", request(answering(OPEN), &tenant), vec![get("/pets?Tenant=a")], vec!["identity-source-under-another-name"]),
        ("endless name", request(answering(OPEN), &tenant), vec![get(&format!("/pets?t{}enant=a", "-".repeat(200)))], vec!["identity-source-missing"]),
        ("query for header", token(answering(OPEN)), vec![get("/pets?authorization=t")], vec!["identity-source-in-another-place"]),
        ("header for query", request(answering(OPEN), &tenant), vec![get("/pets").header("tenant", "a")], vec!["identity-source-in-another-place"]),
        ("one of two", request(answering(OPEN), &both), vec![with_token("/pets")], vec!["all-identity-sources-are-needed", "identity-source-missing"]),
        ("none of two", request(answering(OPEN), &both), vec![get("/pets")], vec!["identity-source-missing"]),
        ("no router", request(answering(OPEN), &[HEADER, "context.resourcePath"]), vec![with_token("/pets")], vec!["identity-source-missing"]),
        ("no stage variable", request(answering(OPEN), &["stageVariables.secret"]), vec![get("/pets")], vec!["identity-source-missing"]),
        ("bearer unexpected", expression(token(answering(OPEN)), r"\w{5}"), vec![bearer("Bearer abcde")], vec!["bearer-prefix-unexpected"]),
        ("bearer missing", expression(token(answering(OPEN)), r"Bearer \w{5}"), vec![bearer("abcde")], vec!["bearer-prefix-missing"]),
        ("neither", expression(token(answering(OPEN)), r"\w{5}"), vec![bearer("abc")], vec!["validation-expression"]),
        ("bearer handed over", token(failing("Unauthorized")), vec![bearer("Bearer allow")], vec!["unauthorized-without-cause", "bearer-prefix-handed-over"]),
        ("unauthorized", token(failing("Unauthorized")), vec![bearer("allow")], vec!["unauthorized-without-cause"]),
        // 500
        ("more text", token(failing("Unauthorized: expired")), vec![with_token("/pets")], vec!["unauthorized-with-more-text"]),
        ("own message", token(failing("database is down")), vec![with_token("/pets")], vec!["own-message"]),
        ("no handler", token(failing("the function failed: it has none (Runtime.HandlerNotFound)")), vec![with_token("/pets")], vec!["function-handler"]),
        ("no module", token(failing("the function failed: it has none (Runtime.ImportModuleError)")), vec![with_token("/pets")], vec!["function-module-missing"]),
        ("its syntax", token(failing("the function failed: a brace (Runtime.UserCodeSyntaxError)")), vec![with_token("/pets")], vec!["function-syntax"]),
        ("it exits", token(failing("the function failed: status 3 (Runtime.ExitError)")), vec![with_token("/pets")], vec!["function-ended"]),
        ("it hangs", token(failing("the function failed: Task timed out after 3.00 seconds (Sandbox.Timedout)")), vec![with_token("/pets")], vec!["function-timed-out"]),
        ("not started", token(failing("the function failed: no (Sandbox.NotStarted)")), vec![with_token("/pets")], vec![]),
        ("its own type", token(failing("the function failed: no (Runtimes)")), vec![with_token("/pets")], vec!["own-message"]),
        ("for a TOKEN authorizer", request(failing("the function failed: 'authorizationToken' (KeyError)"), &[HEADER]), vec![with_token("/pets")], vec!["function-reads-another-event"]),
        ("for a REQUEST authorizer", token(failing("the function failed: 'headers' (it ran on Python 3.11.7 instead of `python3.12`) (KeyError)")), vec![with_token("/pets")], vec!["function-reads-another-event"]),
        ("for a REST API", LambdaAuthorizerLayer::http_api(failing("missing field `methodArn` at line 1 column 2")), vec![with_token("/pets")], vec!["function-reads-another-event"]),
        ("a member of its event", token(failing("the function failed: 'methodArn' (KeyError)")), vec![with_token("/pets")], vec!["own-message"]),
        ("a key of its own", token(failing("the function failed: 'tenant' (KeyError)")), vec![with_token("/pets")], vec!["own-message"]),
        ("not about a key", request(failing("no 'authorizationToken'"), &[HEADER]), vec![with_token("/pets")], vec!["own-message"]),
        ("may not invoke", token(not_invoked(InvokeErrorKind::NotPermitted)), vec![with_token("/pets")], vec!["permission-to-invoke"]),
        ("function is slow", token(not_invoked(InvokeErrorKind::TimedOut)), vec![with_token("/pets")], vec!["timeout"]),
        ("throttled", token(not_invoked(InvokeErrorKind::Throttled)), vec![with_token("/pets")], vec![]),
        ("its own rights", token(failing("AccessDeniedException: not authorized to perform: dynamodb:GetItem")), vec![with_token("/pets")], vec!["own-message"]),
        ("slow", token(hangs()), vec![with_token("/pets")], vec!["timeout"]),
        ("nested", token(answering(r#"{"policyDocument":{"Statement":[]},"context":{"roles":["a"]}}"#)), vec![with_token("/pets")], vec!["nested-context"]),
        ("nested and called as in a response", token(answering(r#"{"policyDocument":{"Statement":[]},"context":{"statusCode":[401],"simple responses, no `principalId`":[1]}}"#)), vec![with_token("/pets")], vec!["nested-context"]),
        ("nested and called as in a policy", token(answering(r#"{"policyDocument":{"Statement":[]},"context":{"simple responses":[1]}}"#)), vec![with_token("/pets")], vec!["nested-context"]),
        ("nested and called as the caller", token(answering(r#"{"policyDocument":{"Statement":[]},"context":{"no `principalId`":[1]}}"#)), vec![with_token("/pets")], vec!["nested-context"]),
        ("a member called so", token(answering(r#"{"policyDocument":{"Statement":{"simple responses":1}}}"#)), vec![with_token("/pets")], vec![]),
        ("response", token(answering(r#"{"statusCode":401,"body":""}"#)), vec![with_token("/pets")], vec!["http-response-returned"]),
        ("no policy", token(answering(r#"{"principalId":"a"}"#)), vec![with_token("/pets")], vec![]),
        ("null condition", token(answering(r#"{"policyDocument":{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":null}}}"#)), vec![with_token("/pets")], vec!["null-member"]),
        ("simple on REST", token(answering(r#"{"isAuthorized":true}"#)), vec![with_token("/pets")], vec!["simple-response-not-supported"]),
        ("simple off", http(), vec![with_token("/pets")], vec!["simple-response-mismatch"]),
        ("simple on", http().simple_responses().unwrap(), vec![with_token("/pets")], vec![]),
        ("no principal", LambdaAuthorizerLayer::http_api(answering(OPEN)), vec![with_token("/pets")], vec!["principal-missing"]),
        // 403
        ("second path", token(echoing()), vec![with_token("/pets"), with_token("/dogs")], vec!["cached-for-another-request"]),
        ("second path, not kept", no_cache(token(echoing())), vec![with_token("/pets"), with_token("/dogs")], vec![]),
        ("root", no_cache(token(answering(r#"{"policyDocument":{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:execute-api:*:*:*/local/GET"}}}"#))), vec![with_token("/")], vec!["root-slash"]),
        ("slash sent", no_cache(token(allowing("GET", "/pets"))), vec![with_token("/pets/")], vec!["trailing-slash"]),
        ("slash not sent", no_cache(token(allowing("GET", "/pets/"))), vec![with_token("/pets")], vec!["trailing-slash"]),
        ("stage in the path", no_cache(token(allowing("GET", "/pets"))), vec![with_token("/local/pets")], vec!["stage-in-path"]),
        ("stage in the path, and not allowed without it", no_cache(token(allowing("GET", "/pets"))), vec![with_token("/local/dogs")], vec!["nearest-statement"]),
        ("denied with the stage in the path", no_cache(token(answering(r#"{"policyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"arn:aws:execute-api:*:*:*/*/GET/local/*"}]}}"#))), vec![with_token("/local/pets")], vec![]),
        ("stage alone", no_cache(token(allowing("GET", "/"))), vec![with_token("/local")], vec!["stage-in-path"]),
        ("not the stage", no_cache(token(allowing("GET", "/pets"))), vec![with_token("/locals/pets")], vec!["nearest-statement"]),
        ("stage in the path of a WebSocket", LambdaAuthorizerLayer::websocket_api(allowing("GET", "/pets")), vec![with_token("/local/pets")], vec!["websocket-route"]),
        ("another method", no_cache(token(allowing("POST", "/pets"))), vec![with_token("/pets")], vec!["nearest-statement"]),
        ("explicit", no_cache(token(answering(DENIES))), vec![with_token("/pets")], vec![]),
        // Browsers
        ("preflight", cors(token(answering(OPEN))), vec![preflight()], vec!["preflight-refused", "identity-source-missing"]),
        ("exempt preflight", token(answering(OPEN)).exempt_preflights(), vec![preflight()], vec![]),
        ("script", token(answering(OPEN)), vec![script()], vec!["identity-source-missing", "no-cors-headers"]),
        ("same origin", token(answering(OPEN)), vec![get("/pets").header("host", "app.example").header("origin", "https://app.example")], vec!["identity-source-missing"]),
        ("WebSocket", LambdaAuthorizerLayer::websocket_api(answering(OPEN)), vec![get("/chat").header("origin", "https://app.example")], vec!["identity-source-missing"]),
        ("script, with a header of its entry", own_header("access-control-allow-origin"), vec![script()], vec!["identity-source-missing"]),
        ("script, with another header", own_header("x-own"), vec![script()], vec!["identity-source-missing", "no-cors-headers"]),
        ("script, with its family's header", family_header(ResponseFamily::Client, "access-control-allow-origin"), vec![script()], vec!["identity-source-missing"]),
        ("script, with another family's header", family_header(ResponseFamily::Server, "access-control-allow-origin"), vec![script()], vec!["identity-source-missing", "no-cors-headers"]),
        ("script, with responses of the application's", mapped(), vec![script()], vec!["identity-source-missing"]),
        // gRPC
        ("gRPC", token(answering(OPEN)), vec![grpc("application/grpc")], vec!["identity-source-missing", "no-grpc-status"]),
        ("gRPC, denied", no_cache(token(answering(DENIES))), vec![grpc("application/grpc+proto").header("authorization", "t")], vec!["no-grpc-status"]),
        ("gRPC, allowed", token(answering(OPEN)), vec![grpc("application/grpc").header("authorization", "t")], vec![]),
        ("gRPC, with responses for it", token(answering(OPEN)).gateway_responses(GatewayResponses::default().grpc()), vec![grpc("application/grpc")], vec!["identity-source-missing"]),
        ("gRPC, with responses of the application's", mapped(), vec![grpc("application/grpc")], vec!["identity-source-missing"]),
        ("JSON", token(answering(OPEN)), vec![grpc("application/json")], vec!["identity-source-missing"]),
        ("script, with CORS", cors(token(answering(OPEN))), vec![script()], vec!["identity-source-missing"]),
    ];
    for (name, layer, requests, expected) in table {
        let explanation = explanations(&layer, requests).await;
        let causes: Vec<_> = explanation.remedies().iter().map(Remedy::cause).collect();
        assert_eq!(causes, expected, "{name}:\n{explanation}");
    }
}

/// No client can send a route, and no setting is one.
#[tokio::test]
async fn a_route_that_is_not_known_is_explained_by_the_layers_place() {
    let layer = LambdaAuthorizerLayer::http_api(answering(OPEN))
        .identity_sources(["$request.header.Authorization", "$context.routeKey"])
        .unwrap();
    let explanation = explanations(&layer, vec![with_token("/pets")]).await;
    let [remedy] = explanation.remedies() else {
        panic!("{explanation}");
    };
    for part in [
        "`$context.routeKey` is known only if",
        "route_layer",
        "resource_resolver",
    ] {
        assert!(remedy.text().contains(part), "{remedy}");
    }
}

#[tokio::test]
async fn a_refusal_by_the_cached_answer_of_another_route_is_explained() {
    let authorizer = BoxAuthorizer::new(authorizer_fn(|request: AuthorizerRequest| async move {
        Ok(AuthorizerResponse::simple(request.path() != "/pets"))
    }));
    let layer = LambdaAuthorizerLayer::http_api(authorizer)
        .simple_responses()
        .and_then(|layer| layer.result_ttl(Duration::from_secs(60)))
        .unwrap();
    let requests = vec![with_token("/pets"), with_token("/dogs")];
    let explanation = explanations(&layer, requests).await;
    let causes: Vec<_> = explanation.remedies().iter().map(Remedy::cause).collect();
    assert_eq!(causes, ["cached-for-another-request"]);
}

#[test]
fn invalid_settings_are_errors_when_the_layer_is_built() {
    let errors = [
        // An identity source is required although nothing is cached.
        LambdaAuthorizerLayer::request(answering(OPEN), "").map(|_| ()),
        // The results of a WebSocket API are never cached.
        LambdaAuthorizerLayer::websocket_api(answering(OPEN))
            .result_ttl(Duration::from_secs(1))
            .map(|_| ()),
    ];
    let texts = errors.map(|error: Result<(), ConfigError>| error.unwrap_err().to_string());
    assert!(texts[0].contains("IdentitySources::none()"), "{}", texts[0]);
    assert!(
        texts[1].contains("the authorizer is called for each handshake"),
        "{}",
        texts[1]
    );
}
