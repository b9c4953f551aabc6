//! A shared cache with a real server, which is killed, paused and filled with forged entries.

use std::time::{Duration, Instant};

use tokio::time::{self, advance, pause, resume};

use super::RedisTier;
use crate::cache::{
    key::Scope,
    shared::{
        SharedCache,
        tests::{SECRET, TOKEN, TTL, answer, key, now, scope, store},
    },
    tier_outcome::{Loaded, Stored, TierFault},
};

mod figures;
mod links;
#[path = "../../../../tests/support/redis_server.rs"]
mod redis_server;

use self::redis_server::RedisServer;

/// A look-up that is expected to fail ends after this time, which is not that of a clock: see [`fails_in_time`].
const LIMIT: Duration = Duration::from_millis(50);

/// For calls that are expected to succeed. A busy machine may need seconds.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_url_that_cannot_be_used_is_an_error_with_the_remedy() {
    let problem = |url: &str| RedisTier::connect(url).map(drop).unwrap_err().to_string();
    for url in ["", "127.0.0.1", "redis:/", "redis://host:port"] {
        assert!(problem(url).contains("write `redis://HOST:PORT`"), "{url}");
        let cluster = RedisTier::cluster(["redis://127.0.0.1", url]).unwrap_err();
        assert_eq!(cluster.to_string(), problem(url));
    }
    let with_tls = RedisTier::connect("rediss://127.0.0.1");
    if cfg!(feature = "redis-tls") {
        assert!(with_tls.is_ok());
    } else {
        assert!(problem("rediss://127.0.0.1").contains("the feature `redis-tls`"));
    }
}

fn cache(server: &RedisServer, secret: [u8; 32]) -> SharedCache {
    patient(RedisTier::connect(server.url()).unwrap(), secret)
}

fn patient(tier: RedisTier, secret: [u8; 32]) -> SharedCache {
    let tier = tier.response_timeout(PATIENCE / 20).unwrap();
    SharedCache::new(tier, secret)
        .unwrap()
        .timeout(PATIENCE)
        .unwrap()
}

async fn load(cache: &SharedCache) -> Loaded {
    cache.load(&scope(), &key(), now).await
}

fn is_found(loaded: &Loaded) -> bool {
    matches!(loaded, Loaded::Found { answer: found, .. } if *found == answer())
}

/// Waits for the first connection.
async fn warm_up(cache: &SharedCache) {
    comes_back(cache, |loaded| !matches!(loaded, Loaded::Failed(_))).await;
}

/// Waits until the cache works again without help, which takes seconds at most unless the machine is busy.
async fn comes_back(cache: &SharedCache, is_back: impl Fn(&Loaded) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_back(&load(cache).await) {
        assert!(Instant::now() < deadline, "the cache does not recover");
        time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_with_the_same_secret_share_results() {
    for program in ["redis-server", "valkey-server"] {
        let Some(server) = RedisServer::start(program, &[]) else {
            continue;
        };
        let [one, another] = [cache(&server, SECRET), cache(&server, SECRET)];
        let stranger = cache(&server, [8; 32]);
        for cache in [&one, &another, &stranger] {
            warm_up(cache).await;
        }
        assert_eq!(load(&one).await, Loaded::Missing);
        assert!(store(&one, &key()).await);
        assert!(is_found(&load(&another).await));
        assert_eq!(load(&stranger).await, Loaded::Missing);
        stranger.clear(&scope()).await.unwrap();
        assert!(is_found(&load(&another).await));
        another.remove(&scope(), &key()).await.unwrap();
        assert_eq!(load(&one).await, Loaded::Missing);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clearing_removes_only_the_results_of_its_scope() {
    let Some(server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let cache = cache(&server, SECRET);
    warm_up(&cache).await;
    let other = Scope::new(&["a1b2", "dev", "pets-authorizer"], &());
    server.say("SET lambda-authorizer:3:not-ours 1").unwrap();
    let stored = cache
        .store(&other, &other.key([TOKEN]), (&answer(), None), TTL, now())
        .await;
    assert_eq!(stored, Stored::Kept);
    for number in 0..2500 {
        assert!(store(&cache, &scope().key([format!("token-{number}")])).await);
    }
    assert!(server.say("DBSIZE").unwrap().starts_with(":2502\r\n"));
    cache.clear(&scope()).await.unwrap();
    assert!(server.say("DBSIZE").unwrap().starts_with(":2\r\n"));
    assert!(is_found(
        &cache.load(&other, &other.key([TOKEN]), now).await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_sees_no_credentials_and_all_entries_expire() {
    let Some(server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let cache = cache(&server, SECRET);
    warm_up(&cache).await;
    assert!(store(&cache, &key()).await);
    let names = server.say("KEYS *").unwrap();
    let name = names.lines().nth(2).unwrap();
    assert!(name.starts_with("lambda-authorizer:3:"), "{names}");
    let value = server.say(&format!("GET {name}")).unwrap();
    assert!(value.contains(r#""principalId":"user-1""#), "{value}");
    for seen in [&names, &value] {
        assert!(!seen.contains(TOKEN), "{seen}");
        assert!(!seen.contains("pets-authorizer"), "{seen}");
    }
    let milliseconds = server.say(&format!("PTTL {name}")).unwrap();
    let milliseconds = milliseconds.lines().next().unwrap().trim_start_matches(':');
    let milliseconds: u128 = milliseconds.parse().unwrap();
    assert!(
        (1..=TTL.as_millis()).contains(&milliseconds),
        "{milliseconds}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_entries_are_not_used() {
    let Some(server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let cache = cache(&server, SECRET);
    warm_up(&cache).await;
    let other = scope().key(["another"]);
    assert!(store(&cache, &other).await);
    let names = server.say("KEYS *").unwrap();
    let others_name = names.lines().nth(2).unwrap().to_owned();
    assert!(store(&cache, &key()).await);
    let names = server.say("KEYS *").unwrap();
    let name = names
        .lines()
        .find(|name| name.starts_with("lambda") && *name != others_name);
    let name = name.unwrap();
    for forgery in [
        format!("SETRANGE {name} 0 x"),
        format!("SETRANGE {name} 300000 x"),
        format!("APPEND {name} x"),
        format!("SET {name} 1"),
        format!("COPY {others_name} {name} REPLACE"),
    ] {
        assert!(store(&cache, &key()).await);
        assert!(is_found(&load(&cache).await));
        server.say(&forgery).unwrap();
        assert_eq!(load(&cache).await, Loaded::Unusable, "{forgery}");
    }
    server.say(&format!("DEL {name}")).unwrap();
    server.say(&format!("LPUSH {name} x")).unwrap();
    assert_eq!(load(&cache).await, Loaded::Failed(TierFault::Failed));
    // A value that is not a string is overwritten.
    assert!(store(&cache, &key()).await);
    assert!(is_found(&load(&cache).await));
}

#[tokio::test]
async fn a_killed_server_costs_at_most_the_timeout_and_is_used_again() {
    let Some(mut server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let cache = cache(&server, SECRET);
    warm_up(&cache).await;
    for _ in 0..2 {
        server.kill();
        fails_in_time(&cache).await;
        server.restart();
        comes_back(&cache, |loaded| *loaded == Loaded::Missing).await;
        assert!(store(&cache, &key()).await);
        assert!(is_found(&load(&cache).await));
    }
}

#[tokio::test]
async fn a_paused_server_costs_at_most_the_timeout_and_is_used_again() {
    let Some(server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let cache = cache(&server, SECRET);
    warm_up(&cache).await;
    assert!(store(&cache, &key()).await);
    server.pause();
    fails_in_time(&cache).await;
    // Long enough to replace the connection.
    pause();
    advance(Duration::from_millis(1100)).await;
    resume();
    fails_in_time(&cache).await;
    server.resume();
    comes_back(&cache, is_found).await;
}

#[tokio::test]
async fn a_server_that_starts_later_is_used() {
    let Some(mut server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    server.kill();
    let cache = cache(&server, SECRET);
    fails_in_time(&cache).await;
    server.restart();
    comes_back(&cache, |loaded| *loaded == Loaded::Missing).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_becomes_valid_is_used() {
    let Some(server) = RedisServer::start("redis-server", &["--requirepass", "old"]) else {
        return;
    };
    let url = format!("redis://:new@127.0.0.1:{}", server.port);
    let cache = patient(RedisTier::connect(url).unwrap(), SECRET);
    for _ in 0..10 {
        fails(&cache).await;
    }
    server
        .say("AUTH old\r\nCONFIG SET requirepass new")
        .unwrap();
    comes_back(&cache, |loaded| *loaded == Loaded::Missing).await;
}

#[tokio::test]
async fn a_cluster_stores_results() {
    let Some(mut server) = RedisServer::start("redis-server", &["--cluster-enabled", "yes"]) else {
        return;
    };
    server.say("CLUSTER ADDSLOTSRANGE 0 16383").unwrap();
    let tier = RedisTier::cluster([server.url()]).unwrap();
    let cache = patient(tier, SECRET);
    comes_back(&cache, |loaded| *loaded == Loaded::Missing).await;
    for number in 0..50 {
        assert!(store(&cache, &scope().key([format!("token-{number}")])).await);
    }
    assert!(store(&cache, &key()).await);
    assert!(is_found(&load(&cache).await));
    cache.clear(&scope()).await.unwrap();
    assert!(server.say("DBSIZE").unwrap().starts_with(":0\r\n"));
    server.kill();
    fails_in_time(&cache).await;
    server.restart();
    comes_back(&cache, |loaded| *loaded == Loaded::Missing).await;
}

async fn fails(cache: &SharedCache) {
    let loaded = load(cache).await;
    assert!(matches!(loaded, Loaded::Failed(_)), "{loaded:?}");
}

/// The time is paused: it moves on only when there is nothing to do but to wait, however busy the machine is.
async fn fails_in_time(cache: &SharedCache) {
    let cache = cache.clone().timeout(LIMIT).unwrap();
    pause();
    for _ in 0..10 {
        let begun = time::Instant::now();
        fails(&cache).await;
        let took = begun.elapsed();
        assert!(took <= LIMIT + Duration::from_millis(1), "{took:?}");
    }
    resume();
}
