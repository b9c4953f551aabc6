//! Hostile requests, responses and policies, with a real server on a socket.
//!
//! Each is refused with the exact status and body, and does not reach the inner service. Afterwards the server still
//! serves an ordinary request on a new connection, and on the same one if HTTP keeps it open. Time limits are generous:
//! two seconds for work that takes milliseconds.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "hostile_input/hosts.rs"]
mod hosts;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use axum::{Router, body::Body};
use http::{Request, Response};
use http_body_util::BodyExt;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer,
    authorizer_fn,
    policy::{Effect, EvaluationRequest, PolicyDocument, Statement, Verdict},
};

const METHOD: &str = "arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET";
const UNAUTHORIZED: (u16, &str) = (401, r#"{"message":"Unauthorized"}"#);
const EXPLICIT_DENY: (u16, &str) = (
    403,
    r#"{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}"#,
);
const IMPLICIT_DENY: (u16, &str) = (
    403,
    r#"{"Message":"User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action"}"#,
);
const BROKEN: (u16, &str) = (500, r#"{"message":null}"#);
const AMBIGUOUS: (u16, &str) = (400, r#"{"message":"Bad Request"}"#);
const TOO_LONG: (u16, &str) = (414, r#"{"message":"Request URI too long"}"#);
const SERVED: (u16, &str) = (200, "served");
/// hyper's own responses have no body, and close the connection.
const NOT_HTTP: (u16, &str) = (400, "");

const ORDINARY: &str = "GET /pets?needle=allow HTTP/1.1\r\nhost: h\r\nauthorization: allow\r\n\r\n";

type Answer = Result<AuthorizerResponse, AuthorizerError>;

struct Server {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    served: Arc<AtomicUsize>,
}

impl Server {
    /// A server whose authorizer allows everything to the identity `allow`, and returns this answer to others.
    async fn start(
        answer: impl Fn(&AuthorizerRequest) -> Answer + Send + Sync + 'static,
        configure: impl FnOnce(BoxAuthorizer) -> LambdaAuthorizerLayer<BoxAuthorizer>,
    ) -> Self {
        let (asked, served) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let (count_asked, count_served) = (Arc::clone(&asked), Arc::clone(&served));
        let layer = configure(BoxAuthorizer::new(authorizer_fn(move |request| {
            count_asked.fetch_add(1, SeqCst);
            let answer = match request.identity().last().map(String::as_str) {
                Some("allow") => Ok(AuthorizerResponse::allow("*")),
                _ => answer(&request),
            };
            async { answer }
        })))
        .result_ttl(Duration::ZERO)
        .unwrap();
        let inner = Router::new().fallback(async move || {
            count_served.fetch_add(1, SeqCst);
            "served"
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, inner.layer(layer)).await });
        Self {
            address,
            asked,
            served,
        }
    }

    /// Sends a request. Checks the response, whether the authorizer was called, that the inner service was reached only
    /// for a 200, and that the server still works.
    async fn check(
        &self,
        what: &str,
        request: impl AsRef<[u8]>,
        expected: (u16, &str),
        asked: bool,
    ) {
        let mut connection = self.connect().await;
        let before = (self.asked.load(SeqCst), self.served.load(SeqCst));
        let reply = connection.exchange(request.as_ref()).await;
        assert_eq!((reply.0, &*reply.1), expected, "{what}");
        let expected_counts = (
            before.0 + usize::from(asked),
            before.1 + usize::from(expected == SERVED),
        );
        assert_eq!(
            (self.asked.load(SeqCst), self.served.load(SeqCst)),
            expected_counts,
            "{what}"
        );
        let by_hyper = expected.1.is_empty();
        if !by_hyper {
            let again = connection.exchange(ORDINARY.as_bytes()).await;
            assert_eq!(
                (again.0, &*again.1),
                SERVED,
                "{what}: afterwards, same connection"
            );
        }
        let again = self.connect().await.exchange(ORDINARY.as_bytes()).await;
        assert_eq!(
            (again.0, &*again.1),
            SERVED,
            "{what}: afterwards, new connection"
        );
    }

    async fn connect(&self) -> Connection {
        Connection(BufReader::new(
            TcpStream::connect(self.address).await.unwrap(),
        ))
    }
}

struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Sends a request and returns the status and body of the response. Fails after a minute, so that no test hangs.
    async fn exchange(&mut self, request: &[u8]) -> (u16, String) {
        let exchange = async {
            self.0.write_all(request).await.unwrap();
            let (mut head, mut length) = (Vec::new(), 0);
            loop {
                let mut line = String::new();
                self.0.read_line(&mut line).await.unwrap();
                if let Some(value) = line.strip_prefix("content-length: ") {
                    length = value.trim_end().parse().unwrap();
                }
                if line.trim_end().is_empty() {
                    break;
                }
                head.push(line);
            }
            let mut body = vec![0; length];
            self.0.read_exact(&mut body).await.unwrap();
            (
                head[0][9..12].parse().unwrap(),
                String::from_utf8(body).unwrap(),
            )
        };
        tokio::time::timeout(Duration::from_secs(60), exchange)
            .await
            .unwrap()
    }
}

/// A server with a TOKEN authorizer.
async fn token_server(
    answer: impl Fn(&AuthorizerRequest) -> Answer + Send + Sync + 'static,
) -> Server {
    Server::start(answer, LambdaAuthorizerLayer::token).await
}

fn deny_all(_: &AuthorizerRequest) -> Answer {
    Ok(AuthorizerResponse::deny("*"))
}

/// A GET of this target with these raw header lines.
fn get(target: &str, headers: &[u8]) -> Vec<u8> {
    [
        b"GET ",
        target.as_bytes(),
        b" HTTP/1.1\r\nhost: h\r\n",
        headers,
        b"\r\n",
    ]
    .concat()
}

fn get_as_other(target: &str) -> Vec<u8> {
    get(target, b"authorization: other\r\n")
}

/// Runs work that should take milliseconds, and fails if it takes seconds.
async fn soon<T>(what: &str, run: impl Future<Output = T>) -> T {
    let start = Instant::now();
    let result = run.await;
    let took = start.elapsed();
    assert!(took < Duration::from_secs(2), "{what} took {took:?}");
    result
}

#[tokio::test]
#[rustfmt::skip]
async fn hostile_tokens_get_401_or_an_ordinary_decision() {
    let server = token_server(deny_all).await;
    let long = [b"authorization: ", &[b'x'; 64 * 1024][..], b"\r\n"].concat();
    for (what, headers, expected, asked) in [
        ("missing", &b""[..], UNAUTHORIZED, false),
        ("empty", b"authorization:\r\n", UNAUTHORIZED, false),
        ("whitespace", b"authorization:  \t \r\n", UNAUTHORIZED, false),
        ("not UTF-8", b"authorization: allow\xff\r\n", UNAUTHORIZED, false),
        ("overlong UTF-8", b"authorization: \xc0\xaf\r\n", UNAUTHORIZED, false),
        ("a similar name", b"authorization2: allow\r\nx-authorization: allow\r\n", UNAUTHORIZED, false),
        ("repeated, the last empty", b"authorization: allow\r\nauthorization: \r\n", UNAUTHORIZED, false),
        ("repeated, the last not UTF-8", b"authorization: allow\r\nAUTHORIZATION: \xff\r\n", UNAUTHORIZED, false),
        ("repeated, the last refused", b"authorization: allow\r\nAuthorization: other\r\n", EXPLICIT_DENY, true),
        ("repeated, the last allowed", b"authorization: other\r\nAuthorization: allow\r\n", SERVED, true),
        ("repeated, the first empty", b"authorization:\r\nauthorization: allow\r\n", SERVED, true),
        ("blanks around it", b"AUTHORIZATION: \t allow \t \r\n", SERVED, true),
        ("a list", b"authorization: allow, allow\r\n", EXPLICIT_DENY, true),
        ("UTF-8", b"authorization: \xc3\xa9\r\n", EXPLICIT_DENY, true),
        ("an ARN with a wildcard", b"authorization: arn:aws:execute-api:*:*:*\r\n", EXPLICIT_DENY, true),
        ("64 KB", &long, EXPLICIT_DENY, true),
        ("a control character", b"authorization: allow\x01\r\n", NOT_HTTP, false),
        ("a NUL", b"authorization: allow\0\r\n", NOT_HTTP, false),
        ("a folded line", b"authorization: x\r\n allow\r\n", NOT_HTTP, false),
        ("a blank before the colon", b"authorization : allow\r\n", NOT_HTTP, false),
    ] {
        server.check(what, get("/pets", headers), expected, asked).await;
    }
}

/// hyper would refuse these: ten megabytes, ten thousand headers, targets without a path.
#[tokio::test]
async fn requests_that_http_cannot_carry_get_the_same_decisions_in_process() {
    let megabytes = "x".repeat(10 * 1024 * 1024);
    let deny_others = authorizer_fn(async |request: AuthorizerRequest| match request.token() {
        Some("allow") => Ok(AuthorizerResponse::allow("*")),
        _ => Ok(AuthorizerResponse::deny("*")),
    });
    let service = LambdaAuthorizerLayer::token(deny_others).layer(service_fn(inner_service));
    for (target, first, last, expected) in [
        ("/pets", "", &*megabytes, EXPLICIT_DENY),
        ("/pets", "other", "allow", SERVED),
        ("/pets", "allow", "other", EXPLICIT_DENY),
        ("/pets", "allow", " ", UNAUTHORIZED),
        ("*", "other", "allow", AMBIGUOUS),
        ("host:80", "other", "allow", AMBIGUOUS),
    ] {
        let mut request = Request::get(target).body(Body::empty()).unwrap();
        let values = std::iter::repeat_n(first, 9_999).chain([last]);
        for value in values {
            request
                .headers_mut()
                .append("authorization", value.parse().unwrap());
        }
        let response = service.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(
            (status, &*body),
            (expected.0, expected.1.as_bytes()),
            "{target} {first}"
        );
    }
}

async fn inner_service(_: Request<Body>) -> Result<Response<Body>, std::convert::Infallible> {
    Ok(Response::new(Body::from("served")))
}

#[tokio::test]
async fn an_adversarial_token_is_validated_as_fast_as_a_plain_one() {
    let server = Server::start(deny_all, |authorizer| {
        let layer = LambdaAuthorizerLayer::token(authorizer);
        layer
            .identity_validation_expression("allow|(a+)+(a|a)*b")
            .unwrap()
    });
    let server = server.await;
    let header = |end: &str| format!("authorization: {}{end}\r\n", "a".repeat(64 * 1024));
    server
        .check(
            "no match",
            get("/pets", header("").as_bytes()),
            UNAUTHORIZED,
            false,
        )
        .await;
    server
        .check(
            "a match",
            get("/pets", header("b").as_bytes()),
            EXPLICIT_DENY,
            true,
        )
        .await;
}

#[tokio::test]
#[rustfmt::skip]
async fn one_of_ten_thousand_query_parameters_is_found() {
    let configure = |authorizer| {
        LambdaAuthorizerLayer::request(authorizer, "method.request.querystring.needle").unwrap()
    };
    let server = Server::start(deny_all, configure).await;
    let hay = "k=1&".repeat(10_000);
    let needles = "needle=x&".repeat(7_000);
    let empties = "&".repeat(10_000);
    for (what, query, expected, asked) in [
        ("absent", hay.clone(), UNAUTHORIZED, false),
        ("first", format!("needle=allow&{hay}"), SERVED, true),
        ("last", format!("{hay}needle=allow"), SERVED, true),
        ("first and last", format!("needle=allow&{hay}needle=x"), EXPLICIT_DENY, true),
        ("everywhere", format!("{needles}needle=allow"), SERVED, true),
        ("between nothing", format!("{empties}needle=allow{empties}"), SERVED, true),
        ("empty at last", format!("needle=allow&{hay}needle"), UNAUTHORIZED, false),
        ("by another case", format!("Needle=allow&{hay}"), UNAUTHORIZED, false),
        ("in a value", "k=needle=allow".into(), UNAUTHORIZED, false),
        ("encoded", "n%65edle=%61llow".into(), SERVED, true),
        ("a malformed encoding is text", "needle=%zz&k=%".into(), EXPLICIT_DENY, true),
        ("a malformed encoding at the end", "needle=allow%".into(), EXPLICIT_DENY, true),
        ("not UTF-8", "needle=allow&needle=%FF".into(), UNAUTHORIZED, false),
        ("another parameter is not UTF-8", "%FF=%FE&needle=allow&k=%C0%AF".into(), SERVED, true),
        ("no query", String::new(), UNAUTHORIZED, false),
    ] {
        server.check(what, get(&format!("/pets?{query}"), b""), expected, asked).await;
    }
    // hyper itself returns 414 for more than 64 KB.
    let query = "k=1&".repeat(20_000);
    server.check("80 KB", get(&format!("/pets?{query}needle=allow"), b""), (414, ""), false).await;
}

#[tokio::test]
async fn malformed_percent_encoding_is_400_in_the_path_and_ignored_in_the_query() {
    let server = token_server(|_| Ok(AuthorizerResponse::allow("*"))).await;
    for path in [
        "/%", "/a%", "/a%2", "/a%zz", "/a%2/b", "/%%41", "/a%u0041", "/a%FF", "/a%C3", "/a%C0%AF",
    ] {
        server
            .check(path, get_as_other(path), AMBIGUOUS, false)
            .await;
        // Without a token, the missing identity is the reason, whatever the path.
        server
            .check(path, get(path, b""), UNAUTHORIZED, false)
            .await;
        let in_query = format!("/pets?q={path}&{path}=1");
        server
            .check(&in_query, get_as_other(&in_query), SERVED, true)
            .await;
    }
}

#[tokio::test]
#[rustfmt::skip]
async fn long_paths_are_414_unless_the_limit_is_raised() {
    let pattern = || Ok(AuthorizerResponse::deny(format!("{METHOD}/*/needle")));
    let long = format!("/{}", "x/".repeat(8 * 1024));
    let server = token_server(move |_| pattern()).await;
    server.check("16 KB", get_as_other(&long), TOO_LONG, false).await;
    server.check("and ambiguous", get_as_other(&format!("{long}%00")), TOO_LONG, false).await;
    let fitting = format!("/{}", "x".repeat(1600 - METHOD.len() - 1));
    server.check("1600 bytes", get_as_other(&fitting), IMPLICIT_DENY, true).await;
    server.check("1601 bytes", get_as_other(&format!("{fitting}x")), TOO_LONG, false).await;

    let raised = |authorizer| LambdaAuthorizerLayer::token(authorizer).method_arn_limit(20 * 1024);
    let server = Server::start(move |_| pattern(), raised).await;
    server.check("decided", get_as_other(&long), IMPLICIT_DENY, true).await;
    server.check("denied", get_as_other(&format!("{long}needle")), EXPLICIT_DENY, true).await;
    let spelled = format!("{long}{}n%65edle{}", "/".repeat(500), "/".repeat(500));
    server.check("denied in another spelling", get_as_other(&spelled), EXPLICIT_DENY, true).await;
    server.check("ambiguous", get_as_other(&format!("{long}..")), AMBIGUOUS, false).await;
}

#[tokio::test]
#[rustfmt::skip]
async fn an_authorizer_that_returns_nonsense_is_a_500() {
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let lists = nested("[", "]");
    let objects = nested(r#"{"a":"#, "}").replace(":}", ":1}");
    let fine = r#"{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}"#;
    let answer = |policy: &str| format!(r#"{{"policyDocument":{policy}}}"#);
    let of = |statement: &str| answer(&format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#));
    let with = |member: &str| format!(r#"{{{member},"policyDocument":{{"Statement":{fine}}}}}"#);
    for (what, text, expected) in [
        ("null", "null".into(), BROKEN),
        ("a list", "[]".into(), BROKEN),
        ("a text", r#""text""#.into(), BROKEN),
        ("nothing", String::new(), BROKEN),
        ("10 MB", with(&format!(r#""x":"{}""#, "x".repeat(10 * 1024 * 1024))), BROKEN),
        ("10 MB of brackets", "[".repeat(10 * 1024 * 1024), BROKEN),
        ("lists in lists", lists.clone(), BROKEN),
        ("objects in objects", objects.clone(), BROKEN),
        ("an unknown member that is too deep to be read", with(&format!(r#""x":{lists}"#)), BROKEN),
        ("an unknown member", with(r#""x":[[[{"y":[1.5,"z",null]}]]]"#), SERVED),
        ("an unknown member without an end", with(&format!(r#""x":{}"#, "[".repeat(100_000))), BROKEN),
        ("deep context", with(&format!(r#""context":{objects}"#)), BROKEN),
        ("deep policy", answer(&objects), BROKEN),
        ("deep statements", of(&lists), BROKEN),
        ("deep condition", of(&fine.replacen('{', &format!(r#"{{"Condition":{objects},"#), 1)), BROKEN),
        ("deep resource", of(&fine.replace(r#""*""#, &lists)), BROKEN),
        ("unknown members", with(r#""isAuthorized":false,"x":null"#), SERVED),
        ("unknown policy member", of(&format!(r#"{fine},"x":1"#)), BROKEN),
        ("duplicate policy", with(&format!(r#""policyDocument":{{"Statement":{fine}}}"#)), BROKEN),
        ("duplicate Effect", of(&fine.replacen('{', r#"{"Effect":"Deny","#, 1)), BROKEN),
        ("an answer as a list", format!(r#"["u",{{"Statement":{fine}}},null,null,null]"#), BROKEN),
        ("a policy as a list", answer(&format!(r#"["2012-10-17",null,[{fine}]]"#)), BROKEN),
        ("a statement as a list", of(r#"[[null,"Allow","*",null,"*",null,null]]"#), BROKEN),
        ("Effect as an object", of(&fine.replace(r#""Allow""#, r#"{"Allow":null}"#)), BROKEN),
        ("Effect as a list", of(&fine.replace(r#""Allow""#, r#"["Allow"]"#)), BROKEN),
        ("nested context", with(r#""context":{"a":{"b":1}}"#), BROKEN),
        ("null in the context", with(r#""context":{"a":null}"#), BROKEN),
        ("a proxy response", r#"{"statusCode":401}"#.into(), BROKEN),
        ("a simple response", r#"{"isAuthorized":true}"#.into(), BROKEN),
        ("a number beyond all", with(r#""context":{"a":1e999}"#), BROKEN),
        ("half a surrogate", with(r#""context":{"a":"\ud800"}"#), BROKEN),
        ("Unauthorized", r#"{"errorMessage":"Unauthorized"}"#.into(), UNAUTHORIZED),
        ("another failure", r#"{"errorMessage":"Unauthorized!"}"#.into(), BROKEN),
        ("nothing allowed", of("[]"), IMPLICIT_DENY),
    ] {
        let server = token_server(move |_| AuthorizerResponse::from_json(text.as_bytes())).await;
        server.check(what, get_as_other("/pets"), expected, true).await;
    }
}

#[tokio::test]
#[rustfmt::skip]
async fn a_policy_of_a_hundred_thousand_statements_is_decided() {
    let resource = |n: usize| format!("{METHOD}/{}/{n}/*", "x".repeat(n % 7));
    let deny_last = (0..100_000).map(|n| Statement::invoke(Effect::Allow, [resource(n)]));
    let deny_last = deny_last.chain([Statement::invoke(Effect::Deny, [format!("{METHOD}/pets")])]);
    let policy = PolicyDocument::new(deny_last.collect::<Vec<_>>());
    let server = token_server(move |_| Ok(AuthorizerResponse::policy(policy.clone()))).await;
    server.check("the last statement denies", get_as_other("/pets"), EXPLICIT_DENY, true).await;
    server.check("none allows", get_as_other("/dogs"), IMPLICIT_DENY, true).await;
    server.check("one allows", get_as_other("/xxxxx/99993/y"), SERVED, true).await;
    server.check("not that one", get_as_other("/xxxx/99993/y"), IMPLICIT_DENY, true).await;
}

#[tokio::test]
async fn a_policy_in_json_is_read_up_to_six_megabytes_and_refused_beyond() {
    let statement = r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::x"},"#;
    let policy = |count: usize| {
        let last = statement.replace("arn:aws:s3:::x", "*");
        let statements = statement.repeat(count) + last.trim_end_matches(',');
        format!(r#"{{"policyDocument":{{"Statement":[{statements}]}}}}"#)
    };
    for (what, count, expected) in [("within", 100_000, SERVED), ("beyond", 105_000, BROKEN)] {
        let text = policy(count);
        let within = text.len() <= tower_lambda_authorizer::MAX_RESPONSE_BYTES;
        assert_eq!(within, expected == SERVED, "{what}: {}", text.len());
        let server = token_server(move |_| AuthorizerResponse::from_json(text.as_bytes())).await;
        server
            .check(what, get_as_other("/pets"), expected, true)
            .await;
    }
}

/// Patterns that take exponential time with a backtracking matcher and quadratic time with a two-pointer one. Each has a
/// text to repeat, so that the pattern nearly matches.
fn adversarial_patterns(size: usize) -> [(String, &'static str); 6] {
    [
        (format!("*{}b*", "a".repeat(size)), "a"),
        (format!("*{}b", "a".repeat(size)), "a"),
        (format!("*{}c*", "ab?".repeat(size / 3)), "abx"),
        (format!("*{}c*", "?".repeat(size)), "ab"),
        (format!("{}b", "a*".repeat(size / 2)), "a"),
        (format!("{}b*", "a*".repeat(size / 2)), "a"),
    ]
}

#[tokio::test]
async fn adversarial_wildcards_on_an_8_kb_path_are_decided_soon() {
    for (pattern, text) in adversarial_patterns(4096) {
        let path = format!("/{}", text.repeat(8192 / text.len()));
        for effect in [Effect::Deny, Effect::Allow] {
            let statement = Statement::invoke(effect, [format!("{METHOD}/{pattern}")]);
            let policy = PolicyDocument::new(vec![statement; 5]);
            let answer =
                move |_: &AuthorizerRequest| Ok(AuthorizerResponse::policy(policy.clone()));
            let configure =
                |authorizer| LambdaAuthorizerLayer::token(authorizer).method_arn_limit(10_000);
            let server = Server::start(answer, configure).await;
            let what = &pattern[..8];
            let check = server.check(what, get_as_other(&path), IMPLICIT_DENY, true);
            soon(what, check).await;
        }
    }
}

/// Half a megabyte costs a quadratic matcher half a billion steps.
#[tokio::test]
async fn adversarial_wildcards_are_linear_in_the_text() {
    for (pattern, text) in adversarial_patterns(1024) {
        let statement = Statement::invoke(Effect::Allow, [format!("{METHOD}/{pattern}")]);
        let policy = PolicyDocument::new([statement]).compile();
        let arn = format!("{METHOD}/{}", text.repeat(512 * 1024 / text.len()));
        let request = EvaluationRequest::invoke(&arn);
        let verdict = soon(&pattern[..8], async { policy.evaluate(&request).verdict() }).await;
        assert_eq!(verdict, Verdict::ImplicitDeny);
    }
}
