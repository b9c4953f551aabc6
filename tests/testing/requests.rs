//! Requests of a harness, as the authorizer, the policy and the service receive them.

use std::net::{IpAddr, Ipv4Addr};

use http::Method;
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerResponse, LambdaAuthorizerLayer, ResourceMatch,
    policy::{Condition, Effect, PolicyDocument, Statement},
    testing::{Harness, MockAuthorizer, request},
};

use crate::caught::caught;

fn harness(authorizer: &MockAuthorizer) -> Harness {
    Harness::new(LambdaAuthorizerLayer::token(authorizer.clone()))
}

#[tokio::test]
async fn everything_that_is_set_reaches_the_authorizer_and_the_service() {
    let authorizer = MockAuthorizer::allowing();
    let harness = harness(&authorizer);
    let request = harness
        .request(Method::from_bytes(b"REPORT").unwrap(), "/pets/7?a=1")
        .header("authorization", "t")
        .header("x-twice", "1")
        .header("x-twice", "2")
        .query("b c", "é&")
        .source_ip(Ipv4Addr::new(203, 0, 113, 9))
        .resource("/pets/{petId}")
        .path_parameter("petId", "7")
        .extension("left by a layer in front")
        .body("a cat");
    request.send().await.assert_allowed();

    let [asked] = &*authorizer.requests() else {
        panic!("asked once")
    };
    assert_eq!(
        (asked.method().as_str(), asked.path()),
        ("REPORT", "/pets/7")
    );
    assert_eq!(asked.query("b c").as_deref(), Some("é&"));
    assert_eq!(asked.query("a").as_deref(), Some("1"));
    assert_eq!(asked.headers().get_all("x-twice").iter().count(), 2);
    assert_eq!(asked.source_ip(), Some(IpAddr::from([203, 0, 113, 9])));
    assert_eq!(asked.resource(), Some("/pets/{petId}"));
    assert_eq!(
        asked.path_parameters().collect::<Vec<_>>(),
        [("petId", "7")]
    );

    let [reached] = &*harness.reached() else {
        panic!("reached once")
    };
    assert_eq!(reached.body(), "a cat");
    assert_eq!(
        reached.extensions().get(),
        Some(&"left by a layer in front")
    );
    assert!(reached.extensions().get::<AuthorizerContext>().is_some());
}

/// The layer's resolver sets the resource if the test does not.
#[tokio::test]
async fn the_resolver_of_the_layer_still_works() {
    let authorizer = MockAuthorizer::allowing();
    let layer = LambdaAuthorizerLayer::token(authorizer.clone())
        .resource_resolver(|_| ResourceMatch::new().with_resource("/by/the/layer"));
    let harness = Harness::new(layer);
    let get = |token| harness.get("/pets").header("authorization", token);
    get("a").send().await.assert_allowed();
    get("b")
        .resource("/by/the/test")
        .send()
        .await
        .assert_allowed();
    let requests = authorizer.requests();
    let resources: Vec<_> = requests.iter().map(|request| request.resource()).collect();
    assert_eq!(resources, [Some("/by/the/layer"), Some("/by/the/test")]);
}

#[tokio::test]
async fn conditions_read_the_values_that_a_test_sets() {
    let only_where = |key: &str, value: &str| {
        let condition = Condition::new("StringEquals", key, [value]).unwrap();
        let statement = Statement::invoke(Effect::Allow, ["*"]).with_condition(condition);
        let policy = PolicyDocument::new([statement.unwrap()]);
        harness(&MockAuthorizer::answering(AuthorizerResponse::policy(
            policy,
        )))
    };
    let harness = only_where("aws:SecureTransport", "true");
    let get = || harness.get("/pets").header("authorization", "t");
    get().send().await.assert_denied();
    get().secure_transport(false).send().await.assert_denied();
    get()
        .condition_key("x", 1)
        .secure_transport(true)
        .condition_key("y", 2)
        .send()
        .await
        .assert_allowed();

    let harness = only_where("acme:Plan", "gold");
    let get = || harness.get("/pets").header("authorization", "t");
    get().send().await.assert_denied();
    get()
        .condition_key("acme:plan", "gold")
        .send()
        .await
        .assert_allowed();
}

#[tokio::test]
async fn a_request_built_without_the_harness_is_sent_unchanged() {
    let harness = harness(&MockAuthorizer::allowing());
    harness.send(request("/pets")).await.assert_unauthorized();
    let mut request = request("https://api.example.com/pets?a=b");
    request
        .headers_mut()
        .insert("authorization", "t".parse().unwrap());
    harness.send(request).await.assert_allowed();
    assert_eq!(harness.reached()[0].uri().host(), Some("api.example.com"));
}

#[test]
#[rustfmt::skip]
fn an_invalid_request_panics_at_its_own_line() {
    let harness = harness(&MockAuthorizer::allowing());
    let app = Harness::app(tower_lambda_authorizer::testing::ProtectedService::new());
    macro_rules! points_here {
        ($asserting:expr, $message:literal) => {
            let line = line!();
            let caught = caught(|| $asserting);
            assert_eq!(
                (caught.line, &*caught.file),
                (line, file!()),
                "{}",
                caught.message
            );
            assert!(caught.message.contains($message), "{}", caught.message);
            assert!(!caught.message.contains("s3cret"), "{}", caught.message);
        };
    }
    points_here!(harness.get("pets"), "begins with `/`");
    points_here!(harness.get("pets?s3cret"), "`pets` is not a path");
    points_here!(harness.post("/a b?s3cret"), "`/a b` is not a path");
    points_here!(harness.get("/").header("a b", "s3cret"), "`a b` is not a header name");
    points_here!(harness.get("/").header("a", "s3cret\n"), "given for `a`");
    points_here!(app.get("/").resource("/pets"), "router");
    points_here!(app.get("/").path_parameter("a", "s3cret"), "router");
    points_here!(app.advance(std::time::Duration::ZERO), "`manual_clock`");
    points_here!(request("pets"), "begins with `/`");
}
