//! The authorizer's context, which only the layer can create.

use super::*;

#[tokio::test]
async fn an_allowed_request_reaches_the_inner_service_once_and_unchanged() {
    let (asked, inner) = (Asked::default(), Inner::default());
    let mut request = get("/pets", "allow").map(|_: Full<Bytes>| Full::from("sent"));
    request
        .headers_mut()
        .insert("x-other", "kept".parse().unwrap());
    request.extensions_mut().insert(4711_u32);
    let sent_headers = request.headers().clone();
    let response = layer_asking(&asked)
        .layer(inner.clone())
        .oneshot(request)
        .await
        .unwrap();
    assert_eq!((asked.count(), inner.calls()), (1, 1));
    assert_eq!(*response.headers(), sent_headers);
    assert_eq!(response.extensions().get(), Some(&4711_u32));
    assert!(response.extensions().get::<Denial>().is_none());
    let context = response.extensions().get::<AuthorizerContext>().unwrap();
    assert_eq!(context.principal_id(), Some("user-1"));
    assert_eq!(context.iter().collect::<Vec<_>>(), [("level", "3")]);
    assert_eq!(text(response).await, "sent");
}

#[tokio::test]
async fn what_a_client_sends_never_makes_a_context() {
    let bare = authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*")));
    let service = LambdaAuthorizerLayer::token(bare).layer(Inner::default());
    let mut request: Req = get("/pets?principalId=admin&level=9", "allow");
    for name in [
        "x-amzn-authorizer",
        "x-amzn-principalid",
        "principalid",
        "context",
        "level",
    ] {
        request
            .headers_mut()
            .insert(name, r#"{"principalId":"admin"}"#.parse().unwrap());
    }
    let response = service.oneshot(request).await.unwrap();
    let context = response.extensions().get::<AuthorizerContext>().unwrap();
    assert_eq!(
        (context.principal_id(), context.usage_identifier_key()),
        (None, None)
    );
    assert_eq!(context.iter().count(), 0);
}

#[tokio::test]
async fn the_context_of_an_outer_layer_is_replaced() {
    let outer = authorizer_fn(async |_| {
        let response = AuthorizerResponse::allow("*").with_principal_id("outer");
        Ok(response
            .with_context("only", "outer")
            .with_usage_identifier_key("outer"))
    });
    let service = layer().layer(Inner::default());
    let service = LambdaAuthorizerLayer::token(outer).layer(service);
    let response = service.oneshot(get("/pets", "allow")).await.unwrap();
    let context = response.extensions().get::<AuthorizerContext>().unwrap();
    assert_eq!(
        (context.principal_id(), context.usage_identifier_key()),
        (Some("user-1"), None)
    );
    assert_eq!(context.get("only"), None);
}
