//! How each type of API treats a response: a table with a row for each response and a column for each type.

use serde_json::{Map, Value, json};
use tower_lambda_authorizer::{
    AuthorizerResponse, ConfigError, LambdaAuthorizerLayer, PayloadFormatVersion, authorizer_fn,
    testing::{Harness, MockAnswer, MockAuthorizer, TestResponse},
};

/// The columns of the table.
const APIS: [&str; 6] = [
    "TOKEN",
    "REQUEST",
    "HTTP 1.0",
    "HTTP 2.0",
    "simple",
    "WebSocket",
];

fn layer(api: &str, answer: &str) -> LambdaAuthorizerLayer<MockAuthorizer> {
    let authorizer = MockAuthorizer::answering(MockAnswer::json(answer));
    let layer = match api {
        "TOKEN" => Ok(LambdaAuthorizerLayer::token(authorizer)),
        "REQUEST" => {
            LambdaAuthorizerLayer::request(authorizer, "method.request.header.Authorization")
        }
        "HTTP 1.0" => LambdaAuthorizerLayer::http_api(authorizer)
            .payload_format_version(PayloadFormatVersion::V1),
        "HTTP 2.0" => Ok(LambdaAuthorizerLayer::http_api(authorizer)),
        "simple" => LambdaAuthorizerLayer::http_api(authorizer).simple_responses(),
        _ => Ok(LambdaAuthorizerLayer::websocket_api(authorizer)),
    };
    layer.unwrap()
}

async fn outcome(api: &str, answer: &str) -> TestResponse {
    let harness = Harness::new(layer(api, answer));
    let request = harness.get("/pets").header("authorization", "t");
    request.send().await
}

/// A response that allows everything, with these members set.
fn policy_with(members: Value) -> Value {
    let mut answer = json!({
        "principalId": "user-1",
        "policyDocument": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    });
    let members = members.as_object().unwrap().clone();
    answer.as_object_mut().unwrap().extend(members);
    answer
}

/// `+` means that the request passes, and a number is the status of the refusal.
#[tokio::test]
#[rustfmt::skip]
async fn every_response_is_accepted_or_refused_as_by_its_type_of_api() {
    let no_principal = json!({"policyDocument": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}});
    let long = "x".repeat(8 * 1024);
    let table: [(Value, [&str; 6]); 29] = [
        // answer                                          TOKEN REQUEST  1.0    2.0  simple WebSocket
        (policy_with(json!({})),                            ["+", "+",   "+",   "+",   "500", "+"]),
        (no_principal,                                      ["+", "+",   "500", "500", "500", "+"]),
        (policy_with(json!({"principalId": 7})),            ["500", "500", "500", "500", "500", "+"]),
        (policy_with(json!({"principalId": 7.5})),          ["500", "500", "500", "500", "500", "+"]),
        (policy_with(json!({"principalId": {}})),           ["500", "500", "500", "500", "500", "500"]),
        (policy_with(json!({"usageIdentifierKey": 5})),     ["500", "500", "+",   "+",   "500", "500"]),
        (policy_with(json!({"context": {"a": 1e300}})),     ["500", "500", "500", "+",   "500", "500"]),
        (policy_with(json!({"context": {"a": {"b": 1e300}}})), ["500", "500", "500", "+", "500", "500"]),
        (json!({"isAuthorized": true, "principalId": {}, "usageIdentifierKey": 5}), ["500", "500", "500", "500", "+", "500"]),
        (policy_with(json!({"unknown": long})),             ["+", "+",   "+",   "+",   "500", "500"]),
        (policy_with(json!({"principalId": null})),         ["+", "+",   "500", "500", "500", "+"]),
        (policy_with(json!({"isAuthorized": true})),        ["+", "+",   "500", "500", "500", "+"]),
        (policy_with(json!({"isAuthorized": null})),        ["+", "+",   "500", "500", "500", "+"]),
        (json!({"isAuthorized": true}),                     ["500", "500", "500", "500", "+",   "500"]),
        (json!({"isAuthorized": "true"}),                   ["500", "500", "500", "500", "+",   "500"]),
        (json!({"isAuthorized": false}),                    ["500", "500", "500", "500", "403", "500"]),
        (json!({"isAuthorized": "false"}),                  ["500", "500", "500", "500", "500", "500"]),
        (json!({"isAuthorized": "TRUE"}),                   ["500", "500", "500", "500", "500", "500"]),
        (json!({"isAuthorized": 1}),                        ["500", "500", "500", "500", "500", "500"]),
        (json!({"isAuthorized": null}),                     ["500", "500", "500", "500", "500", "500"]),
        (json!({"isAuthorized": {"isAuthorized": true}}),   ["500", "500", "500", "500", "500", "500"]),
        (policy_with(json!({"context": {"a": {"b": 1}}})),  ["500", "500", "500", "+",   "500", "500"]),
        (policy_with(json!({"context": {"a": [1]}})),       ["500", "500", "500", "+",   "500", "500"]),
        (policy_with(json!({"context": {"a": null}})),      ["500", "500", "500", "+",   "500", "+"]),
        (policy_with(json!({"context": {"claims": {}}})),   ["500", "500", "500", "+",   "500", "500"]),
        (policy_with(json!({"context": {"claims": "x"}})),  ["+", "+",   "+",   "+",   "500", "+"]),
        (policy_with(json!({"context": {"principalId": "admin"}})), ["500", "500", "500", "+", "500", "500"]),
        (policy_with(json!({"context": {"long": long}})),   ["+", "+",   "+",   "+",   "500", "500"]),
        (json!({"errorMessage": "Unauthorized"}),           ["401", "401", "401", "401", "401", "401"]),
    ];
    for (answer, row) in table {
        for (api, expected) in APIS.into_iter().zip(row) {
            let outcome = outcome(api, &answer.to_string()).await;
            let got = match outcome.denial() {
                None => "+".to_owned(),
                Some(denial) => denial.response_type().runtime_status().as_str().to_owned(),
            };
            assert_eq!(got, expected, "{api}, {answer}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn the_reason_names_what_is_wrong_and_what_to_do() {
    for (api, answer, reason) in [
        (
            "REQUEST",
            r#"{"isAuthorized":true}"#,
            "only HTTP APIs have simple responses",
        ),
        (
            "HTTP 2.0",
            r#"{"isAuthorized":true}"#,
            "simple responses are off",
        ),
        (
            "simple",
            r#"{"policyDocument":{"Statement":[]}}"#,
            "simple responses are on",
        ),
        (
            "simple",
            r#"{"isAuthorized":"no"}"#,
            "`isAuthorized` is a string other than `true`",
        ),
        (
            "HTTP 2.0",
            r#"{"policyDocument":{"Statement":[]}}"#,
            "it has no `principalId`",
        ),
        (
            "TOKEN",
            r#"{"policyDocument":{"Statement":[]},"context":{"roles":[]}}"#,
            "the context's `roles` is a list",
        ),
    ] {
        let outcome = outcome(api, answer).await;
        let denial = outcome.denial().unwrap().to_string();
        assert!(denial.contains(reason), "{api}, {answer}: {denial}");
    }
}

#[tokio::test]
async fn the_context_is_passed_on_as_by_the_type_of_api() {
    let answer = policy_with(json!({
        "context": {"text": "a", "number": 7, "truth": true, "claims": "c"}
    }));
    for api in APIS.into_iter().filter(|api| *api != "simple") {
        let outcome = outcome(api, &answer.to_string()).await.assert_allowed();
        let caller = outcome.context().unwrap();
        let context: Map<String, Value> = caller.deserialize().unwrap();
        let expected = match api {
            "HTTP 2.0" => json!({"text": "a", "number": 7, "truth": true}),
            _ => json!({"text": "a", "number": "7", "truth": "true", "claims": "c"}),
        };
        assert_eq!(Value::Object(context), expected, "{api}");
        assert_eq!(caller.get("number"), Some("7"), "{api}");
    }
}

#[test]
fn settings_that_a_type_of_api_lacks_cannot_be_set() {
    let authorizer = || authorizer_fn(|_| async { Ok(AuthorizerResponse::simple(true)) });
    let token = || LambdaAuthorizerLayer::token(authorizer());
    let http = || LambdaAuthorizerLayer::http_api(authorizer());
    let websocket = || LambdaAuthorizerLayer::websocket_api(authorizer());
    let v1 = PayloadFormatVersion::V1;
    let refused: [Result<_, ConfigError>; 10] = [
        token().simple_responses(),
        token().payload_format_version(v1),
        websocket().simple_responses(),
        websocket().payload_format_version(v1),
        websocket().result_ttl(std::time::Duration::ZERO),
        http()
            .simple_responses()
            .unwrap()
            .payload_format_version(v1),
        http()
            .payload_format_version(v1)
            .unwrap()
            .simple_responses(),
        http().identity_sources("method.request.header.Authorization"),
        websocket().identity_sources("$context.connectionId"),
        token().identity_sources("$request.header.Authorization"),
    ];
    for layer in refused {
        let error = layer.map(|_| ()).unwrap_err().to_string();
        assert!(error.contains('`') && error.len() > 40, "{error}");
    }
}

/// Never what the authorizer refuses as well.
#[test]
fn a_source_in_another_apis_words_is_reported_in_the_apis_own() {
    let refused = |layer: LambdaAuthorizerLayer<MockAuthorizer>, source: &str| {
        let error = layer.identity_sources(source).map(|_| ()).unwrap_err();
        error.to_string()
    };
    let answer = r#"{"isAuthorized":true}"#;
    for (api, source, meant) in [
        (
            "REQUEST",
            "$request.header.X",
            Some("method.request.header.X"),
        ),
        (
            "REQUEST",
            "$request.querystring.x",
            Some("method.request.querystring.x"),
        ),
        (
            "REQUEST",
            "$request.cookie.x",
            Some("method.request.cookie.x"),
        ),
        ("REQUEST", "$stageVariables.x", Some("stageVariables.x")),
        ("REQUEST", "$context.stage", Some("context.stage")),
        ("REQUEST", "$context.routeKey", None),
        ("HTTP 2.0", "context.stage", Some("$context.stage")),
        ("HTTP 2.0", "context.resourcePath", None),
        (
            "WebSocket",
            "method.request.header.X",
            Some("route.request.header.X"),
        ),
        (
            "TOKEN",
            "$request.header.X",
            Some("method.request.header.X"),
        ),
        ("TOKEN", "$request.querystring.x", None),
        ("TOKEN", "$request.cookie.x", None),
        ("TOKEN", "$stageVariables.x", None),
        ("TOKEN", "$context.stage", None),
    ] {
        let error = refused(layer(api, answer), source);
        let hint = meant.map(|meant| format!("did you mean `{meant}`?"));
        assert_eq!(
            error.contains("did you mean"),
            hint.is_some(),
            "{api}, {source}: {error}"
        );
        assert!(error.contains(&hint.unwrap_or_default()), "{api}: {error}");
    }
}

/// A handshake is refused for want of it, although the other types of API know its value.
#[tokio::test]
async fn a_variable_without_a_value_in_its_api_is_missing() {
    for (api, source, status) in [
        ("WebSocket", "context.httpMethod", 401),
        ("WebSocket", "context.domainPrefix", 401),
        ("WebSocket", "context.accountId", 401),
        ("WebSocket", "context.stage", 200),
        ("REQUEST", "context.httpMethod", 200),
        ("REQUEST", "context.accountId", 200),
        ("REQUEST", "context.resourceId", 401),
        ("HTTP 2.0", "$context.httpMethod", 200),
        ("HTTP 2.0", "$context.identity.user", 401),
    ] {
        let answer = policy_with(json!({})).to_string();
        let layer = layer(api, &answer).identity_sources(source).unwrap();
        let response = Harness::new(layer).get("/pets").send().await;
        assert_eq!(response.status(), status, "{api}, {source}: {response:?}");
    }
}
