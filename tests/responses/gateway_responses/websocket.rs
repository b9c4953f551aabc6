//! The responses of a WebSocket API to a handshake.

use super::*;
use crate::empty_service::empty;

async fn handshake(responses: GatewayResponses, request: http::request::Builder) -> Answer {
    let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::deny("*")) });
    let layer = LambdaAuthorizerLayer::websocket_api(authorizer).gateway_responses(responses);
    let inner = service_fn(empty::<Body>);
    let request = request.body(Body::new()).unwrap();
    text(layer.layer(inner).oneshot(request).await.unwrap()).await
}

/// This holds without an entry, and with an entry that has no template.
#[tokio::test]
async fn a_refusal_has_the_ids_of_the_connection() {
    let entry = GatewayResponse::new()
        .status(StatusCode::NOT_FOUND)
        .header("x-own", "'1'");
    let customised = GatewayResponses::default()
        .with(ResponseType::AccessDenied, entry)
        .unwrap();
    for (responses, status) in [(GatewayResponses::default(), 403), (customised, 404)] {
        let answer = handshake(responses, with_token("t")).await;
        assert_eq!(answer.status, status);
        assert_eq!(
            answer.headers["content-type"],
            "application/json; charset=UTF-8"
        );
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let id = answer.headers["x-amz-apigw-id"].to_str().unwrap();
        assert_eq!(body["requestId"], id);
        assert!(
            body["connectionId"]
                .as_str()
                .is_some_and(|id| !id.is_empty())
        );
    }
}

/// The message is empty if the authorizer's answer cannot be used, but not if the authorizer fails.
#[tokio::test]
async fn an_answer_that_cannot_be_used_has_an_empty_message() {
    for (answer, message) in [(Some("[]"), ""), (None, "Internal server error")] {
        let authorizer = authorizer_fn(move |_| async move {
            match answer {
                Some(answer) => Ok(AuthorizerResponse::from_json(answer.as_bytes())?),
                None => Err(AuthorizerError::from(std::io::Error::other("it fails"))),
            }
        });
        let layer = LambdaAuthorizerLayer::websocket_api(authorizer);
        let inner = service_fn(empty::<Body>);
        let request = with_token("t").body(Body::new()).unwrap();
        let answer = text(layer.layer(inner).oneshot(request).await.unwrap()).await;
        assert_eq!(answer.status, 500);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body["message"], message);
    }
}

/// The front end answers this request in its own form.
#[tokio::test]
async fn two_authorization_headers_get_a_page() {
    let entry = GatewayResponse::new().header("x-own", "'1'");
    let customised = GatewayResponses::default()
        .with(ResponseType::Default4xx, entry)
        .unwrap();
    for responses in [GatewayResponses::default(), customised] {
        let twice = with_token("a").header("authorization", "b");
        let answer = handshake(responses, twice).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.headers["content-type"], "text/html");
        assert!(
            answer.body.starts_with("<html>") && answer.body.contains("<h1>400 Bad Request</h1>"),
            "{}",
            answer.body
        );
    }
}
