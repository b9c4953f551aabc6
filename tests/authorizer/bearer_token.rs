//! Which bearer token a request has.

use std::time::Duration;

use http::Request;
use tower_lambda_authorizer::{
    AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, IdentitySource, IdentitySources,
    LambdaAuthorizerLayer, authorizer_fn, explanations::Explanation,
};

/// Allows the one token, and denies others.
async fn explained(
    layer: impl FnOnce(BoxAuthorizer) -> LambdaAuthorizerLayer<BoxAuthorizer>,
    headers: &[&str],
) -> Explanation {
    let authorizer = BoxAuthorizer::new(authorizer_fn(|request: AuthorizerRequest| async move {
        Ok(match request.bearer_token()? {
            "t0ken-._~+/9==" => AuthorizerResponse::allow("*").with_principal_id("user-1"),
            other => panic!("another token: {other}"),
        })
    }));
    let mut request = Request::get("/pets");
    for header in headers {
        request = request.header("authorization", *header);
    }
    layer(authorizer).explain(request.body(()).unwrap()).await
}

fn token(authorizer: BoxAuthorizer) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    LambdaAuthorizerLayer::token(authorizer)
}

fn without_sources(authorizer: BoxAuthorizer) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    LambdaAuthorizerLayer::request(authorizer, IdentitySources::none()).unwrap()
}

#[tokio::test]
async fn the_scheme_is_bearer_in_any_case_and_the_token_is_as_in_rfc_6750() {
    let ways = [token, without_sources, LambdaAuthorizerLayer::http_api];
    for scheme in ["Bearer", "bearer", "BEARER"] {
        for spaces in [" ", "   "] {
            let header = format!("{scheme}{spaces}t0ken-._~+/9==");
            for layer in ways {
                let explanation = explained(layer, &[&header]).await;
                assert!(explanation.is_allowed(), "{header}: {explanation}");
            }
        }
    }
    for (header, cause) in [
        ("t0ken-._~+/9==", "do not begin with `Bearer `"),
        ("Basic s3cr3t", "do not begin with `Bearer `"),
        ("Bearers3cr3t", "do not begin with `Bearer `"),
        ("Bearer:s3cr3t", "do not begin with `Bearer `"),
        ("Bearer\ts3cr3t", "do not begin with `Bearer `"),
        ("Bearer", "there is no bearer token"),
        ("Bearer ==", "there is no bearer token"),
        ("Bearer s3cr3t=x", "there is no bearer token"),
        ("Bearer s3cr3t s3cr3t", "there is no bearer token"),
        ("Bearer s3cr3t,Bearer s3cr3t", "there is no bearer token"),
        ("Bearer \"s3cr3t\"", "there is no bearer token"),
    ] {
        for layer in ways {
            let explanation = explained(layer, &[header]).await;
            assert_eq!(explanation.response().unwrap().status(), 401, "{header}");
            let reason = explanation.reason();
            assert!(reason.contains(cause), "{header}: {reason}");
            assert!(!reason.contains("s3cr3t"), "{header}: {reason}");
        }
    }
}

#[tokio::test]
async fn a_request_without_identity_sources_has_one_authorization_header() {
    for (headers, cause) in [
        (&[][..], "no header `Authorization`"),
        (&["Bearer a", "Bearer a"], "several headers `Authorization`"),
        (&["Bearer \u{e4}"], "not ASCII"),
    ] {
        let explanation = explained(without_sources, headers).await;
        assert_eq!(explanation.response().unwrap().status(), 401, "{headers:?}");
        assert!(explanation.reason().contains(cause), "{explanation}");
    }
}

/// Otherwise the result for one token would be used for another.
#[tokio::test]
async fn results_are_cached_only_if_the_header_is_an_identity_source() {
    let by_method =
        |authorizer| LambdaAuthorizerLayer::request(authorizer, "context.httpMethod").unwrap();
    let explanation = explained(by_method, &["Bearer t0ken-._~+/9=="]).await;
    assert_eq!(explanation.response().unwrap().status(), 401);
    assert!(
        explanation.reason().contains("is not an identity source"),
        "{explanation}"
    );

    let never_cached = |authorizer| by_method(authorizer).result_ttl(Duration::ZERO).unwrap();
    let explanation = explained(never_cached, &["Bearer t0ken-._~+/9=="]).await;
    assert!(explanation.is_allowed(), "{explanation}");

    let by_both = |authorizer| {
        let sources = ["context.httpMethod", "method.request.header.Authorization"];
        LambdaAuthorizerLayer::request(authorizer, sources).unwrap()
    };
    // Identity sources are read without spaces and tabs around them.
    for header in ["Bearer t0ken-._~+/9==", "\tBearer t0ken-._~+/9== "] {
        let explanation = explained(by_both, &[header]).await;
        assert!(explanation.is_allowed(), "{explanation}");
    }
}

/// If a request has two credentials, the authorizer would check one, and its answer would be kept under the other. A client
/// must not cause a 500 with that.
#[tokio::test]
async fn a_header_beside_the_credential_that_is_judged_is_refused() {
    let by_first = |authorizer| {
        let sources = [
            "method.request.cookie.session",
            "method.request.header.Authorization",
        ];
        let first = IdentitySource::first_of(sources).unwrap();
        LambdaAuthorizerLayer::request(authorizer, first).unwrap()
    };
    let authorizer = BoxAuthorizer::new(authorizer_fn(|request: AuthorizerRequest| async move {
        request.bearer_token()?;
        Ok(AuthorizerResponse::allow("*"))
    }));
    let request = Request::get("/pets")
        .header("authorization", "Bearer t")
        .header("cookie", "session=s");
    let explanation = by_first(authorizer)
        .explain(request.body(()).unwrap())
        .await;
    assert_eq!(
        explanation.response().unwrap().status(),
        401,
        "{explanation}"
    );
}
