//! Twenty processes under load, and everything that can happen to them and to the store, at random.
//!
//! `REVOCATIONS_SOAK_SECONDS=600 cargo test --test revocations -- soak` runs for longer, and `REVOCATIONS_SOAK_SEED`
//! repeats the order of what happens. It prints the seed.

use std::{
    env, fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;

use crate::{
    flood::log_of,
    loaded::{Loaded, wait_until},
    oracle::Lost,
    proxy::Proxy,
    record::now,
    redis_cluster,
    redis_server::RedisServer,
    store_faults,
};

const PROCESSES: usize = 20;

/// The load goes on for so long after the last fault.
const CALM: Duration = Duration::from_secs(2);

/// How long it may take until the processes have read the log of a store that is back.
const HEALED: u64 = 3_000_000_000;

fn setting(name: &str, otherwise: u64) -> u64 {
    env::var(name).map_or(otherwise, |value| value.parse().unwrap())
}

/// One server with a replica, and a proxy for each half of the processes.
struct Scene {
    fleet: Loaded,
    random: Rng,
    program: &'static str,
    primary: RedisServer,
    replica: RedisServer,
    proxies: [Proxy; 2],
}

type Fault = (&'static str, fn(&mut Scene));

const FAULTS: [Fault; 17] = [
    ("a process is killed", Scene::kill_process),
    ("a process is paused", Scene::pause_process),
    ("half of the processes are cut off", Scene::cut),
    ("a slow network", Scene::delay),
    ("connections are closed", Scene::reset),
    ("the server is paused", Scene::pause_server),
    ("the server loses everything", Scene::restart),
    ("the server goes back to a snapshot", Scene::restore),
    ("the replica takes over", Scene::fail_over),
    (
        "a replica that lacks the last entries takes over",
        Scene::fail_over_with_loss,
    ),
    ("everything is removed from the store", Scene::flush),
    ("the log is removed from the store", Scene::evict),
    ("forged messages", Scene::forge),
    ("the memory is full", Scene::fill),
    ("entries are evicted", Scene::evict_some),
    ("writes are late", Scene::delay_writes),
    ("the server is read-only", Scene::make_read_only),
];

pub(crate) fn soak() {
    for program in ["redis-server", "valkey-server"] {
        let seconds = setting("REVOCATIONS_SOAK_SECONDS", 0) / 3;
        let Some(mut scene) = Scene::new(program) else {
            continue;
        };
        let begun = Instant::now();
        // Each fault at least once. In a short run, the second kind of server is there for what its replication does.
        let faults = match (program, seconds) {
            ("valkey-server", 0) => &FAULTS[7..10],
            _ => &FAULTS,
        };
        loop {
            let mut order: Vec<_> = faults.iter().collect();
            scene.random.shuffle(&mut order);
            for (name, fault) in order {
                if seconds > 0 {
                    println!("{:>8.1?} {} {name}", begun.elapsed(), now());
                }
                fault(&mut scene);
                scene.hold(200);
            }
            if begun.elapsed().as_secs() >= seconds {
                break;
            }
        }
        end(&mut scene.fleet, program);
    }
}

/// Fails if the processes do not use results again after the last fault.
fn end(fleet: &mut Loaded, what: &str) {
    let calm = now();
    thread::sleep(CALM);
    let verdict = fleet.stop();
    println!("{what}: {verdict}");
    assert!(verdict.last_hit > calm, "there are no hits any more");
    assert!(verdict.revocations > 0);
}

impl Scene {
    fn new(program: &'static str) -> Option<Self> {
        let primary = RedisServer::start(program, &[])?;
        let replica = replica_of(program, &primary);
        let proxies = [Proxy::to(primary.port), Proxy::to(primary.port)];
        let seed = setting("REVOCATIONS_SOAK_SEED", fastrand::u64(..1000));
        println!("{program}: REVOCATIONS_SOAK_SEED={seed}");
        let mut scene = Self {
            fleet: Loaded::new("soak", seed),
            random: Rng::with_seed(seed),
            program,
            primary,
            replica,
            proxies,
        };
        for place in 0..PROCESSES {
            scene.fleet.add(&scene.proxies[place % 2].url());
        }
        scene.fleet.wait_until_ready();
        Some(scene)
    }

    /// Lets a random time pass, up to this many milliseconds.
    fn hold(&mut self, milliseconds: u64) {
        thread::sleep(Duration::from_millis(self.random.u64(..milliseconds)));
    }

    fn kill_process(&mut self) {
        let place = self.random.usize(..PROCESSES);
        let store = self.proxies[place % 2].url();
        self.fleet.replace(place, &store);
    }

    fn pause_process(&mut self) {
        let place = self.random.usize(..PROCESSES);
        self.fleet.signal(place, "-STOP");
        self.hold(2000);
        self.fleet.signal(place, "-CONT");
    }

    fn cut(&mut self) {
        self.proxies[1].cut();
        self.hold(1800);
        self.proxies[1].mend();
    }

    fn delay(&mut self) {
        let by = Duration::from_millis(self.random.u64(1..150));
        self.proxies[0].delay(by);
        self.hold(1200);
        self.proxies[0].delay(Duration::ZERO);
    }

    fn reset(&mut self) {
        self.proxies.iter().for_each(Proxy::reset);
    }

    fn pause_server(&mut self) {
        self.primary.pause();
        self.hold(1800);
        self.primary.resume();
    }

    fn restart(&mut self) {
        let answer = self.primary.say("CONFIG GET dir").unwrap();
        let directory = answer.lines().find(|line| line.starts_with('/')).unwrap();
        let snapshot = Path::new(directory).join("dump.rdb");
        self.primary.kill();
        self.hold(1000);
        // From an earlier fault, or from replication.
        let _ = fs::remove_file(snapshot);
        self.start_again();
    }

    fn restore(&mut self) {
        let from = now();
        // It may be saving for the replica.
        let is_saved = || self.primary.say("SAVE").unwrap().starts_with("+OK");
        wait_until(is_saved, "the server does not save");
        self.hold(1000);
        self.primary.kill();
        let until = now();
        self.start_again();
        self.lost(from, until);
    }

    /// It may have begun as a replica.
    fn start_again(&mut self) {
        self.primary.restart();
        self.primary.say("REPLICAOF NO ONE").unwrap();
    }

    /// What was confirmed in this time may be lost. Processes that have read it notice when the store is back.
    fn lost(&mut self, from: u64, until: u64) {
        let back = now() + HEALED;
        self.fleet.lost.push(Lost { from, until, back });
    }

    fn fail_over(&mut self) {
        self.proxies.iter().for_each(Proxy::cut);
        let offset = |server: &RedisServer, field: &str| {
            let info = server.say("INFO replication").unwrap();
            let offset = info
                .lines()
                .find_map(|line| line.strip_prefix(field).map(str::to_owned));
            offset.unwrap_or_default()
        };
        let (primary, replica) = (&self.primary, &self.replica);
        let has_everything = || {
            offset(replica, "master_link_status:") == "up"
                && offset(primary, "master_repl_offset:") == offset(replica, "slave_repl_offset:")
        };
        wait_until(has_everything, "the replica does not follow");
        self.promote();
    }

    fn fail_over_with_loss(&mut self) {
        let from = now();
        self.replica.say("REPLICAOF NO ONE").unwrap();
        self.hold(1000);
        self.promote();
        self.lost(from, now());
    }

    fn promote(&mut self) {
        self.primary.kill();
        self.replica.say("REPLICAOF NO ONE").unwrap();
        let next = replica_of(self.program, &self.replica);
        self.primary = std::mem::replace(&mut self.replica, next);
        for proxy in &self.proxies {
            proxy.turn_to(self.primary.port);
            proxy.reset();
            proxy.mend();
        }
    }

    fn flush(&mut self) {
        self.primary.say("FLUSHALL").unwrap();
    }

    fn evict(&mut self) {
        let log = log_of(&self.primary);
        self.primary.say(&format!("UNLINK {log}")).unwrap();
    }

    fn fill(&mut self) {
        let hold = self.random_hold();
        store_faults::memory_is_full(&self.primary, hold);
    }

    fn evict_some(&mut self) {
        let hold = self.random_hold();
        store_faults::entries_are_evicted(&self.primary, &mut self.random, hold);
    }

    fn delay_writes(&mut self) {
        let hold = self.random_hold();
        store_faults::writes_are_late(&self.primary, hold);
    }

    fn make_read_only(&mut self) {
        let hold = self.random_hold();
        store_faults::is_read_only(&self.primary, hold);
    }

    /// Lets a random time pass, when it is called.
    fn random_hold(&mut self) -> impl FnOnce() + use<> {
        let time = Duration::from_millis(self.random.u64(..1800));
        move || thread::sleep(time)
    }

    fn forge(&mut self) {
        let forged = format!("XADD {} * m forged\r\n", log_of(&self.primary));
        self.primary.say(&forged.repeat(500)).unwrap();
    }
}

fn replica_of(program: &'static str, primary: &RedisServer) -> RedisServer {
    let port = primary.port.to_string();
    RedisServer::start(program, &["--replicaof", "127.0.0.1", &port]).unwrap()
}

/// A cluster of three whose nodes pause, and lose everything.
pub(crate) fn soak_cluster() {
    let Some(mut nodes) = redis_cluster::start() else {
        return;
    };
    let seed = setting("REVOCATIONS_SOAK_SEED", fastrand::u64(..1000));
    println!("cluster: REVOCATIONS_SOAK_SEED={seed}");
    let mut random = Rng::with_seed(seed);
    let mut fleet = Loaded::new("soak-cluster", seed);
    let urls: Vec<_> = nodes.iter().map(RedisServer::url).collect();
    for _ in 0..PROCESSES / 2 {
        fleet.add(&urls.join(","));
    }
    fleet.wait_until_ready();
    let begun = Instant::now();
    let seconds = setting("REVOCATIONS_SOAK_SECONDS", 0) / 3;
    loop {
        for fault in 0..4 {
            let (node, place) = (random.usize(..nodes.len()), random.usize(..fleet.len()));
            let hold = Duration::from_millis(random.u64(..1300));
            match fault {
                0 => {
                    nodes[node].pause();
                    thread::sleep(hold);
                    nodes[node].resume();
                }
                1 => {
                    nodes[node].kill();
                    thread::sleep(hold);
                    nodes[node].restart();
                }
                2 => drop(nodes[node].say("FLUSHALL").unwrap()),
                _ => {
                    fleet.signal(place, "-STOP");
                    thread::sleep(hold);
                    fleet.signal(place, "-CONT");
                    fleet.replace(place, &urls.join(","));
                }
            }
            redis_cluster::wait_until_ready(&nodes);
        }
        if begun.elapsed().as_secs() >= seconds {
            break;
        }
    }
    end(&mut fleet, "cluster");
}
