//! What to do about an identity source without a value: who sends it, and whether the client has sent it at all.

use super::*;

async fn to_do(layer: &Layered, request: Builder) -> String {
    let explanation = layer.explain(request.body(Body::new()).unwrap()).await;
    explanation
        .remedies()
        .last()
        .map_or_else(String::new, |remedy| remedy.text().to_owned())
}

#[tokio::test]
async fn a_client_that_has_sent_an_empty_source_is_not_told_to_send_it() {
    let header = || token(answering(OPEN));
    let parameter = || request(answering(OPEN), &["method.request.querystring.tenant"]);
    let cookie = || request(answering(OPEN), &["method.request.cookie.session"]);
    let authorization = |value: &'static str| get("/pets").header("authorization", value);
    let twice = "more than once. Only the last one counts, and it is empty";
    for (layer, request, expected) in [
        (
            header(),
            authorization(""),
            "the request has the header `Authorization`, but without a value",
        ),
        (
            header(),
            authorization(" "),
            "the request has the header `Authorization`, but without a value",
        ),
        (
            header(),
            authorization("t").header("authorization", ""),
            twice,
        ),
        (
            parameter(),
            get("/pets?tenant="),
            "the request has the query parameter `tenant`, but without a value",
        ),
        (parameter(), get("/pets?tenant=a&tenant="), twice),
        (
            cookie(),
            get("/pets").header("cookie", "session="),
            "the request has the cookie `session`, but without a value",
        ),
        (header(), get("/pets"), "send the header `Authorization`"),
    ] {
        let text = to_do(&layer, request).await;
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn a_source_that_is_not_sent_as_itself_says_where_it_comes_from() {
    for (source, expected) in [
        ("stageVariables.tenant", "`Api::with_stage_variable`"),
        ("context.identity.userAgent", "send it with a value"),
        ("context.domainName", "send the header `Host`"),
        ("context.domainPrefix", "send the header `Host`"),
        ("context.resourcePath", "set a `resource_resolver`"),
    ] {
        let layer = request(answering(OPEN), &[source]);
        let text = to_do(&layer, get("/pets")).await;
        assert!(text.contains(expected), "{source}: {text}");
    }
    // What the remedies say helps.
    for (source, header) in [
        ("context.identity.userAgent", "user-agent"),
        ("context.domainName", "host"),
    ] {
        let layer = request(answering(OPEN), &[source]);
        let sent = get("/pets").header(header, "shop.example");
        assert_eq!(to_do(&layer, sent).await, "", "{source}");
    }
    let user_agent = request(answering(OPEN), &["context.identity.userAgent"]);
    let text = to_do(&user_agent, get("/pets").header("user-agent", "")).await;
    assert!(text.contains("send it with a value"), "{text}");
}

#[tokio::test]
async fn a_source_that_is_not_utf8_is_to_be_encoded() {
    let request = get("/pets").header("authorization", &b"caf\xe9"[..]);
    let text = to_do(&token(answering(OPEN)), request).await;
    let expected = "the header `Authorization` has bytes that are not UTF-8";
    assert!(text.starts_with(expected), "{text}");
}
