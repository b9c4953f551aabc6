//! Random checks, by the thousand: none is answered with an error, and none opens a guarded route.

use std::env;

use envoy_types::{
    ext_authz::v3::pb::CheckRequest,
    pb::envoy::{
        config::core::v3::{HeaderMap, HeaderValue, socket_address::PortSpecifier},
        service::auth::v3::{AttributeContext, attribute_context::TlsSession},
    },
};
use fastrand::Rng;
use tonic::Code;

use crate::{
    client::{ask, check, connect, consistent, http_of, merged, source},
    guard::Guard,
    raw::{ask_changed, with_its_length},
};

const SEED: u64 = 20;

/// How many are sent. `PROPERTY_TIMES=10` sends ten times as many.
pub(crate) fn checks(usual: u64) -> u64 {
    let times = env::var("PROPERTY_TIMES").map_or(1, |times| times.parse().unwrap());
    usual * times
}

/// No whole value is a token that the authorizer allows.
const TEXTS: [&str; 30] = [
    "",
    " ",
    "bob",
    "eve",
    "an",
    "ann ann",
    "ann,bob",
    "Ann",
    "ann\t",
    "ann\0",
    "ann\r\nx: y",
    "ännä",
    "*",
    "/",
    "..",
    "%2F",
    "%00",
    "#",
    "?",
    "@",
    "\\",
    "http://pets.example/health",
    "x-user",
    "Bearer ann",
    "GET",
    "CONNECT",
    "HTTP/2",
    "pets.example",
    "localhost:80",
    "\u{202e}",
];

const PATHS: [&str; 26] = [
    "/pets",
    "/pets/7",
    "/here",
    "/health",
    "/health?a=b",
    "/pets?/health",
    "/pets#/health",
    "/health#/../pets",
    "/",
    "",
    "*",
    "//health",
    "/health/",
    "/health/../pets",
    "/pets/../health",
    "/pets/%2e%2e/health",
    "/pets%2f",
    "/PETS",
    "/pets;/health",
    "/pets\\health",
    "/health%00/pets",
    "/pets/\u{e4}",
    "pets",
    "http://pets.example/health",
    "/health/pets",
    "/nowhere",
];

const METHODS: [&str; 9] = [
    "GET", "GET", "GET", "POST", "OPTIONS", "HEAD", "get", "CONNECT", "G T",
];

const NAMES: [&str; 20] = [
    "authorization",
    "Authorization",
    "AUTHORIZATION",
    "authorization ",
    "x-place",
    "x-user",
    "x_user",
    "host",
    ":path",
    ":authority",
    ":method",
    ":scheme",
    ":status",
    "",
    "x-forwarded-for",
    "x-http-method-override",
    "x-original-url",
    "connection",
    "content-length",
    "\u{e4}",
];

#[tokio::test]
async fn no_field_opens_a_guarded_route() {
    let guard = Guard::start(&[
        "--context-header",
        "x-user=principalId",
        "--trusted-proxy",
        "0.0.0.0/0",
    ]);
    let channel = connect(guard.server.address).await;
    let mut allowed = 0;
    for number in 0..checks(1_500) {
        let mut random = Rng::with_seed(SEED + number);
        let check = hostile(&mut random);
        let answer = ask(&channel, check.clone()).await;
        if answer.status.unwrap().code == Code::Ok as i32 {
            allowed += 1;
            assert!(is_open(check.clone()), "{number}: {check:?}");
        }
    }
    assert!(
        allowed > 5,
        "only {allowed} checks were good enough to be allowed"
    );
}

/// The only open operation, also with a slash at the end.
fn is_open(mut check: CheckRequest) -> bool {
    let http = http_of(&mut check);
    let (path, _query) = http.path.split_once('?').unwrap_or((&http.path, ""));
    http.method == "GET" && matches!(path, "/health" | "/health/")
}

fn hostile(random: &mut Rng) -> CheckRequest {
    let pick = |random: &mut Rng, texts: &[&str]| (*random.choice(texts).unwrap()).to_owned();
    let (method, path) = (pick(random, &METHODS), pick(random, &PATHS));
    let mut check = check(&method, &path, &[]);
    let headers = (0..random.usize(..4)).map(|_| {
        let value = pick(random, &TEXTS);
        let (value, raw_value) = match random.u8(..8) {
            0 => (value, Vec::new()),
            1 => (value.clone(), value.into_bytes()),
            2 => (String::new(), random_bytes(random, 20)),
            _ => (String::new(), value.into_bytes()),
        };
        HeaderValue {
            key: pick(random, &NAMES),
            value,
            raw_value,
        }
    });
    let headers: Vec<_> = headers.collect();
    let header_map = http_of(&mut check).header_map.as_mut().unwrap();
    header_map.headers.extend(headers);
    random.shuffle(&mut header_map.headers);
    let is_text = |header: &HeaderValue| std::str::from_utf8(&header.raw_value).is_ok();
    if random.u8(..4) == 0 && header_map.headers.iter().all(is_text) {
        check = merged(check);
    }
    for _ in 0..random.u8(..3) {
        spoil(&mut check, random);
    }
    check
}

fn spoil(check: &mut CheckRequest, random: &mut Rng) {
    let text = (*random.choice(TEXTS).unwrap()).to_owned();
    let is_whole = check
        .attributes
        .as_ref()
        .is_some_and(|it| it.source.is_some());
    if !is_whole {
        return;
    }
    match random.u8(..16) {
        0 => http_of(check).method = text,
        1 => http_of(check).path = text,
        2 => http_of(check).host = text,
        3 => http_of(check).scheme = text,
        4 => http_of(check).protocol = text,
        5 => http_of(check).query = text,
        6 => http_of(check).fragment = text,
        7 => http_of(check).body = text.repeat(random.usize(..1_000)),
        8 => http_of(check).size = random.i64(..),
        9 => http_of(check).header_map = Some(HeaderMap::default()),
        10 => {
            http_of(check)
                .headers
                .insert("authorization".to_owned(), text);
        }
        11 => source(check).address = text,
        12 => source(check).port_specifier = Some(PortSpecifier::PortValue(random.u32(..))),
        13 => check.attributes.as_mut().unwrap().tls_session = Some(TlsSession { sni: text }),
        14 => check.attributes.as_mut().unwrap().source = None,
        _ => check.attributes = random.bool().then(AttributeContext::default),
    }
}

fn random_bytes(random: &mut Rng, most: usize) -> Vec<u8> {
    (0..random.usize(..most)).map(|_| random.u8(..)).collect()
}

#[tokio::test]
async fn no_bytes_open_a_guarded_route() {
    let guard = Guard::start(&[]);
    let channel = connect(guard.server.address).await;
    for number in 0..checks(1_000) {
        let check = check("GET", "/pets", &[("authorization", "bob")]);
        let answer = ask_changed(&channel, check, move |message, headers| {
            let mut random = Rng::with_seed(SEED + number);
            damage(message, &mut random);
            if random.u8(..8) != 0 {
                with_its_length(message);
            }
            if random.u8(..8) == 0 {
                let timeout = format!("{}{}", random.u32(..), random.alphabetic());
                headers.insert("grpc-timeout", timeout.parse().unwrap());
            }
        });
        let answer = consistent(answer.await);
        assert_ne!(answer.status.unwrap().code, Code::Ok as i32, "{number}");
    }
}

/// Changes, removes or adds bytes after the five bytes in front of the message.
fn damage(message: &mut Vec<u8>, random: &mut Rng) {
    for _ in 0..random.usize(1..8) {
        let at = random.usize(5..=message.len());
        match random.u8(..4) {
            0 if at < message.len() => message[at] = random.u8(..),
            1 if at < message.len() => message[at] ^= 1 << random.u8(..8),
            2 => message.truncate(at),
            _ => {
                let bytes = random_bytes(random, 12);
                message.splice(at..at, bytes);
            }
        }
    }
}
