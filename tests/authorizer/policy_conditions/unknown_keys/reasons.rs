//! The reason of a denial names the keys that are unknown.

use super::*;
use crate::empty_service::empty;

async fn reason<A: Authorizer>(
    layer: &LambdaAuthorizerLayer<A>,
    request: http::request::Builder,
) -> String {
    let inner = service_fn(empty::<Body>);
    let request = request.header("authorization", "t").body(Body::new());
    let response = layer.layer(inner).oneshot(request.unwrap()).await.unwrap();
    let denial = response.extensions().get::<Denial>().unwrap();
    let explanation = denial.explanation().to_string();
    let reason = denial.reason().to_string();
    assert!(explanation.contains("not known"), "{explanation}");
    reason
}

#[tokio::test]
async fn the_reason_names_the_missing_configuration() {
    let listed = json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}});
    let pets = || Request::get("/pets");
    let proxies = || ClientIp::behind_proxies(["10.0.0.0/8"]).unwrap();
    let peer = "`aws:SourceIp` is not known: the request does not contain the peer's address";
    for layer in [
        denying_if(&listed),
        denying_if(&listed).client_ip(proxies()),
    ] {
        let said = reason(&layer, pets()).await;
        for words in [
            peer,
            "into_make_service_with_connect_info::<SocketAddr>()",
            "`SocketAddr`",
            "ClientIp::from_fn",
        ] {
            assert!(said.contains(words), "{said}");
        }
    }
    let said = reason(&allowing_if(&listed), pets()).await;
    assert!(
        said.starts_with("no statement of the policy allows") && said.contains(peer),
        "{said}"
    );
    let forwarded = from("10.0.0.1").header("x-forwarded-for", "unknown");
    let said = reason(&denying_if(&listed).client_ip(proxies()), forwarded).await;
    assert!(
        said.contains("`X-Forwarded-For` has an entry that is not an address"),
        "{said}"
    );
    let layer = denying_if(&listed).client_ip(ClientIp::from_fn(|_| None));
    assert!(
        reason(&layer, pets())
            .await
            .contains("the function in `ClientIp::from_fn` returned `None`")
    );
    let layer = denying_if(&json!({"Bool": {"aws:SecureTransport": "false"}}));
    assert!(
        reason(&layer, pets())
            .await
            .contains("call the layer's `secure_transport`")
    );
    let layer = ignorant(denying_if(
        &json!({"DateLessThan": {"aws:CurrentTime": "2026-01-01"}}),
    ));
    assert!(reason(&layer, pets()).await.contains("the layer's clock"));
}

/// The reason only names keys that affect the denial.
#[tokio::test]
async fn the_reason_does_not_name_keys_of_other_statements() {
    let layer = answering(&json!([
        {"Effect": "Allow", "Action": "*", "Resource": "*",
         "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}},
        {"Effect": "Deny", "Action": "*", "Resource": "*"},
    ]));
    let inner = service_fn(empty::<Body>);
    let request = Request::get("/pets")
        .header("authorization", "t")
        .body(Body::new());
    let response = layer.layer(inner).oneshot(request.unwrap()).await.unwrap();
    let reason = response
        .extensions()
        .get::<Denial>()
        .unwrap()
        .reason()
        .to_string();
    assert!(
        reason.contains("denies") && !reason.contains("aws:SourceIp"),
        "{reason}"
    );
}

#[tokio::test]
async fn the_reason_names_only_keys_of_the_denying_statement() {
    let allow = json!({"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}});
    let deny = json!({"Effect": "Deny", "Action": "*", "Resource": "*"});
    let request = || {
        let request = Request::get("/pets").header("authorization", "t");
        request.body(()).unwrap()
    };
    let why = answering(&json!([allow, deny])).explain(request()).await;
    assert!(!why.reason().contains("not known"), "{}", why.reason());

    let deny = json!({"Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}});
    let why = answering(&json!([allow, deny])).explain(request()).await;
    let said = why.reason();
    assert!(
        said.contains("`aws:SecureTransport` is not known"),
        "{said}"
    );
    assert!(!said.contains("aws:SourceIp"), "{said}");
}
