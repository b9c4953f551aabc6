//! Random checks get the decisions that `forward-auth` makes about the same requests. `PROPERTY_TIMES=10` asks ten times as
//! often.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

use envoy_types::ext_authz::v3::pb::CheckResponse;
use fastrand::Rng;

use crate::{
    client::{ask, check, connect, denied, http_of, is_ok, merged, ok},
    guard::Guard,
    hostile::checks,
    process::Server,
};

const NAMES: [&str; 19] = [
    "authorization",
    "authorization",
    "x-place",
    "x-place",
    "x-user",
    "cookie",
    "x-tenant",
    "x_tenant",
    "authorization_",
    "forwarded",
    "user-agent",
    "te",
    "x-other",
    "expect",
    "x_user",
    "x.user",
    "x_real_ip",
    "script-name",
    "x-http-method-override",
];

const VALUES: [&str; 15] = [
    "ann", "ann", "ann", "nobody", "home", "bob", "eve", "", "ann, bob", "ann,ann", "\u{e4}",
    "a b", "a=b; c=d", "\"ann\"", "ann;x",
];

const PATHS: [&str; 26] = [
    "/pets",
    "/pets",
    "/pets/7",
    "/pets/8",
    "/here",
    "/health",
    "/health?a=b",
    "/pets?/health",
    "/",
    "//health",
    "//pets",
    "/health/",
    "/pets/",
    "/health/../pets",
    "/pets/%2e%2e/health",
    "/pets%2f",
    "/PETS",
    "/pets;/health",
    "/health%00/pets",
    "/health;x",
    "/pets/%37",
    "/nowhere",
    "/pets/*",
    "/he%61lth",
    "/pets//7",
    "/here?x-place=ann",
];

const METHODS: [&str; 8] = ["GET", "GET", "GET", "GET", "POST", "HEAD", "OPTIONS", "get"];

const HOSTS: [&str; 8] = [
    "pets.example",
    "pets.example",
    "pets.example",
    "pets.example",
    "pets.example:80",
    "[::1]:80",
    "x/health?",
    "u@pets.example",
];

/// Envoy removes these from a request that is allowed. A proxy that asks `forward-auth` passes them on.
const REMOVED: [&str; 5] = [
    "x_user",
    "x.user",
    "x_real_ip",
    "script-name",
    "x-http-method-override",
];

struct Described {
    method: &'static str,
    path: &'static str,
    host: &'static str,
    headers: Vec<(&'static str, &'static str)>,
}

impl Described {
    fn at_random(random: &mut Rng) -> Self {
        let mut pick = |from: &[&'static str]| *random.choice(from).unwrap();
        let (method, path, host) = (pick(&METHODS), pick(&PATHS), pick(&HOSTS));
        let mut headers = vec![
            ("authorization", pick(&VALUES[..8])),
            ("x-place", pick(&VALUES[..8])),
        ];
        let more = [0, 0, 1, 2, 3];
        headers.drain(..usize::from(random.u8(..5) == 0));
        for _ in 0..*random.choice(more.iter()).unwrap() {
            let name = *random.choice(&NAMES).unwrap();
            headers.push((name, random.choice(VALUES).unwrap()));
        }
        Self {
            method,
            path,
            host,
            headers,
        }
    }

    async fn ask_as_envoy(
        &self,
        channel: &tonic::transport::Channel,
        is_merged: bool,
    ) -> CheckResponse {
        let mut question = check(self.method, self.path, &self.headers);
        let http = http_of(&mut question);
        self.host.clone_into(&mut http.host);
        let mut headers = http.header_map.as_mut().unwrap().headers.iter_mut();
        let authority = headers.find(|header| header.key == ":authority");
        authority.unwrap().raw_value = self.host.into();
        let question = if is_merged {
            merged(question)
        } else {
            question
        };
        ask(channel, question).await
    }

    fn ask_as_nginx(&self, server: SocketAddr) -> String {
        let Self {
            method, path, host, ..
        } = self;
        let headers = self.headers.iter();
        let headers: String = headers
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let question = format!(
            "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nX-Original-Method: {method}\r\n\
             X-Original-URI: {path}\r\nX-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: http\r\n{headers}\r\n"
        );
        let mut stream = TcpStream::connect(server).unwrap();
        stream.write_all(question.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Envoy's map has one value for each name.
    fn has_a_name_twice(&self) -> bool {
        let mut names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_decide_alike() {
    let options = ["--context-header", "x-user=principalId"];
    let guard = Guard::start(&options);
    let arguments = ["forward-auth", "api.json", "--function", "answers.json"];
    let forward_auth = Server::start_in(guard.folder(), &[&arguments[..], &options].concat());
    let channel = connect(guard.server.address).await;
    let mut allowed = 0;
    for seed in 0..checks(800) {
        let mut random = Rng::with_seed(seed);
        let request = Described::at_random(&mut random);
        let is_merged = random.bool() && !request.has_a_name_twice();
        let envoys = request.ask_as_envoy(&channel, is_merged).await;
        let nginxs = request.ask_as_nginx(forward_auth.address);
        let is_removed = |(name, _): &(&str, &str)| REMOVED.contains(name);
        if request.headers.iter().any(is_removed) {
            assert!(nginxs.starts_with("HTTP/1.1 400 "), "{seed}: {nginxs}");
            continue;
        }
        let status = if is_ok(&envoys) {
            allowed += 1;
            200
        } else {
            denied(envoys.clone()).status.unwrap().code
        };
        assert!(
            nginxs.starts_with(&format!("HTTP/1.1 {status} ")),
            "{seed}: {status}, but {nginxs}"
        );
        if is_ok(&envoys) {
            let set = ok(envoys).headers.into_iter();
            let user = set.map(|option| option.header.unwrap().value).next();
            let user = format!("\r\nx-user: {}\r\n", user.unwrap_or_default());
            assert!(nginxs.contains(&user), "{seed}: {nginxs}");
        }
    }
    assert!(allowed > 20, "only {allowed} were allowed");
}
