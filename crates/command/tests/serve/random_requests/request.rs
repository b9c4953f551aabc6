//! A random request.

use std::fmt;

use bytes::Bytes;
use fastrand::Rng;
use http::{HeaderName, HeaderValue, Method, Request, Uri, header::COOKIE};
use http_body_util::Full;
use tower_lambda_authorizer::ApiType;

use super::documents::Sample;

pub(super) struct Asked {
    pub(super) method: &'static str,
    target: Vec<u8>,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Option<&'static str>,
}

const METHODS: [&str; 14] = [
    "GET", "GET", "GET", "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "get", "X-1",
    "A*", "A_B!",
];

const PATHS: [&str; 8] = [
    "/pets",
    "/pets/7",
    "/pets/7/toys",
    "/pets?tenant=acme",
    "/pets/7?tenant=acme&tenant=other",
    "/open",
    "/open/a/b",
    "/",
];

const PIECES: [&[u8]; 44] = [
    b"/",
    b"/",
    b"/",
    b"/",
    b"//",
    b"open",
    b"pets",
    b"pets",
    b"7",
    b"..",
    b".",
    b"%2e",
    b"%2E%2e",
    b"%2F",
    b"%5c",
    b"\\",
    b";",
    b";a=b",
    b"#",
    b"?",
    b"?",
    b"?tenant=acme",
    b"&tenant=acme",
    b"&tenant=",
    b"&Tenant=a",
    b"=",
    b"%61",
    b"%00",
    b"%",
    b"%zz",
    b"%25",
    b"*",
    b"${",
    b"{",
    b"}",
    b"\xc3\xa9",
    b"\xff",
    b"%C3%A9",
    b"%FF",
    b":",
    b"@",
    b"+",
    b"\"",
    b"PETS",
];

const TOKENS: [&[u8]; 16] = [
    b"allow",
    b"allow",
    b"allow",
    b"allow",
    b"allow",
    b"allow",
    b"deny",
    b"reader",
    b"office",
    b"fail",
    b"unauthorized",
    b"nobody",
    b"",
    b"Bearer allow",
    b"\xe9t\xe9",
    b"allow\tallow",
];

const TENANTS: [&[u8]; 5] = [b"acme", b"acme,other", b"", b"\xff", b"a b"];

const OTHERS: [(&str, &[u8]); 16] = [
    ("Accept", b"text/html"),
    ("ACCEPT", b"application/json;q=0.5, */*"),
    ("Cookie", b"a=1; b=2"),
    ("cookie", b"session=allow"),
    ("X-Odd", b"\xc3\xa9 \"quoted\" \\"),
    ("X-Odd", b""),
    ("X-User", b"admin"),
    ("x_user", b"admin"),
    ("X-Level", b"9"),
    ("X-Forwarded-For", b"203.0.113.9"),
    ("X-Real-IP", b"203.0.113.9"),
    ("X-HTTP-Method-Override", b"DELETE"),
    ("Connection", b"keep-alive"),
    ("Connection", b"close"),
    ("User-Agent", b"chance/1"),
    ("TE", b"trailers"),
];

const HOSTS: [&str; 5] = [
    "shop.example",
    "shop.example:80",
    "SHOP.example",
    "127.0.0.1",
    "[::1]:8080",
];

impl Asked {
    pub(super) fn random(random: &mut Rng) -> Self {
        let method = one_of(random, &METHODS);
        let mut headers = vec![("Host", one_of(random, &HOSTS).as_bytes().to_vec())];
        let names = ["Authorization", "authorization", "AUTHORIZATION"];
        for _ in 0..one_of(random, &[0, 1, 1, 1, 1, 1, 1, 2]) {
            headers.push((one_of(random, &names), one_of(random, &TOKENS).to_vec()));
        }
        for _ in 0..one_of(random, &[0, 1, 1, 1, 2]) {
            headers.push(("X-Tenant", one_of(random, &TENANTS).to_vec()));
        }
        for _ in 0..random.usize(..4) {
            let (name, value) = one_of(random, &OTHERS);
            headers.push((name, value.to_vec()));
        }
        let (first, rest) = (0, headers.len());
        random.shuffle(&mut headers[first..rest]);
        let has_body = !["GET", "HEAD"].contains(&method) && random.bool();
        Self {
            method,
            target: target(random),
            headers,
            body: has_body.then_some("the body"),
        }
    }

    /// The bytes for a connection. White space around a value does not belong to it.
    pub(super) fn message(&self) -> Vec<u8> {
        let mut message = [self.method.as_bytes(), b" ", &self.target, b" HTTP/1.1\r\n"].concat();
        for (name, value) in &self.headers {
            message.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        if let Some(body) = self.body {
            message.extend(format!("Content-Length: {}\r\n", body.len()).into_bytes());
        }
        message.extend_from_slice(b"\r\n");
        message.extend_from_slice(self.body.unwrap_or_default().as_bytes());
        message
    }

    /// Servers of the command refuse methods with letters in lower case, and identity sources that are repeated if only the
    /// last value counts, or that servers may read in another way. The library leaves them to the policy.
    pub(super) fn is_refused_by_every_server(&self, sample: &Sample) -> bool {
        let names = self.headers.iter();
        let tokens = names.filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let repeats_the_token = tokens.count() > 1;
        let request = self.request();
        let query = request.as_ref().and_then(|request| request.uri().query());
        let parameters = || query.unwrap_or_default().split('&');
        let tenants = parameters().filter(|parameter| parameter.starts_with("tenant="));
        let tenants: Vec<_> = tenants.collect();
        let has_another = parameters().any(|parameter| parameter.starts_with("Tenant="));
        let is_cut = tenants.iter().any(|tenant| tenant.contains(';'));
        let has_several = tenants.len() > 1 || tenants.len() == 1 && (has_another || is_cut);
        let repeats_the_tenant = sample.name == "requests" && has_several;
        let is_last_used = sample.api_type == ApiType::Rest;
        self.method.bytes().any(|byte| byte.is_ascii_lowercase())
            || is_last_used && (repeats_the_token || repeats_the_tenant)
    }

    /// The same for a service, unless it is not a request. The command makes one cookie field of several. hyper refuses a
    /// target that is not UTF-8, also if only the fragment is not, which `Uri` leaves out.
    pub(super) fn request(&self) -> Option<Request<Full<Bytes>>> {
        let body = self.body.unwrap_or_default();
        let mut request = Request::new(Full::from(body));
        *request.method_mut() = Method::from_bytes(self.method.as_bytes()).ok()?;
        *request.uri_mut() = std::str::from_utf8(&self.target)
            .ok()?
            .parse::<Uri>()
            .ok()?;
        for (name, value) in &self.headers {
            let name = name.parse::<HeaderName>().ok()?;
            let mut value = value.trim_ascii().to_vec();
            let earlier = (name == COOKIE).then(|| request.headers_mut().remove(&name));
            if let Some(earlier) = earlier.flatten() {
                value = [earlier.as_bytes(), b"; ", &value].concat();
            }
            let value = HeaderValue::from_bytes(&value).ok()?;
            request.headers_mut().append(name, value);
        }
        if self.body.is_some() {
            request
                .headers_mut()
                .append("content-length", body.len().into());
        }
        Some(request)
    }
}

fn target(random: &mut Rng) -> Vec<u8> {
    let mut target = match random.u8(..10) {
        0..6 => one_of(random, &PATHS).as_bytes().to_vec(),
        6 => b"http://shop.example/".to_vec(),
        _ => b"/".to_vec(),
    };
    if random.u8(..10) >= 5 {
        for _ in 0..random.usize(1..7) {
            target.extend_from_slice(one_of(random, &PIECES));
        }
    }
    target
}

fn one_of<T: Copy>(random: &mut Rng, all: &[T]) -> T {
    all[random.usize(..all.len())]
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message().escape_ascii())
    }
}
