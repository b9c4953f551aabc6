//! The limits of body templates and of rendered bodies.

use super::*;

fn with_template(content_type: &str, template: &str) -> Result<GatewayResponses, String> {
    let response = GatewayResponse::new().template(content_type, template);
    let responses = GatewayResponses::default().with(ResponseType::Unauthorized, response);
    responses.map_err(|error| error.to_string())
}

#[test]
fn a_template_has_the_size_limit_of_api_gateway() {
    const LARGEST: usize = 300 * 1024;
    assert!(with_template("text/plain", &"a".repeat(LARGEST)).is_ok());
    let error = with_template("text/plain", &"a".repeat(LARGEST + 1)).unwrap_err();
    assert!(error.contains("it has 307201 bytes"), "{error}");
}

/// The rendered body before the last part may have one mebibyte.
#[tokio::test]
async fn a_client_cannot_make_the_body_arbitrarily_large() {
    const LARGEST: usize = 1024 * 1024;
    let template = format!("{}|", "$method.request.header.x".repeat(1024));
    let responses = with_template("text/plain", &template).unwrap();
    let answer = send(responses.clone(), get().header("x", "a".repeat(1024))).await;
    assert_eq!(answer.body.len(), LARGEST + 1);
    let answer = send(responses, get().header("x", "a".repeat(1025))).await;
    assert_eq!(answer.body, r#"{"message":"Unauthorized"}"#);
}

#[tokio::test]
async fn values_are_escaped_for_json_only_in_json() {
    for (content_type, q) in [
        ("application/json", r#"a\"b\\"#),
        ("Application/JSON; charset=utf-8", r#"a\"b\\"#),
        ("application/problem+json", r#"a\"b\\"#),
        ("text/plain", r#"a"b\"#),
        ("application/jsonx", r#"a"b\"#),
        ("application/x-json-seq", r#"a"b\"#),
    ] {
        let responses = with_template(content_type, r#""$method.request.querystring.q""#).unwrap();
        let answer = send(responses, Request::get("/?q=a%22b%5C")).await;
        assert_eq!(answer.body, format!("\"{q}\""), "{content_type}");
        assert_eq!(answer.headers["content-type"], content_type);
    }
}
