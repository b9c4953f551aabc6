//! What happens to the fleet.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{
    clocks,
    fleet::{BOUND, DEADLINE, Fleet},
    flood::{self, log_of},
    network, permissions,
    proxy::Proxy,
    record::now,
    redis_cluster,
    redis_server::RedisServer,
    rotation, soak,
};

type Scene = (&'static str, fn());

pub(crate) const ALL: [Scene; 19] = [
    // The longest one first, so that it is not the last one to end.
    ("soak: one server and its replica", soak::soak),
    ("twenty processes refuse what one of them revokes", twenty),
    ("a call in progress brings nothing back", late_writer),
    ("a paused process forgets what it cannot vouch for", paused),
    ("a process that is cut off forgets", cut_off),
    ("a process that joins uses nothing that was revoked", join),
    (
        "an answer from before the log was read is not used again",
        before_the_log,
    ),
    ("a server that is killed or paused", server_fails),
    ("forged messages cause calls and never a pass", forged),
    ("a cluster of three nodes", cluster),
    ("a replica takes over", failover),
    ("Valkey", valkey),
    (
        "a flood of forged messages while twenty processes work",
        flood::flood,
    ),
    (
        "a user with the documented permissions",
        permissions::permissions,
    ),
    ("soak: a cluster", soak::soak_cluster),
    ("clocks that differ by minutes and jump", clocks::clocks),
    ("a new secret under load", rotation::rotation),
    (
        "a new secret with revocations",
        rotation::rotation_with_revocations,
    ),
    ("links that go down, and a slow one", network::network),
];

fn redis() -> Option<RedisServer> {
    RedisServer::start("redis-server", &[])
}

/// Revokes in all ways. Prints how long it takes until everybody refuses.
fn twenty() {
    let Some(server) = redis() else { return };
    let mut fleet = Fleet::new("twenty");
    fleet.add(20, &server.url());
    in_all_ways(&mut fleet, 20);
}

fn valkey() {
    let Some(server) = RedisServer::start("valkey-server", &[]) else {
        return;
    };
    let mut fleet = Fleet::new("valkey");
    fleet.add(3, &server.url());
    in_all_ways(&mut fleet, 3);
}

fn cluster() {
    let Some(nodes) = redis_cluster::start() else {
        return;
    };
    let urls: Vec<_> = nodes.iter().map(RedisServer::url).collect();
    let mut fleet = Fleet::new("cluster");
    fleet.add(3, &urls.join(","));
    // The number of listeners is not known.
    in_all_ways(&mut fleet, 0);
}

/// The replica has all revocations, or lacks the last ones.
fn failover() {
    let Some(mut primary) = redis() else { return };
    let port = primary.port.to_string();
    let replica = RedisServer::start("redis-server", &["--replicaof", "127.0.0.1", &port]);
    let Some(replica) = replica else { return };
    let proxy = Proxy::to(primary.port);
    let mut fleet = Fleet::new("failover");
    fleet.add(3, &proxy.url());
    for token in ["a.a.1", "b.b.1", "c.c.1"] {
        fleet.warm(token);
    }
    fleet.make_true("a.a.1");
    fleet.revoke(0, "identity a.a.1");
    wait_for_the_same_log(&primary, &replica);
    // The replica lacks this one, but all processes have read it.
    replica.say("REPLICAOF NO ONE").unwrap();
    fleet.make_true("b.b.1");
    fleet.tell_all("watch b.b.1");
    let confirmed = fleet.revoke(0, "identity b.b.1");
    fleet.refused("b.b.1", &confirmed);
    primary.kill();
    proxy.turn_to(replica.port);
    fleet.warm("c.c.1");
    for worker in 0..3 {
        assert_eq!(fleet.get(worker, "a.a.1").0, 403);
        assert_eq!(fleet.get(worker, "b.b.1").0, 403);
    }
    fleet.tell_all("watch c.c.1");
    fleet.make_true("c.c.1");
    let confirmed = fleet.revoke(1, "identity c.c.1");
    fleet.refused("c.c.1", &confirmed);
}

fn wait_for_the_same_log(primary: &RedisServer, replica: &RedisServer) {
    let names = primary.say("KEYS lambda-authorizer:3:log:*").unwrap();
    let last = format!("XREVRANGE {} + - COUNT 1", names.lines().nth(2).unwrap());
    let deadline = Instant::now() + DEADLINE;
    while primary.say(&last).unwrap() != replica.say(&last).unwrap() {
        assert!(Instant::now() < deadline, "the replica does not follow");
        thread::sleep(Duration::from_millis(20));
    }
}

fn in_all_ways(fleet: &mut Fleet, listening: u64) {
    let mut late = Vec::new();
    for (round, kind) in ["identity", "principal", "tag", "clear", "identity", "tag"]
        .iter()
        .enumerate()
    {
        // A worker that reads the log too late, on a busy machine, may not use what it has kept.
        let mut attempts = (0..5).map(|attempt| {
            let name = format!("{round}-{attempt}");
            in_one_way(fleet, listening, kind, &name, round, &mut late)
        });
        assert!(
            attempts.any(|others_stay| others_stay),
            "{kind}: the others stay"
        );
    }
    late.sort();
    println!(
        "the last pass of each process: p50 {:?}, p99 {:?}, last {:?} after it was asked to revoke",
        late[late.len() / 2],
        late[late.len() * 99 / 100],
        late[late.len() - 1],
    );
}

/// Whether a worker still uses its results for others.
fn in_one_way(
    fleet: &mut Fleet,
    listening: u64,
    kind: &str,
    name: &str,
    round: usize,
    late: &mut Vec<Duration>,
) -> bool {
    let token = format!("user{name}.t{name}.1");
    let other = format!("other{name}.other{name}.1");
    fleet.warm(&token);
    fleet.warm_one(0, &other);
    fleet.tell_all(&format!("watch {token}"));
    let (name, line) = match kind {
        "principal" => (format!("user{name}"), format!("principal user{name}")),
        "tag" => (format!("tenant:t{name}"), format!("tag tenant:t{name}")),
        "clear" => (token.clone(), "clear".to_owned()),
        _ => (token.clone(), format!("identity {token}")),
    };
    let (_, calls) = fleet.get(0, &other);
    fleet.make_true(&name);
    let confirmed = fleet.revoke(round % fleet.len(), &line);
    assert_eq!(confirmed.listening, listening, "{kind}");
    late.extend(fleet.refused(&token, &confirmed));
    let (status, after) = fleet.get(0, &other);
    assert_eq!(status, 200);
    // Its own worker may have called for the token that is watched.
    after <= calls + 1 + usize::from(kind == "clear")
}

/// The authorizer of one process answers late, from before the revocation. Its process stores that answer.
fn late_writer() {
    let Some(server) = redis() else { return };
    let mut fleet = Fleet::new("late");
    fleet.add(2, &server.url());
    fleet.add_slow(&server.url(), "700");
    fleet.warm("a.a.1");
    for (number, kind) in ["identity", "principal", "tag", "clear"].iter().enumerate() {
        let token = format!("late{number}.late{number}.1");
        fleet.tell(2, &format!("get {token}"));
        fleet.hears(|from| from == 2, &format!("called {token}"));
        fleet.make_true(&token);
        let value = match *kind {
            "principal" => format!("late{number}"),
            "tag" => format!("tenant:late{number}"),
            _ => token.clone(),
        };
        let confirmed = fleet.revoke(0, &format!("{kind} {value}"));
        assert_eq!(fleet.has_got(2, &token).0, 200, "it began before");
        for worker in 0..3 {
            fleet.refuses_in_time(worker, &token, &confirmed);
        }
        for worker in 0..3 {
            assert_eq!(fleet.get(worker, &token).0, 403, "{kind} {worker}");
        }
    }
}

fn paused() {
    let Some(server) = redis() else { return };
    let mut fleet = Fleet::new("paused");
    fleet.add(3, &server.url());
    fleet.warm("a.a.1");
    fleet.tell_all("watch a.a.1");
    fleet.signal(2, "-STOP");
    fleet.make_true("a.a.1");
    let confirmed = fleet.revoke(0, "identity a.a.1");
    // The stopped process does not notice that the bound passes.
    thread::sleep(BOUND + Duration::from_millis(100));
    fleet.signal(2, "-CONT");
    fleet.refused("a.a.1", &confirmed);
}

fn cut_off() {
    let Some(server) = redis() else { return };
    let proxy = Proxy::to(server.port);
    let mut fleet = Fleet::new("cut");
    fleet.add(2, &server.url());
    fleet.add(1, &proxy.url());
    fleet.warm("a.a.1");
    fleet.warm("b.b.1");
    fleet.tell_all("watch a.a.1");
    proxy.cut();
    fleet.make_true("a.a.1");
    let confirmed = fleet.revoke(0, "identity a.a.1");
    fleet.refused("a.a.1", &confirmed);
    // The authorizer is asked once in a while, not at each request.
    let (_, before) = fleet.get(2, "b.b.1");
    let begun = Instant::now();
    while begun.elapsed() < 2 * BOUND {
        assert_eq!(fleet.get(2, "b.b.1").0, 200);
    }
    let (_, after) = fleet.get(2, "b.b.1");
    let most = 2 * begun.elapsed().as_millis() / BOUND.as_millis();
    let calls = after - before;
    assert!(
        (1..=most).contains(&(calls as u128)),
        "{calls}, at most {most}"
    );
    proxy.mend();
    fleet.warm_one(2, "b.b.1");
}

/// The store may still have values from before. They say when their calls began.
fn join() {
    let Some(server) = redis() else { return };
    let mut fleet = Fleet::new("join");
    fleet.add(2, &server.url());
    for token in ["a.a.1", "b.b.1", "c.c.1", "d.d.1"] {
        fleet.warm(token);
    }
    for name in ["a.a.1", "b", "tenant:c"] {
        fleet.make_true(name);
    }
    fleet.revoke(0, "identity a.a.1");
    fleet.revoke(0, "principal b");
    fleet.revoke(1, "tag tenant:c");
    fleet.add(1, &server.url());
    for token in ["a.a.1", "b.b.1", "c.c.1"] {
        assert_eq!(fleet.get(2, token).0, 403, "{token}");
    }
    // On a busy machine, the store may not answer in time.
    let is_found = (3..10).any(|worker| {
        fleet.add(1, &server.url());
        // Reads the log.
        fleet.warm_one(worker, "e.e.1");
        let (_, before) = fleet.get(worker, "e.e.1");
        fleet.get(worker, "d.d.1") == (200, before)
    });
    assert!(is_found, "it is found in the store");
    fleet.make_true("d.d.1");
    let confirmed = fleet.revoke(3, "clear");
    for worker in 0..fleet.len() {
        fleet.refuses_in_time(worker, "d.d.1", &confirmed);
    }
}

/// The log is lost. Until another one has begun, a process knows as little of the log as when it started.
fn before_the_log() {
    let Some(server) = redis() else { return };
    let mut fleet = Fleet::new("before");
    fleet.add(2, &server.url());
    assert_eq!(fleet.get(0, "a.a.1").0, 200);
    fleet.warm("b.b.1");
    fleet.make_true("a.a.1");
    fleet.revoke(1, "identity a.a.1");
    fleet.warm("b.b.1");
    let (_, before) = fleet.get(0, "b.b.1");
    let log = log_of(&server);
    // Another log cannot begin.
    let pause = format!("UNLINK {log}\r\nCLIENT PAUSE 2000 WRITE");
    server.say(&pause).unwrap();
    let deadline = Instant::now() + DEADLINE;
    while fleet.get(0, "b.b.1").1 == before {
        assert!(Instant::now() < deadline, "it does not notice the loss");
    }
    assert_eq!(fleet.get(0, "a.a.1").0, 403);
    server.say("CLIENT UNPAUSE").unwrap();
    fleet.warm("b.b.1");
}

fn server_fails() {
    let Some(mut server) = redis() else { return };
    let mut fleet = Fleet::new("server");
    fleet.add(3, &server.url());
    fleet.warm("a.a.1");
    // What is true while nobody can read the log is seen after the bound.
    server.pause();
    fleet.make_true("a.a.1");
    let paused = now();
    for worker in 0..3 {
        fleet.refuses_after(worker, "a.a.1", paused);
        assert_eq!(fleet.get(worker, "a.a.1").0, 403, "paused");
    }
    fleet.tell(0, "clear");
    fleet.hears(|from| from == 0, "failed ");
    server.resume();
    fleet.make_untrue("a.a.1");
    fleet.warm("b.b.1");

    // The server comes back without its log.
    for _ in 0..2 {
        server.kill();
        server.restart();
        fleet.warm("b.b.1");
        fleet.tell_all("watch b.b.1");
        fleet.make_true("b.b.1");
        let confirmed = fleet.revoke(1, "identity b.b.1");
        fleet.refused("b.b.1", &confirmed);
        // While it is watched, a busy process may ask the authorizer again.
        fleet.watched("b.b.1");
        fleet.make_untrue("b.b.1");
        fleet.revoke(1, "clear");
        // A process that has not read this when the server is killed would still use the refusal.
        fleet.passes_again("b.b.1");
    }
    fleet.kill(1);
    fleet.make_true("b.b.1");
    let confirmed = fleet.revoke(2, "clear");
    fleet.refuses_in_time(0, "b.b.1", &confirmed);
}

/// Somebody can write to the store, but does not know the secret.
fn forged() {
    let Some(server) = redis() else { return };
    let mut fleet = Fleet::new("forged");
    fleet.add(3, &server.url());
    fleet.warm("a.a.1");
    let names = server.say("KEYS lambda-authorizer:3:log:*").unwrap();
    let log = names.lines().nth(2).unwrap().to_owned();
    let (_, before) = fleet.get(0, "a.a.1");
    server.say(&format!("XADD {log} * m forged")).unwrap();
    let deadline = Instant::now() + DEADLINE;
    while fleet.get(0, "a.a.1") == (200, before) {
        assert!(Instant::now() < deadline, "it forgets nothing");
    }
    assert!(fleet.get(0, "a.a.1").1 > before);
    fleet.warm("a.a.1");

    let flood = format!("XADD {log} * m forged\r\n").repeat(30_000);
    fleet.tell_all("watch a.a.1");
    server.say(&flood).unwrap();
    fleet.make_true("a.a.1");
    let confirmed = fleet.revoke(0, "identity a.a.1");
    server.say(&flood).unwrap();
    fleet.refused("a.a.1", &confirmed);

    // A genuine message again, and an earlier state of the log.
    let dump = format!("COPY {log} {log}-kept");
    server.say(&dump).unwrap();
    fleet.make_true("b.b.1");
    fleet.warm("c.c.1");
    fleet.revoke(1, "clear");
    server
        .say(&format!("COPY {log}-kept {log} REPLACE"))
        .unwrap();
    fleet.warm("c.c.1");
    for worker in 0..3 {
        assert_eq!(fleet.get(worker, "b.b.1").0, 403);
    }
}
