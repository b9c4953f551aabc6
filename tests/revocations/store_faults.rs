//! A server that answers, but does not do what its clients ask for.

use fastrand::Rng;

use crate::redis_server::RedisServer;

/// Every write is an error.
pub(crate) fn memory_is_full(server: &RedisServer, hold: impl FnOnce()) {
    set(server, "maxmemory-policy noeviction");
    set(server, "maxmemory 1");
    hold();
    set(server, "maxmemory 0");
}

/// Every write may remove something else, also the log.
pub(crate) fn entries_are_evicted(server: &RedisServer, random: &mut Rng, hold: impl FnOnce()) {
    let policies = [
        "allkeys-random",
        "allkeys-lru",
        "allkeys-lfu",
        "volatile-ttl",
    ];
    let policy = random.choice(policies).unwrap();
    set(server, &format!("maxmemory-policy {policy}"));
    let room = random.u64(..30_000);
    set(server, &format!("maxmemory {}", used_memory(server) + room));
    hold();
    set(server, "maxmemory 0");
}

/// Reads are answered, and writes are done later, even those for which nobody waits any more.
pub(crate) fn writes_are_late(server: &RedisServer, hold: impl FnOnce()) {
    server.say("CLIENT PAUSE 60000 WRITE").unwrap();
    hold();
    server.say("CLIENT UNPAUSE").unwrap();
}

/// It takes itself for a replica whose primary it cannot reach.
pub(crate) fn is_read_only(server: &RedisServer, hold: impl FnOnce()) {
    server.say("REPLICAOF 127.0.0.1 1").unwrap();
    hold();
    server.say("REPLICAOF NO ONE").unwrap();
}

fn used_memory(server: &RedisServer) -> u64 {
    let info = server.say("INFO memory").unwrap();
    let used = info
        .lines()
        .find_map(|line| line.strip_prefix("used_memory:"));
    used.unwrap().trim().parse().unwrap()
}

fn set(server: &RedisServer, setting: &str) {
    let answer = server.say(&format!("CONFIG SET {setting}")).unwrap();
    assert!(answer.starts_with("+OK"), "{setting}: {answer}");
}
