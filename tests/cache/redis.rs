//! `RedisTier` with real servers of Redis and Valkey: single servers and clusters, which are killed and paused. Also which
//! settings are refused.
#![cfg(feature = "redis")]

use std::{
    error::Error,
    time::{Duration, Instant},
};

use tower_lambda_authorizer::{
    ConfigError,
    caching::SharedTierError,
    shared_cache::{MAX_VALUE_BYTES, RedisTier, SharedCache, SharedTier},
};

use crate::{redis_cluster, redis_server::RedisServer};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_value_is_returned_until_it_is_removed_or_expires() {
    for program in ["redis-server", "valkey-server"] {
        let Some(server) = RedisServer::start(program, &[]) else {
            continue;
        };
        puts_gets_and_removes(patient(RedisTier::connect(server.url()))).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_of_three_nodes_stores_values() {
    let Some(cluster) = redis_cluster::start() else {
        return;
    };
    // One node is enough to discover the others.
    let tier = || patient(RedisTier::cluster([cluster[0].url()]));
    puts_gets_and_removes(tier()).await;
    clears_exactly_its_own(tier()).await;
    for node in &cluster {
        assert_eq!(node.say("DBSIZE").unwrap().lines().next(), Some(":0"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clearing_takes_the_prefix_literally() {
    let Some(server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    clears_exactly_its_own(patient(RedisTier::connect(server.url()))).await;
}

/// A busy machine is not a server that does not respond.
fn patient(tier: Result<RedisTier, ConfigError>) -> RedisTier {
    tier.unwrap().response_timeout(MINUTE).unwrap()
}

async fn puts_gets_and_removes(tier: RedisTier) {
    for name in ["a", "b", "c", "d"] {
        assert_eq!(tier.get(name).await.unwrap(), None);
        let value = [name.as_bytes(), &[0, 255, b'\r', b'\n']].concat();
        tier.put(name, b"earlier".to_vec(), MINUTE).await.unwrap();
        tier.put(name, value.clone(), MINUTE).await.unwrap();
        assert_eq!(tier.get(name).await.unwrap(), Some(value));
        tier.remove(name).await.unwrap();
        tier.remove(name).await.unwrap();
        assert_eq!(tier.get(name).await.unwrap(), None);
    }
    let largest = vec![7; MAX_VALUE_BYTES];
    tier.put("a", largest.clone(), MINUTE).await.unwrap();
    assert_eq!(tier.get("a").await.unwrap(), Some(largest));
    tier.put("a", vec![7; 10 * MAX_VALUE_BYTES], MINUTE)
        .await
        .unwrap();
    let read = tier.get("a").await.unwrap().unwrap();
    assert_eq!(
        read.len(),
        MAX_VALUE_BYTES + 1,
        "no more than it takes to see that it is too large"
    );
    tier.put("a", vec![7], Duration::from_millis(20))
        .await
        .unwrap();
    let deadline = Instant::now() + 2 * MINUTE;
    while tier.get("a").await.unwrap().is_some() {
        assert!(Instant::now() < deadline, "it does not expire");
    }
    assert!(tier.put("a", vec![7], Duration::ZERO).await.is_err());
}

async fn clears_exactly_its_own(tier: RedisTier) {
    let others = ["x:*", "x:?", "x:", "y:[a-z]1", "y:a"];
    for name in others {
        tier.put(name, vec![7], MINUTE).await.unwrap();
    }
    for number in 0..3000 {
        tier.put(&format!("x:*:{number}"), vec![7], MINUTE)
            .await
            .unwrap();
    }
    tier.clear("x:*:").await.unwrap();
    tier.clear("y:[a-z]:").await.unwrap();
    assert_eq!(tier.get("x:*:0").await.unwrap(), None);
    for name in others {
        assert!(tier.get(name).await.unwrap().is_some(), "{name}");
    }
    tier.clear("").await.unwrap();
    for name in others {
        assert!(tier.get(name).await.unwrap().is_none(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_or_paused_server_is_an_error_after_the_timeout() {
    let Some(mut server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let tier = |timeout| {
        RedisTier::connect(server.url())
            .unwrap()
            .response_timeout(timeout)
            .unwrap()
    };
    let (tier, patient) = (tier(Duration::from_millis(100)), tier(MINUTE));
    patient.put("a", vec![7], MINUTE).await.unwrap();
    comes_back(&tier).await;
    server.pause();
    // It has more time although it began earlier.
    let asked = tokio::spawn(async move { patient.get("a").await });
    tokio::task::yield_now().await;
    assert!(tier.get("a").await.is_err());
    assert!(!asked.is_finished());
    server.resume();
    assert!(asked.await.unwrap().unwrap().is_some());
    comes_back(&tier).await;
    server.kill();
    assert!(tier.get("a").await.is_err());
    server.restart();
    comes_back(&tier).await;
}

async fn comes_back(tier: &RedisTier) {
    let deadline = Instant::now() + 2 * MINUTE;
    while tier.get("a").await.is_err() {
        assert!(Instant::now() < deadline, "it does not come back");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[test]
fn a_tier_needs_no_runtime_and_shows_no_password() {
    let tier = RedisTier::connect("redis://me:hunter2@127.0.0.1:1/3").unwrap();
    assert_eq!(format!("{tier:?}"), "RedisTier");
    let cache = SharedCache::new(tier, [7; 32]).unwrap();
    assert_eq!(format!("{cache:?}"), "SharedCache");
    for url in [
        "",
        "hunter2",
        "http://me:hunter2@host",
        "redis://me:hunter2@host:port",
        "redis://:hunter2@host/x",
    ] {
        let error = RedisTier::connect(url).unwrap_err();
        assert!(matches!(error, ConfigError::RedisUrl { .. }));
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
    let differing = ["redis://me:hunter2@a", "redis://me:hunter3@b"];
    let error = RedisTier::cluster(differing).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter"), "{error}");
}

#[test]
fn without_its_feature_tls_is_refused_immediately() {
    let tier = RedisTier::connect("rediss://127.0.0.1");
    assert_eq!(tier.is_ok(), cfg!(feature = "redis-tls"));
}

/// The system's message alone, `Connection refused`, does not say what to do.
#[tokio::test]
async fn the_error_of_a_server_that_does_not_run_names_it() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let url = format!("redis://me:hunter2@{address}");
    let tier = RedisTier::connect(&url).unwrap();
    let error = tier.remove("a").await.unwrap_err().to_string();
    let told = format!("the Redis server at {address} cannot be reached: ");
    assert!(error.starts_with(&told), "{error}");
    assert!(
        error.contains("check its URL") && !error.contains("hunter2"),
        "{error}"
    );
}

/// The error replaces the store's error in the chain, so that each message appears once.
#[test]
fn the_source_of_an_error_is_the_source_of_the_stores_error() {
    #[derive(Debug)]
    struct Unreachable(std::io::Error);

    impl std::fmt::Display for Unreachable {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the store cannot be reached")
        }
    }

    impl Error for Unreachable {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    let error = SharedTierError::new(Unreachable(std::io::Error::other("connection refused")));
    assert_eq!(error.to_string(), "the store cannot be reached");
    assert_eq!(error.source().unwrap().to_string(), "connection refused");
}
