//! The whole layer: requests of any bytes and an authorizer's answer of any kind get the response that a plain reading
//! of the rules gives (`support/expected.rs`). The service behind is called for a pass and never otherwise, the
//! authorizer is asked about complete requests only, and every response is well-formed.
#![no_main]

#[path = "../support/expected.rs"]
mod expected;
#[allow(
    dead_code,
    reason = "all condition keys of this target have known values"
)]
#[path = "../../crates/execute-api-policy/tests/support/naive_policy.rs"]
mod naive_policy;
#[allow(dead_code, reason = "this target has words of its own")]
#[path = "../../crates/execute-api-policy/tests/support/policy_words.rs"]
mod policy_words;
#[path = "../support/random_case.rs"]
mod random_case;
#[path = "../../crates/execute-api-policy/fuzz/support/random_policy.rs"]
mod random_policy;

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use arbitrary::Unstructured;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AmbiguousPaths, Api, AuthorizerError, AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer,
    PayloadFormatVersion, authorizer_fn, policy::ConditionContext,
};

use self::{
    expected::{ApiKind, Said, Sent, Setup, expected},
    naive_policy::Key,
    random_case::Case,
};

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Unstructured::new(bytes);
    // An input that is too short says nothing.
    if let Ok(case) = Case::arbitrary(&mut bytes) {
        case.run();
    }
});

impl Case {
    fn run(&self) {
        let (asked, served) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let layer = self.layer(Arc::clone(&asked));
        let inside = Arc::clone(&served);
        let service = layer.layer(service_fn(move |_: Request<Full<Bytes>>| {
            inside.fetch_add(1, Relaxed);
            async { Ok::<_, Infallible>(Response::new(Full::from("served"))) }
        }));
        for sent in &self.requests {
            let Some(request) = sent.request() else {
                continue;
            };
            let before = (asked.load(Relaxed), served.load(Relaxed));
            let (response, body) = block_on(async {
                let response = service.clone().oneshot(request).await.expect("infallible");
                let (parts, body) = response.into_parts();
                (
                    parts,
                    body.collect().await.expect("a whole body").to_bytes(),
                )
            });
            let was_asked = asked.load(Relaxed) - before.0;
            let was_served = served.load(Relaxed) - before.1;
            let expected = expected(&self.setup, sent, &self.said);
            let context = || format!("{response:?}\n{self:#?}\n{sent:?}: {expected:?}");
            let status = response.status.as_u16();
            assert!(expected.has(status), "{}", context());
            assert_eq!(was_served, usize::from(status == 200), "{}", context());
            assert!(was_asked <= usize::from(expected.asks()), "{}", context());
            if !self.keeps_results {
                assert_eq!(was_asked, usize::from(expected.asks()), "{}", context());
            }
            if status == 200 {
                assert_eq!(&body[..], b"served", "{}", context());
            } else {
                assert!(
                    is_well_formed(&response, &body, sent),
                    "{body:?} {}",
                    context()
                );
            }
        }
    }

    fn layer(&self, asked: Arc<AtomicUsize>) -> LambdaAuthorizerLayer<BoxAuthorizer> {
        let said = self.said.clone();
        let authorizer = BoxAuthorizer::new(authorizer_fn(move |_| {
            asked.fetch_add(1, Relaxed);
            let answer = match &said {
                Said::Failure(message) => Err(AuthorizerError::new(message.clone())),
                Said::Bytes(text) => AuthorizerResponse::from_json(text).map_err(Into::into),
                Said::Json(json) => {
                    AuthorizerResponse::from_json(json.to_string().as_bytes()).map_err(Into::into)
                }
            };
            async move { answer }
        }));
        let Setup {
            kind,
            needs_query,
            has_expression,
            refuses_ambiguous_paths,
            ignores_case,
        } = self.setup;
        let sources = |header: &str, query: &str| {
            if needs_query {
                vec![header.to_owned(), query.to_owned()]
            } else {
                vec![header.to_owned()]
            }
        };
        let of_http = || sources("$request.header.Authorization", "$request.querystring.q");
        let layer = match kind {
            ApiKind::Token => {
                let layer = LambdaAuthorizerLayer::token(authorizer);
                if has_expression {
                    layer.identity_validation_expression("t[a-z]*")
                } else {
                    Ok(layer)
                }
            }
            ApiKind::Request => LambdaAuthorizerLayer::request(
                authorizer,
                sources(
                    "method.request.header.Authorization",
                    "method.request.querystring.q",
                ),
            ),
            ApiKind::Http1 => LambdaAuthorizerLayer::http_api(authorizer)
                .payload_format_version(PayloadFormatVersion::V1)
                .and_then(|layer| layer.identity_sources(of_http())),
            ApiKind::Http2 => {
                LambdaAuthorizerLayer::http_api(authorizer).identity_sources(of_http())
            }
            ApiKind::Simple => LambdaAuthorizerLayer::http_api(authorizer)
                .simple_responses()
                .and_then(|layer| layer.identity_sources(of_http())),
            ApiKind::WebSocket => {
                LambdaAuthorizerLayer::websocket_api(authorizer).identity_sources(sources(
                    "route.request.header.Authorization",
                    "route.request.querystring.q",
                ))
            }
        };
        let layer = layer.expect("a layer that can be built");
        let layer = match (kind, self.keeps_results) {
            (ApiKind::WebSocket, _) => layer,
            (_, true) => layer
                .result_ttl(Duration::from_secs(300))
                .expect("a TTL in range"),
            (_, false) => layer.result_ttl(Duration::ZERO).expect("a TTL in range"),
        };
        let layer = layer
            .api(api())
            .method_arn_limit(1 << 20)
            .expect("a limit above zero")
            .no_authorizer_timeout();
        layer.ambiguous_paths(match (refuses_ambiguous_paths, ignores_case) {
            (false, _) => AmbiguousPaths::AsReceived,
            (true, false) => AmbiguousPaths::Refuse,
            (true, true) => AmbiguousPaths::IgnoreCase,
        })
    }
}

/// Its ARNs begin with `arn:aws:execute-api:r:1:a/s`.
fn api() -> Api {
    Api::new("r", "1", "a", "s").expect("an API")
}

impl Sent {
    /// None where `http` has no such request.
    fn request(&self) -> Option<Request<Full<Bytes>>> {
        let mut request = Request::new(Full::default());
        *request.method_mut() = Method::from_bytes(self.method.as_bytes()).ok()?;
        let origin = match &self.host_in_target {
            Some(host) => format!("http://{host}"),
            None => String::new(),
        };
        *request.uri_mut() = Uri::try_from(format!("{origin}{}{}", self.path, self.query)).ok()?;
        // What `http` makes of the target may be something else: the oracle has to read the same path.
        if request.uri().path() != self.path
            || request.uri().query() != self.query.strip_prefix('?')
        {
            return None;
        }
        if request.uri().authority().map(|host| host.as_str()) != self.host_in_target.as_deref() {
            return None;
        }
        let headers = request.headers_mut();
        headers.insert(header::HOST, HeaderValue::from_str(&self.host).ok()?);
        for token in &self.tokens {
            headers.append(header::AUTHORIZATION, HeaderValue::from_bytes(token).ok()?);
        }
        let mut keys = ConditionContext::new();
        for (name, value) in &self.keys {
            keys = match value {
                Key::Text(text) => keys.with(name, text),
                Key::List(texts) => keys.with_list(name, texts),
                // The generator makes texts and lists only.
                Key::Unknown | Key::Anything => continue,
            };
        }
        request.extensions_mut().insert(keys);
        if let Some(address) = self.address {
            let address = SocketAddr::new(address.parse().ok()?, 1);
            request.extensions_mut().insert(address);
        }
        Some(request)
    }
}

/// What a client can rely on in each refusal: JSON that says it is JSON, as long as it says.
fn is_well_formed(response: &http::response::Parts, body: &[u8], sent: &Sent) -> bool {
    let header = |name| {
        let values: Vec<_> = response.headers.get_all(name).iter().collect();
        (values.len() <= 1).then(|| values.first().map(|value| value.as_bytes()))
    };
    let Some(content_type) = header(header::CONTENT_TYPE) else {
        return false;
    };
    let has_no_breaks = response.headers.values().all(|value| {
        let hidden = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
        !value.as_bytes().iter().any(hidden)
    });
    let Some(length) = header(header::CONTENT_LENGTH) else {
        return false;
    };
    let length_fits =
        match length.and_then(|text| std::str::from_utf8(text).ok()?.parse::<usize>().ok()) {
            Some(length) => sent.method == "HEAD" || body.len() == length,
            None => length.is_none(),
        };
    let is_json = |content_type: &[u8]| content_type.starts_with(b"application/json");
    let body_fits = match content_type {
        Some(content_type) if is_json(content_type) => {
            (sent.method == "HEAD" && body.is_empty())
                || serde_json::from_slice::<Value>(body).is_ok()
        }
        // Two `Authorization` headers of a WebSocket API: a page in HTML.
        Some(_) => true,
        None => body.is_empty(),
    };
    has_no_breaks && length_fits && body_fits
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.expect("a runtime").block_on(future)
}
