//! What an explanation must not show or let others write.

use super::*;
use crate::empty_service::empty;

/// Credentials in headers, the query and cookies, and in the messages of an authorizer.
#[tokio::test]
async fn no_explanation_contains_a_credential() {
    let secrets: Vec<String> = (0..8)
        .map(|_| format!("s3cr3t{:016x}", fastrand::u64(..)))
        .collect();
    let [header, query, cookie, key, agent, referer, password, other] = secrets.as_slice() else {
        unreachable!()
    };
    let talkative = BoxAuthorizer::new(authorizer_fn(|request: AuthorizerRequest| async move {
        let identity = request.identity().join(" ");
        Err::<AuthorizerResponse, _>(AuthorizerError::new(format!(
            "who is {identity}, with {:?} and {:?}?",
            request.header("cookie"),
            request.query("other")
        )))
    }));
    let conditions = r#"{"policyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{
        "StringEquals":{"aws:UserAgent":"curl","aws:Referer":"https://a/"}}}}}"#;
    let sources = [
        "method.request.header.Authorization",
        "method.request.querystring.token",
    ];
    for authorizer in [
        talkative,
        answering(conditions),
        answering(DENIES),
        failing("Unauthorized"),
    ] {
        for sources in [
            &sources[..],
            &sources[..1],
            &["method.request.header.x-missing"],
        ] {
            let layer = request(authorizer.clone(), sources);
            let request = get(&format!("/pets?token={query}&other={other}"))
                .header("authorization", format!("Bearer {header}"))
                .header("cookie", format!("session={cookie}"))
                .header("x-api-key", key)
                .header("user-agent", agent)
                .header("referer", format!("https://app.example/?token={referer}"))
                .header("proxy-authorization", format!("Basic {password}"))
                .extension(SocketAddr::from(([203, 0, 113, 7], 4711)))
                .body(Body::new())
                .unwrap();
            let explanation = layer.explain(request.clone()).await;
            let service = layer.layer(service_fn(empty::<Body>));
            let response = service.oneshot(request).await.unwrap();
            let denial = response.extensions().get::<Denial>().unwrap();
            let shown = [
                explanation.to_string(),
                format!("{explanation:?}"),
                serde_json::to_string(&explanation).unwrap(),
                denial.explanation().to_string(),
                format!("{denial:?}").replace(&denial.to_string(), ""),
                format!("{layer:?}"),
                format!("{response:?}"),
            ];
            // The reason itself quotes the authorizer without masking.
            let quotes = matches!(
                denial.reason(),
                tower_lambda_authorizer::DenialReason::AuthorizerFailed { .. }
            );
            for (index, text) in shown.iter().enumerate() {
                let is_the_reason = quotes && matches!(index, 4 | 6);
                for secret in &secrets {
                    assert!(is_the_reason || !text.contains(secret), "{text}");
                }
            }
        }
    }
}

/// A truncated credential is masked, too.
#[tokio::test]
async fn a_long_token_in_an_authorizers_message_is_masked_completely() {
    for length in [30, 800, 3_000] {
        let token: String = (0..length).map(|_| fastrand::alphanumeric()).collect();
        for before in ["", &"x ".repeat(995)] {
            for kept in [usize::MAX, 500] {
                let before = before.to_owned();
                let authorizer =
                    BoxAuthorizer::new(authorizer_fn(move |request: AuthorizerRequest| {
                        let said = request.token().unwrap_or_default().replace("Bearer ", "");
                        let message = format!("{before}expired: {said}");
                        // A transport may truncate a message.
                        let message: String = message.chars().take(kept).collect();
                        async move { Err::<AuthorizerResponse, _>(AuthorizerError::new(message)) }
                    }));
                let request = get("/pets")
                    .header("authorization", format!("Bearer {token}"))
                    .body(Body::new());
                let layer = LambdaAuthorizerLayer::token(authorizer);
                let shown = layer.explain(request.unwrap()).await.to_string();
                let beginning = token.get(..8).unwrap();
                assert!(!shown.contains(beginning), "{length}, {kept}: {shown}");
            }
        }
    }
}

#[tokio::test]
async fn text_from_others_cannot_begin_a_line() {
    let layer = token(failing("a\nERROR forged \u{202e} \u{2028} b"));
    let service = layer.layer(service_fn(empty::<Body>));
    let request = with_token("/pets").body(Body::new()).unwrap();
    let response = service.oneshot(request).await.unwrap();
    let denial = response.extensions().get::<Denial>().unwrap();
    for text in [denial.to_string(), denial.reason().to_string()] {
        assert!(!text.contains(['\n', '\u{202e}', '\u{2028}']), "{text}");
    }
    let lines = denial.explanation().to_string();
    assert!(
        !lines.lines().any(|line| line.starts_with("ERROR")),
        "{lines}"
    );
}
