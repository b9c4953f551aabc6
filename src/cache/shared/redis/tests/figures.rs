//! Measures how long look-ups and writes take with a server that works, is paused or is killed.

use std::time::Instant;

use super::{
    LIMIT, RedisServer, SECRET, SharedCache, cache, comes_back, is_found, key, load, store, warm_up,
};
use crate::cache::tier_outcome::Loaded;

/// The documentation has the figures: `cargo test --release --lib how_long -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints figures and asserts nothing"]
async fn how_long_it_takes() {
    let Some(mut server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let cache = cache(&server, SECRET).timeout(LIMIT).unwrap();
    warm_up(&cache).await;
    assert!(store(&cache, &key()).await);
    print_times("found", &cache, 2000).await;
    print_times_of("written", 2000, async || {
        assert!(store(&cache, &key()).await);
    })
    .await;
    server.pause();
    print_times("paused", &cache, 60).await;
    server.resume();
    comes_back(&cache, is_found).await;
    server.kill();
    print_times("dead", &cache, 200).await;
    server.restart();
    let begun = Instant::now();
    comes_back(&cache, |loaded| *loaded == Loaded::Missing).await;
    println!("works again {:?} after the restart", begun.elapsed());
}

async fn print_times(what: &str, cache: &SharedCache, count: usize) {
    print_times_of(what, count, async || drop(load(cache).await)).await;
}

async fn print_times_of(what: &str, count: usize, act: impl AsyncFn()) {
    let mut times = Vec::new();
    for _ in 0..count {
        let begun = Instant::now();
        act().await;
        times.push(begun.elapsed());
    }
    times.sort();
    let [median, p99] = [times[count / 2], times[count * 99 / 100]];
    println!(
        "{what}: median {median:?}, 99 % {p99:?}, longest {:?}",
        times[count - 1]
    );
}
