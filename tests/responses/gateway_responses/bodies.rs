//! The body: which template is chosen, and how values are escaped in it.

use super::*;
use crate::empty_service::empty;

#[tokio::test]
async fn the_template_is_chosen_by_the_first_media_type_of_accept() {
    let responses = || {
        let response = GatewayResponse::new()
            .template("text/xml; charset=utf-8", "<no/>")
            .template("application/json", "{}")
            .template("text/html", "<p>no</p>");
        GatewayResponses::default()
            .with(ResponseType::Unauthorized, response)
            .unwrap()
    };
    for (accept, content_type, body) in [
        (None, "application/json", "{}"),
        (
            Some("text/html,application/xml;q=0.9"),
            "text/html",
            "<p>no</p>",
        ),
        (Some("TEXT/XML;q=1"), "text/xml; charset=utf-8", "<no/>"),
        (Some("image/png, text/html"), "application/json", "{}"),
        (Some("*/*"), "application/json", "{}"),
    ] {
        let request = accept.map_or(get(), |accept| get().header("accept", accept));
        let answer = send(responses(), request).await;
        assert_eq!(answer.headers["content-type"], content_type, "{accept:?}");
        assert_eq!(answer.body, body, "{accept:?}");
    }
    let only_html = GatewayResponse::new().template("text/html", "<p>no</p>");
    let only_html = GatewayResponses::default()
        .with(ResponseType::Unauthorized, only_html)
        .unwrap();
    assert_eq!(
        send(only_html, get()).await.headers["content-type"],
        "text/html"
    );
}

#[tokio::test]
async fn values_of_a_request_are_escaped_and_never_parsed() {
    let response = GatewayResponse::new()
        .header("x-echo", "method.request.querystring.q")
        .header("x-all", "method.request.multivaluequerystring.q")
        .header("x-headers", "method.request.multivalueheader.x-a")
        .template(
            "application/json",
            r#"{"q":"$method.request.querystring.q","p":"$context.path"}"#,
        );
    let responses = || {
        GatewayResponses::default()
            .with(ResponseType::Unauthorized, response.clone())
            .unwrap()
    };
    for (value, seen) in [
        ("%22,%22x%22:%22", Some("\",\"x\":\"")),
        ("%0D%0Aset-cookie:%20a=b", None),
        ("%5C%00", None),
        ("$context.stage", Some("$context.stage")),
        (
            "$context.authorizer.principalId",
            Some("$context.authorizer.principalId"),
        ),
    ] {
        let uri = format!("/a%22b?q={value}");
        let answer = send(responses(), Request::get(uri)).await;
        let json: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(json["p"], "/local/a%22b");
        assert!(json["q"].is_string());
        assert!(!answer.headers.contains_key("set-cookie"));
        let echo = answer
            .headers
            .get("x-echo")
            .map(|echo| echo.to_str().unwrap());
        assert_eq!(echo, seen, "{value}");
    }
    let repeated = Request::get("/?q=1&q=2")
        .header("x-a", "3")
        .header("x-a", "4");
    let answer = send(responses(), repeated).await;
    assert_eq!(answer.headers["x-echo"], "2");
    assert_eq!(answer.headers["x-all"], "1,2");
    assert_eq!(answer.headers["x-headers"], "3,4");
}

#[tokio::test]
async fn problem_details_replace_the_default_body_but_no_template() {
    let own = GatewayResponse::new().template("application/json", "{}");
    let responses = GatewayResponses::default()
        .problem_json()
        .neutral_denials()
        .with(ResponseType::AuthorizerConfigurationError, own)
        .unwrap();
    let answer = send(responses.clone(), with_token("deny")).await;
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let json: Value = serde_json::from_str(&answer.body).unwrap();
    let id = answer.headers["x-amzn-requestid"].to_str().unwrap();
    assert_eq!(
        json,
        json!({
            "type": "about:blank", "title": "Forbidden", "status": 403, "detail": "Forbidden",
            "instance": format!("urn:uuid:{id}"),
        })
    );
    let answer = send(responses, with_token("empty")).await;
    assert_eq!(
        (
            answer.headers["content-type"].to_str().unwrap(),
            &*answer.body
        ),
        ("application/json", "{}")
    );
}

#[tokio::test]
async fn map_response_changes_the_response_but_not_the_denial() {
    let responses = GatewayResponses::default().map_response(|failure, response| {
        let mut response = response.map(|_| Bytes::from_static(b"moo"));
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
        response.headers_mut().remove("content-length");
        response
            .headers_mut()
            .insert("x-type", failure.response_type().as_str().parse().unwrap());
        response
    });
    let inner = service_fn(empty::<Body>);
    let service = layer().gateway_responses(responses).layer(inner);
    let response = service
        .oneshot(get().body(Body::new()).unwrap())
        .await
        .unwrap();
    assert!(
        response
            .extensions()
            .get::<tower_lambda_authorizer::Denial>()
            .is_some()
    );
    let answer = text(response).await;
    assert_eq!(
        (answer.status, &*answer.body),
        (StatusCode::IM_A_TEAPOT, "moo")
    );
    assert_eq!(answer.headers["x-type"], "UNAUTHORIZED");
}

#[tokio::test]
async fn a_template_sent_as_json_escapes_its_values() {
    let template = r#"{"q":"$method.request.querystring.q"}"#;
    for response in [
        GatewayResponse::new().template("text/json", template),
        GatewayResponse::new()
            .template("text/plain", template)
            .header("Content-Type", "'application/json'"),
    ] {
        let responses = GatewayResponses::default();
        let responses = responses
            .with(ResponseType::Unauthorized, response)
            .unwrap();
        let answer = send(responses, Request::get("/?q=%22,%22admin%22:%22")).await;
        assert_eq!(answer.body, r#"{"q":"\",\"admin\":\""}"#);
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_replaced_by_the_default_body() {
    let template = "$method.request.header.x".repeat(10_000);
    let response = GatewayResponse::new().template("text/plain", template);
    let responses = GatewayResponses::default();
    let responses = responses
        .with(ResponseType::Unauthorized, response)
        .unwrap();
    let answer = send(responses.clone(), get().header("x", "a".repeat(20_000))).await;
    assert_eq!(answer.body, r#"{"message":"Unauthorized"}"#);
    assert_eq!(
        send(responses, get().header("x", "a")).await.body.len(),
        10_000
    );
}

#[tokio::test]
async fn several_templates_vary_by_accept() {
    let one = GatewayResponse::new().template("text/plain", "no");
    let two = one.clone().template("text/html", "<p>no</p>");
    for (response, varies) in [(one, false), (two, true)] {
        let responses = GatewayResponses::default();
        let responses = responses
            .with(ResponseType::Unauthorized, response)
            .unwrap();
        let answer = send(responses, get()).await;
        assert_eq!(
            answer
                .headers
                .get("vary")
                .is_some_and(|vary| vary == "Accept"),
            varies
        );
    }
}

/// Each call changes one type only, and the last one for a type counts.
#[tokio::test]
async fn the_response_of_one_type_can_be_set_on_the_layer() {
    let json = |text: &str| GatewayResponse::json(format!(r#"{{"is":"{text}"}}"#));
    let responses = GatewayResponses::default().with(ResponseType::AccessDenied, json("denied"));
    let layer = layer()
        .gateway_responses(responses.unwrap())
        .gateway_response(ResponseType::Unauthorized, json("earlier"))
        .unwrap()
        .gateway_response(ResponseType::Unauthorized, json("unauthorized"))
        .unwrap();
    let inner = service_fn(empty::<Body>);
    let service = layer.clone().layer(inner);
    for (request, expected) in [
        (with_token("deny"), r#"{"is":"denied"}"#),
        (get(), r#"{"is":"unauthorized"}"#),
        (with_token("empty"), r#"{"message":null}"#),
    ] {
        let request = request.body(Body::new()).unwrap();
        let answer = text(service.clone().oneshot(request).await.unwrap()).await;
        assert_eq!(answer.body, expected);
    }
    let no_json = GatewayResponse::json("no JSON");
    let error = layer.gateway_response(ResponseType::Unauthorized, no_json);
    assert!(error.unwrap_err().to_string().contains("UNAUTHORIZED"));
}
