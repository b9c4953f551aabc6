//! Somebody else writes to a real Redis server whose log of revocations the processes follow.
//!
//! The authorizer knows the truth, so a pass of a revoked token can only come from a result that was kept.
#![cfg(feature = "redis")]

mod erased;
mod forged;
mod forgotten_reasons;
mod hostile_server;
mod long_entries;
mod odd_values;
mod outage;
mod random_attacks;
#[cfg(feature = "reload")]
mod reloaded;
mod unusable_log;

use std::{
    collections::HashSet,
    convert::Infallible,
    io::{Read, Write},
    net::TcpStream,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use http::Request;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer, authorizer_fn,
    caching::{AuthorizerResults, Invalidated, InvalidationError},
    shared_cache::{RedisTier, RevocationLog, SharedCache, SharedTier},
};

use crate::empty_service::empty;
use crate::redis_server::RedisServer;

/// The bound that the documentation states.
const BOUND: Duration = Duration::from_secs(1);

const DEADLINE: Duration = Duration::from_secs(120);

const SECRET: [u8; 32] = [7; 32];

struct World {
    server: RedisServer,
    /// The tokens, principals and tags that the authorizer refuses.
    refused: Arc<Mutex<HashSet<String>>>,
}

/// One process, with a connection and a memory of its own.
struct Process {
    layer: LambdaAuthorizerLayer<BoxAuthorizer>,
    calls: Arc<AtomicUsize>,
}

impl World {
    fn start() -> Option<Self> {
        Some(Self {
            server: RedisServer::start("redis-server", &[])?,
            refused: Arc::default(),
        })
    }

    /// A busy machine is not a server that does not respond.
    fn tier(&self) -> RedisTier {
        self.tier_with(20 * BOUND)
    }

    fn tier_with(&self, response_timeout: Duration) -> RedisTier {
        let tier = RedisTier::connect(self.server.url()).unwrap();
        tier.response_timeout(response_timeout).unwrap()
    }

    fn process(&self) -> Process {
        self.process_with(self.tier(), "pets")
    }

    fn process_with(&self, tier: impl SharedTier + RevocationLog, name: &str) -> Process {
        let calls = Arc::<AtomicUsize>::default();
        let (count, refused) = (Arc::clone(&calls), Arc::clone(&self.refused));
        let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
            count.fetch_add(1, Ordering::SeqCst);
            let response = authorize(&request, &refused.lock().unwrap());
            async { Ok(response) }
        });
        let shared = SharedCache::with_revocations(tier, SECRET).unwrap();
        // A busy machine is not a store that fails.
        let shared = shared.timeout(20 * BOUND).unwrap();
        let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer));
        let layer = layer.shared_cache(shared, name);
        Process { layer, calls }
    }

    fn refuse(&self, name: &str) {
        self.refused.lock().unwrap().insert(name.to_owned());
    }

    /// Sends a command of words without spaces.
    fn say(&self, command: &str) -> String {
        self.server.say(command).unwrap()
    }

    /// Sends a command of any bytes.
    fn send(&self, words: &[&[u8]]) -> Vec<u8> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.server.port)).unwrap();
        let mut command = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            command.extend(format!("${}\r\n", word.len()).bytes());
            command.extend_from_slice(word);
            command.extend(b"\r\n");
        }
        stream.write_all(&command).unwrap();
        stream.write_all(b"QUIT\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    }

    /// The names in the store that begin so.
    fn names(&self, begin: &str) -> Vec<String> {
        let names = self.say(&format!("KEYS {begin}*"));
        let names = names.lines().filter(|line| line.starts_with(begin));
        names.map(str::to_owned).collect()
    }

    /// The name of the only log.
    fn log(&self) -> String {
        self.names("lambda-authorizer:3:log:").swap_remove(0)
    }

    /// The ids of a log's entries.
    fn ids(&self, log: &str) -> Vec<String> {
        let entries = self.say(&format!("XRANGE {log} - +"));
        let is_id = |line: &&str| {
            let parts = line.split_once('-');
            parts.is_some_and(|(time, number)| {
                [time, number]
                    .iter()
                    .all(|part| part.parse::<u64>().is_ok())
            })
        };
        entries.lines().filter(is_id).map(str::to_owned).collect()
    }

    /// The message of the entry with this id.
    fn message(&self, log: &str, id: &str) -> Vec<u8> {
        let answer = self.send(&[b"XRANGE", log.as_bytes(), id.as_bytes(), id.as_bytes()]);
        let field = b"$1\r\nm\r\n$";
        let at = answer.windows(field.len()).position(|here| here == field);
        let rest = &answer[at.unwrap() + field.len()..];
        let line = rest.iter().position(|byte| *byte == b'\r').unwrap();
        let length = std::str::from_utf8(&rest[..line]).unwrap().parse().unwrap();
        rest[line + 2..][..length].to_vec()
    }
}

/// A token is `user.tenant.number`.
fn authorize(request: &AuthorizerRequest, refused: &HashSet<String>) -> AuthorizerResponse {
    let token = request.token().unwrap_or_default();
    let mut parts = token.split('.');
    let user = parts.next().unwrap_or_default();
    let tenant = format!("tenant:{}", parts.next().unwrap_or_default());
    let names = [token, user, &tenant];
    let response = if names.iter().any(|name| refused.contains(*name)) {
        AuthorizerResponse::deny("*")
    } else {
        AuthorizerResponse::allow("*")
    };
    response.with_principal_id(user).with_tag(tenant)
}

impl Process {
    async fn status(&self, token: &str) -> u16 {
        let service = self.layer.layer(service_fn(empty::<()>));
        let request = Request::get("/").header("authorization", token);
        let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
        response.status().as_u16()
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn results(&self) -> AuthorizerResults {
        self.layer.results()
    }

    /// Sends requests until they are hits for longer than without a log.
    async fn warm(&self, token: &str) {
        let begun = Instant::now();
        let mut since = Instant::now();
        let mut calls = self.calls();
        while since.elapsed() < BOUND + Duration::from_millis(200) {
            assert_eq!(self.status(token).await, 200, "{token}");
            if calls != self.calls() {
                calls = self.calls();
                since = Instant::now();
            }
            assert!(begun.elapsed() < DEADLINE, "hits do not come back");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Sends requests until one is refused. None passes that begins after the bound, however late its answer comes.
    async fn is_refused(&self, token: &str) {
        let begun = Instant::now();
        loop {
            let asked = begun.elapsed();
            if self.status(token).await != 200 {
                return;
            }
            assert!(asked < BOUND, "{token} passes after {asked:?}");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Revokes until that is confirmed. On a busy machine, the store may not answer in time.
async fn revoked(mut revoke: impl AsyncFnMut() -> Result<Invalidated, InvalidationError>) {
    let begun = Instant::now();
    while let Err(error) = revoke().await {
        assert!(begun.elapsed() < DEADLINE, "{error}");
    }
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < DEADLINE, "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
