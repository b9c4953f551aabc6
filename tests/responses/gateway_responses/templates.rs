//! The limits of body templates and of rendered bodies.

use futures_util::FutureExt;

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

/// Otherwise a template that repeats a variable would read a long query as often.
#[test]
fn each_variable_is_looked_up_once() {
    // Decoding a name allocates, so this counts how many names are read.
    const NAMES: usize = 500;
    let query = "%61=1&".repeat(NAMES);
    let allocations = |times: usize| {
        let template = "$method.request.querystring.q${method.request.querystring.q}".repeat(times);
        let responses = with_template("text/plain", &format!("{template}|")).unwrap();
        let request = Request::get(format!("/?{query}"));
        let mut answer = None;
        let counted = allocation_counter::measure(|| {
            answer = send(responses.clone(), request).now_or_never();
        });
        assert_eq!(answer.unwrap().body, "|");
        counted.count_total
    };
    let (one, many) = (allocations(1), allocations(1_000));
    assert!(one > NAMES as u64, "{one}");
    assert!(
        many < one + 100,
        "{many} allocations, and {one} for one of each"
    );
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
