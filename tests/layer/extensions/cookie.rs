//! A cookie is an identity, regardless of other cookies. A client cannot use an ambiguous cookie to get the result of
//! another identity.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    ApiType, AuthorizerConfig, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    BoxAuthorizer, ConfigError, Denial, IdentitySources, LambdaAuthorizerLayer, authorizer_fn,
    explanations::FoundIdentity, gateway_responses::GatewayResponses,
};

use crate::thread_time::thread_time;

type Body = Full<Bytes>;

fn counting(asked: &Arc<AtomicUsize>) -> BoxAuthorizer {
    let asked = Arc::clone(asked);
    BoxAuthorizer::new(authorizer_fn(move |request: AuthorizerRequest| {
        asked.fetch_add(1, SeqCst);
        let answer = match request.identity() {
            [sid] if sid == "good" => AuthorizerResponse::allow("*").with_principal_id("user-1"),
            _ => AuthorizerResponse::deny("*").with_principal_id("nobody"),
        };
        async move { Ok::<_, AuthorizerError>(answer) }
    }))
}

fn layers(asked: &Arc<AtomicUsize>) -> [LambdaAuthorizerLayer<BoxAuthorizer>; 2] {
    let rest = LambdaAuthorizerLayer::request(counting(asked), "method.request.cookie.sid");
    let http = LambdaAuthorizerLayer::http_api(counting(asked))
        .identity_sources("$request.cookie.sid")
        .and_then(|layer| layer.result_ttl(Duration::from_secs(60)));
    [rest.unwrap(), http.unwrap()]
}

/// The status, and how often the authorizer was called so far.
async fn send(layer: &LambdaAuthorizerLayer<BoxAuthorizer>, cookies: &[&str]) -> Response<()> {
    let service = layer.clone().layer(service_fn(async |_: Request<Body>| {
        Ok::<_, Infallible>(Response::new(Body::default()))
    }));
    let mut request = Request::get("/pets");
    for cookie in cookies {
        request = request.header("cookie", *cookie);
    }
    let response = service
        .oneshot(request.body(Body::default()).unwrap())
        .await;
    response.unwrap().map(|_| ())
}

#[tokio::test]
async fn another_cookie_is_not_another_identity() {
    let asked = Arc::default();
    for (index, layer) in layers(&asked).iter().enumerate() {
        for cookies in [
            &["sid=good"][..],
            &["_ga=GA1.2.3; sid=good; theme=dark"],
            &["_ga=GA1.2.4", "sid=good"],
        ] {
            assert_eq!(send(layer, cookies).await.status(), 200, "{cookies:?}");
        }
        assert_eq!(asked.load(SeqCst), 2 * index + 1);
        // Another value is another identity.
        assert_eq!(send(layer, &["sid=bad"]).await.status(), 403);
        assert_eq!(asked.load(SeqCst), 2 * index + 2);
    }
}

#[tokio::test]
async fn a_missing_or_empty_cookie_is_a_401_on_every_api() {
    let asked = Arc::default();
    for layer in layers(&asked) {
        for cookies in [&[][..], &["a=1"], &["sid="], &["sid=\"\""], &["mysid=good"]] {
            assert_eq!(send(&layer, cookies).await.status(), 401, "{cookies:?}");
        }
    }
    assert_eq!(asked.load(SeqCst), 0);
}

#[tokio::test]
async fn an_ambiguous_cookie_does_not_get_a_kept_result() {
    let asked = Arc::default();
    for layer in layers(&asked) {
        assert_eq!(send(&layer, &["sid=good"]).await.status(), 200);
        for cookies in [
            &["sid=good; sid=stolen"][..],
            &["sid=stolen; sid=good"],
            &["sid=stolen", "sid=good"],
            &["sid=good; SID=stolen"],
            &["sid=good; %73id=stolen"],
            &["x=1, sid=stolen; sid=good"],
            &["sid=good; x=\"; sid=stolen"],
            &["sid=good,sid=stolen"],
            &["sid=good stolen"],
        ] {
            let response = send(&layer, cookies).await;
            assert_eq!(response.status(), 401, "{cookies:?}");
            let why = response.extensions().get::<Denial>().unwrap().explanation();
            assert_eq!(why.identity()[0].found(), FoundIdentity::Ambiguous);
            assert_eq!(why.remedies()[0].cause(), "identity-source-ambiguous");
        }
    }
    assert_eq!(asked.load(SeqCst), 2);
}

#[tokio::test]
async fn an_explanation_recognises_cookies() {
    let asked = Arc::default();
    let [layer, _] = layers(&asked);
    for (name, value, cause, words) in [
        (
            "cookie",
            "s-id=1",
            "identity-source-under-another-name",
            "method.request.cookie.s-id",
        ),
        (
            "sid",
            "1",
            "identity-source-in-another-place",
            "the request has it as a header",
        ),
        (
            "cookie",
            "a=1",
            "identity-source-missing",
            "send the cookie `sid`",
        ),
    ] {
        let request = Request::get("/pets").header(name, value).body(()).unwrap();
        let why = layer.explain(request).await;
        assert_eq!(why.remedies()[0].cause(), cause);
        assert!(why.remedies()[0].text().contains(words), "{why}");
    }
    let asked = Arc::default();
    let by_header =
        LambdaAuthorizerLayer::request(counting(&asked), "method.request.header.session").unwrap();
    let request = Request::get("/pets").header("cookie", "session=1");
    let why = by_header.explain(request.body(()).unwrap()).await;
    let text = why.remedies()[0].text();
    assert!(text.contains("the request has it as a cookie"), "{text}");
}

#[tokio::test]
async fn the_value_of_a_cookie_is_not_shown() {
    let quoting = authorizer_fn(|request: AuthorizerRequest| async move {
        Err::<AuthorizerResponse, _>(AuthorizerError::new(format!(
            "session {} is unknown",
            request.identity()[0]
        )))
    });
    let layer =
        LambdaAuthorizerLayer::request(BoxAuthorizer::new(quoting), "method.request.cookie.sid")
            .unwrap()
            .gateway_responses(GatewayResponses::for_development());
    for cookie in ["a=1; sid=s3cret-word", "sid=\"s3cret-word\""] {
        let response = send(&layer, &[cookie]).await;
        assert_eq!(response.status(), 500);
        let told = response.headers()["x-lambda-authorizer-explanation"]
            .to_str()
            .unwrap();
        assert!(
            told.contains("session ***") && !told.contains("s3cret"),
            "{told}"
        );
        let why = response.extensions().get::<Denial>().unwrap().explanation();
        assert!(!why.to_string().contains("s3cret"), "{why}");
    }
}

#[test]
fn a_cookie_source_has_no_api_gateway_syntax() {
    let allow = || BoxAuthorizer::new(authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*"))));
    for (api_type, json) in [
        (
            ApiType::Rest,
            r#"{"type": "REQUEST", "identitySource": "method.request.cookie.sid"}"#,
        ),
        (
            ApiType::Http,
            r#"{"authorizerType": "REQUEST", "identitySource": ["$request.cookie.sid"],
                "authorizerPayloadFormatVersion": "2.0"}"#,
        ),
    ] {
        let config: AuthorizerConfig = serde_json::from_str(json).unwrap();
        let config = config.for_api_type(api_type);
        let error = LambdaAuthorizerLayer::from_config(config.clone(), allow()).unwrap_err();
        assert!(matches!(error, ConfigError::IdentitySource { .. }));
        let text = error.to_string();
        assert!(text.contains("AuthorizerConfig::with_extensions"), "{text}");
        assert!(LambdaAuthorizerLayer::from_config(config.with_extensions(), allow()).is_ok());
    }
    // A TOKEN authorizer still reads one header, and each type of API only accepts its own syntax.
    assert!(
        LambdaAuthorizerLayer::token(allow())
            .identity_sources("method.request.cookie.sid")
            .is_err()
    );
    assert!(LambdaAuthorizerLayer::request(allow(), "$request.cookie.sid").is_err());
    assert!(
        LambdaAuthorizerLayer::http_api(allow())
            .identity_sources("method.request.cookie.sid")
            .is_err()
    );
}

/// An explanation also searches the cookies for the missing credential.
#[tokio::test]
async fn an_explanation_of_a_long_cookie_header_takes_linear_time() {
    for layer in layers(&Arc::default()) {
        for piece in ["a=1;", "sid =1;", "SID=;", "authorization=1;"] {
            let cookies = piece.repeat(60_000 / piece.len());
            let request = Request::get("/").header("cookie", cookies);
            let before = thread_time();
            let why = layer.explain(request.body(()).unwrap()).await;
            assert!(!why.is_allowed());
            let took = thread_time() - before;
            assert!(took < Duration::from_secs(5), "{piece}: {took:?}");
        }
    }
}

#[tokio::test]
async fn an_authorizer_reads_a_cookie_only_if_all_programs_read_the_same() {
    let seen = Arc::new(Mutex::new(None));
    let note = Arc::clone(&seen);
    let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
        let cookie = |name| request.cookie(name).map(str::to_owned);
        *note.lock().unwrap() = Some([cookie("sid"), cookie("$Path"), cookie("a b")]);
        async { Ok(AuthorizerResponse::allow("*")) }
    });
    let layer = LambdaAuthorizerLayer::request(authorizer, IdentitySources::none()).unwrap();
    for (cookies, expected) in [
        (&["a=1; sid=x; b=2"][..], Some("x")),
        (&["a=1", "sid=x"], Some("x")),
        (&["sid=\"x\""], Some("\"x\"")),
        (&["$Path=/; sid=x; a b=1"], Some("x")),
        (&["a=1"], None),
        (&["sid="], None),
        (&["sid=\"\""], None),
        (&["sid=x; sid=y"], None),
        (&["sid=x", "sid=y"], None),
        (&["sid=x; SID=y"], None),
        (&["sid=x,sid=y"], None),
    ] {
        let mut request = Request::get("/pets");
        for cookie in cookies {
            request = request.header("cookie", *cookie);
        }
        assert!(layer.explain(request.body(()).unwrap()).await.is_allowed());
        let seen = seen.lock().unwrap().take().unwrap();
        assert_eq!(
            seen,
            [expected.map(str::to_owned), None, None],
            "{cookies:?}"
        );
    }
}
