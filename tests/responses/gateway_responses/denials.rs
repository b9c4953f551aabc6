//! What a denial says: the context, its messages, and explanations during development.

use super::*;
use crate::empty_service::empty;

#[tokio::test]
async fn a_denial_has_the_context_and_a_failure_does_not() {
    let template =
        r#"{"why":"$context.authorizer.reason","who":"$context.authorizer.principalId"}"#;
    let response = GatewayResponse::new().template("application/json", template);
    let responses = || {
        let responses = GatewayResponses::default()
            .with(ResponseType::AccessDenied, response.clone())
            .unwrap();
        responses
            .with(ResponseType::AuthorizerConfigurationError, response.clone())
            .unwrap()
    };
    let answer = send(responses(), with_token("deny")).await;
    assert_eq!(answer.body, r#"{"why":"quota","who":""}"#);
    let answer = send(responses(), with_token("?")).await;
    assert_eq!(answer.body, r#"{"why":"","who":""}"#);
}

#[tokio::test]
async fn the_messages_of_a_denial_can_be_changed() {
    for (responses, explicit, implicit) in [
        (
            GatewayResponses::default().neutral_denials(),
            r#"{"Message":"Forbidden"}"#,
            r#"{"Message":"Forbidden"}"#,
        ),
        (
            GatewayResponses::default().older_wording(),
            r#"{"Message":"User is not authorized to access this resource with an explicit deny"}"#,
            r#"{"Message":"User is not authorized to access this resource"}"#,
        ),
    ] {
        assert_eq!(
            send(responses.clone(), with_token("deny")).await.body,
            explicit
        );
        assert_eq!(send(responses, with_token("silent")).await.body, implicit);
    }
}

#[tokio::test]
async fn development_responses_explain_the_refusal_and_mask_credentials() {
    let answer = send(GatewayResponses::for_development(), get()).await;
    let json: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(json["message"], "Unauthorized");
    assert!(
        json["explanation"]
            .as_str()
            .unwrap()
            .contains("`method.request.header.Authorization` is missing")
    );
    assert!(json["notForProduction"].is_string());
    assert!(
        answer
            .headers
            .contains_key("x-lambda-authorizer-not-for-production")
    );

    // The authorizer puts the token into its message.
    for token in ["Bearer s3cr3t-t0ken", "s3cr3t-t0ken"] {
        let request = with_token(token).header("cookie", "session=s3cr3t-t0ken");
        let answer = send(GatewayResponses::for_development(), request).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(answer.body.contains("cannot read"), "{}", answer.body);
        let everything = format!("{:?} {}", answer.headers, answer.body);
        assert!(!everything.contains("s3cr3t"), "{everything}");
    }

    let answer = send(GatewayResponses::for_development(), with_token("deny")).await;
    assert!(
        answer.body.contains("`Statement[0]` denies"),
        "{}",
        answer.body
    );

    let own = GatewayResponse::new().template("application/json", "{}");
    let own = GatewayResponses::for_development()
        .with(ResponseType::Unauthorized, own)
        .unwrap();
    let answer = send(own, get()).await;
    assert_eq!(answer.body, "{}");
    assert!(
        answer
            .headers
            .contains_key("x-lambda-authorizer-explanation")
    );
}

#[tokio::test]
async fn the_explanation_header_is_one_line_of_ascii() {
    let authorizer = authorizer_fn(|_| async {
        Err::<AuthorizerResponse, _>(AuthorizerError::new("no café\nin the log\r\0"))
    });
    let layer = LambdaAuthorizerLayer::token(authorizer)
        .gateway_responses(GatewayResponses::for_development());
    let inner = service_fn(empty::<Body>);
    let request = with_token("t").body(Body::new()).unwrap();
    let answer = text(layer.layer(inner).oneshot(request).await.unwrap()).await;
    let told = answer.headers["x-lambda-authorizer-explanation"].to_str();
    assert_eq!(
        told.unwrap(),
        r"the authorizer failed: no caf \nin the log\r\u{0}"
    );
    let json: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        json["explanation"],
        r"the authorizer failed: no café\nin the log\r\u{0}"
    );
}

#[tokio::test]
async fn credentials_are_masked_completely_and_in_bounded_time() {
    let layer = |message: String| {
        LambdaAuthorizerLayer::token(authorizer_fn(move |_| {
            let error = AuthorizerError::new(&*message);
            async { Err::<AuthorizerResponse, _>(error) }
        }))
        .gateway_responses(GatewayResponses::for_development())
    };
    let explain = async |message: &str, cookie: &str, token: &str| {
        let inner = service_fn(empty::<Body>);
        let request = with_token(token)
            .header("cookie", cookie)
            .body(Body::new())
            .unwrap();
        let response = layer(message.to_owned())
            .layer(inner)
            .oneshot(request)
            .await;
        text(response.unwrap()).await.body
    };
    let body = explain(
        "abcdefgh-tail is stale",
        "a=abcd; session=abcdefgh-tail",
        "tttt",
    )
    .await;
    assert!(body.contains("*** is stale"), "{body}");
    // ada:pa55word
    let body = explain("pa55word does not fit ada", "x", "Basic YWRhOnBhNTV3b3Jk").await;
    assert!(body.contains("*** does not fit"), "{body}");
    let words = "abcd1 ".repeat(20_000).replace("1 ", "2;abcd");
    let body = explain(&"x".repeat(1_000_000), &words, "tttt").await;
    assert!(body.len() < 10_000, "{}", body.len());
    let many: String = (0..1_000).map(|n| format!("c{n}=value{n};")).collect();
    let body = explain("value7", &many, "tttt").await;
    assert!(body.contains("withheld"), "{body}");
}
