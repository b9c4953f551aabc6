//! The types of `aws_lambda_events` can read every event.

use super::*;

#[tokio::test]
async fn a_token_event_is_read_by_its_type() {
    let event = event("token", request()).await;
    let read: ApiGatewayCustomAuthorizerRequest = serde_json::from_str(&event).unwrap();
    assert_eq!(read.type_.as_deref(), Some("TOKEN"));
    assert_eq!(read.authorization_token.as_deref(), Some("Bearer foo"));
    assert_eq!(
        read.method_arn.as_deref(),
        Some("arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/a%20b")
    );
}

#[tokio::test]
async fn a_rest_request_event_is_read_by_its_type() {
    let event = event("rest-request", request()).await;
    let read: ApiGatewayCustomAuthorizerRequestTypeRequest = serde_json::from_str(&event).unwrap();
    assert_eq!(read.type_.as_deref(), Some("REQUEST"));
    assert_eq!(read.resource.as_deref(), Some("/pets/{petId}"));
    assert_eq!(read.path.as_deref(), Some("/pets/a%20b"));
    assert_eq!(read.headers["authorization"], "Bearer foo");
    assert_eq!(read.headers["x-mixed-header"], "second");
    let mixed = read.multi_value_headers.get_all("x-mixed-header");
    assert_eq!(mixed.iter().collect::<Vec<_>>(), ["first", "second"]);
    assert_eq!(read.query_string_parameters.first("dup"), Some("two"));
    let all = read.multi_value_query_string_parameters.all("dup");
    assert_eq!(all, Some(vec!["one", "two"]));
    assert_eq!(read.path_parameters["petId"], "a b");
    assert_eq!(read.stage_variables["colour"], "blue");
    let context = read.request_context;
    assert_eq!(context.path.as_deref(), Some("/prod/pets/a%20b"));
    assert_eq!(context.account_id.as_deref(), Some("123456789012"));
    assert_eq!(context.stage.as_deref(), Some("prod"));
    assert_eq!(context.apiid.as_deref(), Some("a1b2c3d4e5"));
    let source_ip = context.identity.unwrap().source_ip;
    assert_eq!(source_ip.as_deref(), Some("203.0.113.7"));
}

#[tokio::test]
async fn an_event_of_the_payload_format_1_is_read_by_its_type() {
    let event = event("http-1.0", request()).await;
    let read: ApiGatewayV2CustomAuthorizerV1Request = serde_json::from_str(&event).unwrap();
    assert_eq!(read.version.as_deref(), Some("1.0"));
    assert_eq!(read.identity_source.as_deref(), Some("Bearer foo,acme"));
    assert_eq!(read.authorization_token.as_deref(), Some("Bearer foo,acme"));
    assert_eq!(read.path.as_deref(), Some("/pets/a b"));
    assert_eq!(read.headers["x-mixed-header"], "first,second");
    assert_eq!(read.query_string_parameters["dup"], "two");
    let context = read.request_context;
    assert_eq!(context.resource_path.as_deref(), Some("/pets/{petId}"));
    assert_eq!(context.identity.source_ip.as_deref(), Some("203.0.113.7"));
}

#[tokio::test]
async fn an_event_of_the_payload_format_2_is_read_by_its_type() {
    let event = event("http-2.0", request()).await;
    let read: ApiGatewayV2CustomAuthorizerV2Request = serde_json::from_str(&event).unwrap();
    assert_eq!(read.version.as_deref(), Some("2.0"));
    let identity = read.identity_source.unwrap();
    assert_eq!(identity, ["Bearer foo", "acme"]);
    assert_eq!(read.route_key.as_deref(), Some("GET /pets/{petId}"));
    assert_eq!(
        read.route_arn.as_deref(),
        Some("arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/$default/GET/pets/a b")
    );
    assert_eq!(read.raw_path.as_deref(), Some("/pets/a b"));
    assert_eq!(read.cookies, ["one=1", "two=2"]);
    assert_eq!(read.headers["x-mixed-header"], "first,second");
    assert_eq!(read.headers["content-length"], "0");
    assert_eq!(read.query_string_parameters["dup"], "one,two");
    assert_eq!(read.path_parameters["petId"], "a b");
    let http = read.request_context.http;
    assert_eq!(http.source_ip.as_deref(), Some("203.0.113.7"));
    assert_eq!(http.user_agent.as_deref(), Some("curl/8.5.0"));
}

#[tokio::test]
async fn a_connect_event_is_read_by_the_type_of_a_rest_request() {
    let event = event("websocket", request()).await;
    let read: ApiGatewayCustomAuthorizerRequestTypeRequest = serde_json::from_str(&event).unwrap();
    assert_eq!(
        read.method_arn.as_deref(),
        Some("arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/$connect")
    );
    assert_eq!(
        read.headers["sec-websocket-key"],
        "dGhlIHNhbXBsZSBub25jZQ=="
    );
    assert_eq!(read.request_context.stage.as_deref(), Some("prod"));
}
