//! `explain` finds the reason that the response's `Denial` has, whichever of a request's faults is found first.

use http::{HeaderMap, HeaderValue, Uri, header};
use http_body_util::Full;
use proptest::{prelude::*, sample::select};
use tower_lambda_authorizer::{
    AmbiguousHosts, AmbiguousPaths, AnonymousRequests,
    request_body::{ReadBody, ReadRequestBodyLayer},
};

use super::*;
use crate::empty_service::empty;

/// The choices that make a request and its layer. Each choice is right or has a fault that a step of the decision finds.
#[derive(Debug, Clone)]
struct Case {
    layer: Kind,
    /// The limit of a layer that reads the body, which has four bytes.
    body_limit: Option<usize>,
    anonymous: AnonymousRequests,
    hosts: AmbiguousHosts,
    paths: AmbiguousPaths,
    /// Whether the result for the token `reader` is cached when the request arrives.
    is_warm: bool,
    method: &'static str,
    target: &'static str,
    host_headers: &'static [&'static str],
    tokens: &'static [&'static str],
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Cached,
    NotCached,
    Body,
    HttpApi,
}

fn case() -> impl Strategy<Value = Case> {
    let layer = (
        select(vec![
            Kind::Cached,
            Kind::NotCached,
            Kind::Body,
            Kind::HttpApi,
        ]),
        select(vec![None, Some(3), Some(4)]),
        select(vec![
            AnonymousRequests::Refuse,
            AnonymousRequests::Ask,
            AnonymousRequests::PassOn,
        ]),
        select(vec![AmbiguousHosts::Refuse, AmbiguousHosts::AsReceived]),
        select(vec![
            AmbiguousPaths::Refuse,
            AmbiguousPaths::AsReceived,
            AmbiguousPaths::IgnoreCase,
        ]),
        any::<bool>(),
    );
    let request = (
        select(vec!["GET", "*", "DELETE"]),
        select(vec![
            "/pets",
            "/dogs",
            "/a%2Fb",
            "/../pets",
            "http://a/pets",
            "http://u@a/",
        ]),
        select(vec![
            &["a"][..],
            &[],
            &["a@b"],
            &["a", "b"],
            &["b"],
            &["a/b"],
        ]),
        select(vec![
            &["reader"][..],
            &[],
            &[""],
            &["nobody"],
            &["down"],
            &["reader", "reader"],
        ]),
    );
    (layer, request).prop_map(
        |((layer, body_limit, anonymous, hosts, paths, is_warm), request)| {
            let (method, target, host_headers, tokens) = request;
            Case {
                layer,
                body_limit,
                anonymous,
                hosts,
                paths,
                is_warm,
                method,
                target,
                host_headers,
                tokens,
            }
        },
    )
}

impl Case {
    /// A layer of its own, whose authorizer knows each of the tokens.
    fn layer(&self) -> Layered {
        let authorizer = authorizer_fn(|request: AuthorizerRequest| async move {
            match request.header("authorization").as_deref() {
                Some("reader") => Ok(AuthorizerResponse::allow("*/GET/pets")),
                Some("down") => Err(AuthorizerError::new("down")),
                Some(_) => Err(AuthorizerError::new("Unauthorized")),
                None => Ok(AuthorizerResponse::deny("*")),
            }
        });
        let authorizer = BoxAuthorizer::new(authorizer);
        let source = "method.request.header.Authorization";
        let layer = match self.layer {
            Kind::Cached => LambdaAuthorizerLayer::request(authorizer, source).unwrap(),
            Kind::NotCached => LambdaAuthorizerLayer::request(authorizer, source)
                .unwrap()
                .result_ttl(Duration::ZERO)
                .unwrap(),
            Kind::Body => LambdaAuthorizerLayer::request(authorizer, source)
                .unwrap()
                .request_body()
                .unwrap(),
            Kind::HttpApi => LambdaAuthorizerLayer::http_api(authorizer),
        };
        layer
            .anonymous_requests(self.anonymous)
            .unwrap()
            .ambiguous_hosts(self.hosts)
            .ambiguous_paths(self.paths)
    }

    fn request(&self) -> Request<Full<Bytes>> {
        let mut headers = HeaderMap::new();
        for host in self.host_headers {
            headers.append(header::HOST, HeaderValue::from_static(host));
        }
        for token in self.tokens {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(token));
        }
        let mut request = Request::new(Full::from("body"));
        *request.method_mut() = self.method.parse().unwrap();
        *request.uri_mut() = Uri::from_static(self.target);
        *request.headers_mut() = headers;
        request
    }
}

/// What `explain` says about a request, and the denial that its client gets.
async fn both(case: &Case) -> (Explanation, Option<Denial>) {
    let layer = case.layer();
    if case.is_warm {
        let warming = Request::get("/pets").header("authorization", "reader");
        layer.explain(warming.body(()).unwrap()).await;
    }
    let Some(limit) = case.body_limit else {
        return received(layer, case.request()).await;
    };
    let service = ReadRequestBodyLayer::new(limit).layer(service_fn(move |request| {
        let layer = layer.clone();
        async move { Ok::<_, Infallible>(received::<ReadBody<_>>(layer, request).await) }
    }));
    service.oneshot(case.request()).await.unwrap()
}

/// The same for a request as the layer receives it.
async fn received<B>(layer: Layered, request: Request<B>) -> (Explanation, Option<Denial>) {
    let request = request.map(|_| Body::new());
    let explanation = layer.explain(request.clone()).await;
    let service = layer.layer(service_fn(empty::<Body>));
    let response = service.oneshot(request).await.unwrap();
    (explanation, response.extensions().get().cloned())
}

/// Fails unless both say the same. Returns what they say.
async fn agreed(case: &Case) -> Result<String, TestCaseError> {
    let (explanation, denial) = both(case).await;
    prop_assert_eq!(
        explanation.is_allowed(),
        denial.is_none(),
        "{}",
        explanation
    );
    if let Some(denial) = denial {
        let sent = denial.explanation();
        prop_assert_eq!(explanation.reason(), sent.reason());
        prop_assert_eq!(explanation.response(), sent.response());
    }
    Ok(explanation.reason().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn explain_finds_the_reason_of_the_denial(case in case()) {
        tokio_test::block_on(agreed(&case))?;
    }
}

#[tokio::test]
async fn the_host_is_checked_before_the_body() {
    for body_limit in [None, Some(3)] {
        let case = Case {
            layer: Kind::Body,
            body_limit,
            anonymous: AnonymousRequests::Refuse,
            hosts: AmbiguousHosts::Refuse,
            paths: AmbiguousPaths::Refuse,
            is_warm: false,
            method: "GET",
            target: "/",
            host_headers: &["a@b"],
            tokens: &["reader"],
        };
        let reason = agreed(&case).await.unwrap();
        assert!(reason.contains("user information"), "{reason}");
    }
}
