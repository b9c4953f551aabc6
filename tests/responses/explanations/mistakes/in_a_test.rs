//! Mistakes that a test finds.

use axum::{Router, routing::get};
use tower_lambda_authorizer::{
    LambdaAuthorizerLayer,
    policy::{Condition, Effect, PolicyDocument, Statement},
    testing::{Harness, MockAuthorizer},
};

/// A fallback behind a `route_layer`
///
/// axum's `route_layer` guards only the routes that were added before it.
pub(super) async fn a_fallback_behind_a_route_layer() -> String {
    let app: Router = Router::new()
        .route("/pets", get("a cat and a dog"))
        .fallback(get("a page for members"))
        .route_layer(LambdaAuthorizerLayer::token(MockAuthorizer::allowing()));
    let harness = Harness::app(app);
    let routes = [("GET", "/pets"), ("GET", "/page")];
    let test = async move {
        harness.assert_guarded(routes).await;
    };
    panic_of(test).await
}

/// A misspelt condition key
///
/// A condition key can have any name, because an application can define its own keys. The lint warns of keys that API
/// Gateway does not have.
pub(super) async fn a_misspelt_condition_key() -> String {
    let office = Condition::new("IpAddress", "aws:SoruceIp", ["203.0.113.0/24"]).unwrap();
    let allow = Statement::invoke(Effect::Allow, ["*"])
        .with_condition(office)
        .unwrap();
    let findings = PolicyDocument::new([allow]).lint();
    findings.iter().map(ToString::to_string).collect()
}

/// The message of a test that fails.
async fn panic_of(test: impl Future<Output = ()> + Send + 'static) -> String {
    let panic = tokio::spawn(test).await.unwrap_err().into_panic();
    *panic.downcast::<String>().unwrap()
}
