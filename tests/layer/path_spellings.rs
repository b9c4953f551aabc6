//! No spelling of a denied path reaches the inner service.
//!
//! The tests use a real axum server on a socket, so that a client can send any request target. The handler reads the path
//! more leniently than axum: it decodes it once, reads a backslash as a slash, merges slashes, resolves dots and removes
//! the slash at the end. A path that it reads in this way must never be the denied path.

mod connect;
mod grpc_methods;
mod ignoring_case;
mod patterns;
mod policies;
mod random;
mod readings;
mod segments;

use std::sync::{Arc, Mutex};

use axum::{Router, extract::Path, extract::Request, routing::any};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tower_lambda_authorizer::{
    AmbiguousPaths, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    policy::{Effect, PolicyDocument, Statement},
};

const METHOD: &str = "arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET";

/// `Allow *`, `Deny` this path.
fn deny(path: &str) -> PolicyDocument {
    PolicyDocument::new([
        Statement::invoke(Effect::Allow, ["*"]),
        Statement::invoke(Effect::Deny, [format!("{METHOD}{path}")]),
    ])
}

/// `Allow` everything but this path.
fn allow_all_but(path: &str) -> PolicyDocument {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":
            {{"Effect":"Allow","Action":"execute-api:Invoke","NotResource":"{METHOD}{path}"}}}}"#
    );
    PolicyDocument::from_json(text.as_bytes()).unwrap()
}

/// What the handlers saw: the name that axum decoded, or the whole path, read leniently.
type Seen = Arc<Mutex<Vec<String>>>;

struct Server {
    address: std::net::SocketAddr,
    seen: Seen,
}

/// The outcome of a request: its status and body, and what the handlers saw.
#[derive(Debug, PartialEq)]
struct Outcome {
    status: u16,
    body: String,
    seen: Vec<String>,
}

impl Server {
    async fn start(policy: PolicyDocument, paths: AmbiguousPaths) -> Self {
        let seen = Seen::default();
        let layer = LambdaAuthorizerLayer::token(authorizer_fn(move |_| {
            let policy = policy.clone();
            async { Ok(AuthorizerResponse::policy(policy)) }
        }))
        .ambiguous_paths(paths)
        .method_arn_limit(4096)
        .unwrap();
        let (by_name, by_path) = (Arc::clone(&seen), Arc::clone(&seen));
        let user = any(async move |Path(name): Path<String>, request: Request| {
            let mut seen = by_name.lock().unwrap();
            seen.push(name);
            seen.push(read_leniently(request.uri().path()));
        });
        let rest = any(async move |request: Request| {
            let lenient = read_leniently(request.uri().path());
            by_path.lock().unwrap().push(lenient);
        });
        let app = Router::new()
            .route("/users/{name}", user)
            .route("/{*path}", rest.clone())
            .fallback(rest)
            .layer(layer);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, seen }
    }

    async fn refusing(policy: PolicyDocument) -> Self {
        Self::start(policy, AmbiguousPaths::Refuse).await
    }

    /// Sends a GET with this target on a new connection.
    async fn get(&self, target: impl AsRef<[u8]>) -> Outcome {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let rest = format!(
            " HTTP/1.1\r\nhost: {}\r\nauthorization: any\r\nconnection: close\r\n\r\n",
            host(target.as_ref())
        );
        let request = [b"GET ", target.as_ref(), rest.as_bytes()].concat();
        stream.write_all(&request).await.unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await.unwrap();
        let response = String::from_utf8(response).unwrap();
        Outcome {
            status: response[9..12].parse().unwrap(),
            body: response.split_once("\r\n\r\n").unwrap().1.to_owned(),
            seen: std::mem::take(&mut *self.seen.lock().unwrap()),
        }
    }

    /// The status of a request that must be refused before a handler runs. The layer refuses it, or hyper, which responds
    /// without a body, if it is not valid HTTP.
    async fn refusal(&self, target: impl AsRef<[u8]>) -> u16 {
        let outcome = self.get(&target).await;
        let target = String::from_utf8_lossy(target.as_ref()).into_owned();
        match outcome.status {
            400 if is_http(&target) => assert_eq!(outcome.body, r#"{"message":"Bad Request"}"#),
            400 => assert_eq!(outcome.body, "", "{target}"),
            403 => assert!(outcome.body.starts_with(r#"{"Message":"User is not auth"#)),
            _ => panic!("{target}: {outcome:?}"),
        }
        assert!(outcome.seen.is_empty(), "{target}: {outcome:?}");
        outcome.status
    }

    async fn assert_served(&self, target: impl AsRef<[u8]>, name: &str) {
        let outcome = self.get(&target).await;
        let target = String::from_utf8_lossy(target.as_ref()).into_owned();
        assert_eq!(outcome.status, 200, "{target}: {outcome:?}");
        assert_eq!(outcome.seen[0], name, "{target}");
    }
}

/// The host of a target, which a client repeats in the header.
fn host(target: &[u8]) -> String {
    let target = String::from_utf8_lossy(target);
    let after_scheme = target.split_once("://").map(|(_, rest)| rest);
    let authority = after_scheme.and_then(|rest| rest.split('/').next());
    authority.unwrap_or("h").to_owned()
}

/// Whether hyper can parse the target.
fn is_http(target: &str) -> bool {
    (target.starts_with('/') || target.contains("://"))
        && !target.contains(char::REPLACEMENT_CHARACTER)
}

/// The path as the most lenient service might read it.
fn read_leniently(path: &str) -> String {
    let decoded = String::from_utf8_lossy(&decode(path)).replace('\\', "/");
    let mut segments = Vec::new();
    for segment in decoded.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    format!("/{}", segments.join("/"))
}

fn decode(text: &str) -> Vec<u8> {
    let (mut decoded, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&byte, after)) = rest.split_first() {
        let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        let encoded = after.get(..2).filter(|_| byte == b'%').and_then(hex);
        decoded.push(encoded.unwrap_or(byte));
        rest = after.get(encoded.map_or(0, |_| 2)..).unwrap();
    }
    decoded
}

fn upper(c: char) -> String {
    format!("%{:02X}", u32::from(c))
}

fn lower(c: char) -> String {
    format!("%{:02x}", u32::from(c))
}

/// Spellings that a policy for `/users/admin` must cover.
#[rustfmt::skip]
fn spellings_of_admin() -> Vec<String> {
    let mut spellings: Vec<String> = [
        "/users/admin", "/users//admin", "//users/admin", "///users///admin", "/users/admin/",
        "/users/admin//", "//users//admin//", "/users/admin?", "/users/admin?name=bob",
        "/users/admin?/../bob", "/users/admin#x", "/users/admin#/../bob", "/users/%61dmin/?x",
        "http://h/users/admin", "HTTP://H/users/admin", "hTTp://other.example:81/users/admin",
        "http://h//users/admin", "http://h/users/%61dmin", "https://[::1]/users/admin/",
        "/users/admin;x", "/users/admin;", "/users;a=b/admin;c=d/", "/;x/users//;y/%61dmin%3Bz",
        "/users/admin;x/y", "/users/admin;/bob/", "/users/%61dmin/;x/y", "//users//admin%3Bx/y",
        "//x/users/admin", "//x/users/admin;y/z", "/;x/h/users;/admin", "///x.example:80//users/%61dmin/",
    ]
    .map(String::from)
    .to_vec();
    for (at, c) in "/users/admin".char_indices().filter(|(_, c)| *c != '/') {
        for encoded in [upper(c), lower(c)] {
            spellings.push(format!("{}{encoded}{}", &"/users/admin"[..at], &"/users/admin"[at + 1..]));
        }
    }
    for encode in [upper, lower] {
        let all = |text: &str| text.chars().map(encode).collect::<String>();
        spellings.push(format!("/users/{}", all("admin")));
        spellings.push(format!("/{}/{}", all("users"), all("admin")));
        spellings.push(format!("//{}//{}/", all("users"), all("admin")));
    }
    spellings
}

/// Targets that can be read in two ways, or not at all.
#[rustfmt::skip]
const AMBIGUOUS: [&[u8]; 39] = [
    b"/users/./admin", b"/./users/admin", b"/users/admin/.", b"/users/x/../admin", b"/x/../users/admin",
    b"/../users/admin", b"/users/admin/x/..", b"/users/%2e/admin", b"/users/x/%2e%2e/admin",
    b"/users/x/%2E./admin", b"/users/x/.%2e/admin", b"/users%2Fadmin", b"/users%2fadmin",
    b"/%2Fusers/admin", b"/users/admin%2F", b"/users/x%2F..%2Fadmin", b"/users%5Cadmin",
    b"/users%5cadmin", b"/users/%5C/admin", b"/users/admin%5C", b"/users\\admin", b"\\users\\admin",
    b"/users/x\\..\\admin", b"/users/admin%00", b"/users/%00admin", b"/users/admin%00.txt",
    b"/users/admin%0a", b"/users/admin%0D%0A", b"/users/adm%7Fin", b"/users/admin%FF",
    b"/users/%C0%A1dmin", b"/users/admin\xff", b"/users/admin%",
    b"/users/*", b"/users/adm%2A", b"/users/%3Fdmin", b"/users/${x}", b"/users/%24%7bx}",
    b"http://me@h/users/admin",
];

#[tokio::test]
async fn every_spelling_of_a_denied_path_is_refused() {
    for policy in [deny("/users/admin"), allow_all_but("/users/admin")] {
        let server = Server::refusing(policy).await;
        for spelling in spellings_of_admin() {
            assert_eq!(server.refusal(&spelling).await, 403, "{spelling}");
        }
    }
}

#[tokio::test]
async fn a_path_that_can_be_read_in_two_ways_is_refused_whatever_the_policy() {
    let everything = PolicyDocument::new([Statement::invoke(Effect::Allow, ["*"])]);
    for policy in [
        deny("/users/admin"),
        allow_all_but("/users/admin"),
        everything,
    ] {
        let server = Server::refusing(policy).await;
        for target in AMBIGUOUS {
            let shown = String::from_utf8_lossy(target);
            assert_eq!(server.refusal(target).await, 400, "{shown}");
        }
    }
}

#[tokio::test]
#[rustfmt::skip]
async fn other_names_are_served() {
    for policy in [deny("/users/admin"), allow_all_but("/users/admin")] {
        let server = Server::refusing(policy).await;
        for (target, name) in [
            ("/users/bob", "bob"),
            ("/users/admi", "admi"),
            ("/users/admin2", "admin2"),
            ("/users/Admin", "Admin"),
            ("/users/%41dmin", "Admin"),
            ("/users/admin%20", "admin "),
            ("/users/%20admin", " admin"),
            ("/users/admin.", "admin."),
            ("/users/...", "..."),
            ("/users/%2561dmin", "%61dmin"),
            ("/users/a%20b", "a b"),
            ("/users/bob%40example.com", "bob@example.com"),
            ("/users/bob@example.com", "bob@example.com"),
            ("/users/%252A", "%2A"),
            ("/users/$x", "$x"),
            ("/users/bob?name=admin", "bob"),
            ("/users/bob?/users/admin", "bob"),
            ("http://admin/users/bob", "bob"),
            ("/pets/a%20b", "/pets/a b"),
            ("/users/admin/keys", "/users/admin/keys"),
            ("/users/bob;x=1", "bob;x=1"),
            ("/users/bob;/users/admin", "/users/bob;/users/admin"),
            ("/users/", "/users"),
            ("/", "/"),
        ] {
            server.assert_served(target, name).await;
        }
    }
}
