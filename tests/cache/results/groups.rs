//! Results that are removed by their principal or by a tag, in the memory of one process.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http::Request;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer, authorizer_fn,
};

use crate::empty_service::empty;

/// A token is the user and the tenant.
#[tokio::test]
async fn only_the_results_of_the_principal_or_with_the_tag_are_removed() {
    let calls = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&calls);
    let authorizer = authorizer_fn(move |request| {
        count.fetch_add(1, Ordering::Relaxed);
        async move {
            let (user, tenant) = request.token().unwrap().split_once('.').unwrap();
            let response = AuthorizerResponse::allow("*").with_principal_id(user);
            let response = response.with_context("tenant", tenant);
            Ok(response.with_tag("all").with_tag(format!("of {tenant}")))
        }
    });
    let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer));
    let layer = layer.tags_from_context(["tenant"]);
    let results = layer.results();
    let calls_for_all = async || {
        let before = calls.load(Ordering::Relaxed);
        for token in ["a.x", "a.y", "b.x"] {
            let service = layer.layer(service_fn(empty::<()>));
            let request = Request::get("/").header("authorization", token);
            let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
            assert_eq!(response.status(), 200);
        }
        calls.load(Ordering::Relaxed) - before
    };
    assert_eq!(calls_for_all().await, 3);
    for (principal, removed) in [("a", 2), ("b", 1), ("x", 0)] {
        results.invalidate_principal(principal).await.unwrap();
        assert_eq!(calls_for_all().await, removed, "{principal}");
    }
    for (tag, removed) in [("tenant:x", 2), ("of y", 1), ("all", 3), ("x", 0)] {
        results.invalidate_tag(tag).await.unwrap();
        assert_eq!(calls_for_all().await, removed, "{tag}");
    }
}
