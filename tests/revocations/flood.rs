//! Somebody who can write to the store, but does not know the secret, appends forged messages without end.

use std::{
    io::{Write, copy, sink},
    net::{Shutdown, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{
    fleet::BOUND,
    loaded::{Loaded, wait_until},
    redis_server::RedisServer,
};

const PROCESSES: usize = 20;
const LASTS: Duration = Duration::from_secs(4);

/// The time between two times fifty messages: so that processes can read each of them, and as fast as the server takes them.
const PAUSES: [Duration; 2] = [Duration::from_millis(25), Duration::ZERO];

/// Each process reads the log four times in the bound and not more often, although there is always something new. So it also
/// forgets everything only so often.
pub(crate) fn flood() {
    let Some(server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let mut fleet = Loaded::new("flood", 1);
    for _ in 0..PROCESSES {
        fleet.add(&server.url());
    }
    fleet.wait_until_ready();
    for pause in PAUSES {
        flooded(&server, &fleet, pause);
    }
    println!("{}", fleet.stop());
}

fn flooded(server: &RedisServer, fleet: &Loaded, pause: Duration) {
    let flood = Flood::begin(server, &log_of(server), pause);
    let (before, used, reads) = (fleet.verdict(), fleet.processor_time(), reads(server));
    let begun = Instant::now();
    thread::sleep(LASTS);
    let (used, reads) = (fleet.processor_time() - used, self::reads(server) - reads);
    let lasted = begun.elapsed();
    let forged = flood.end();
    let verdict = fleet.verdict();
    println!(
        "{forged} forged messages in {lasted:.1?}: {reads} reads, {used:?} of processor time, {} calls for {} requests",
        verdict.calls - before.calls,
        verdict.requests - before.requests,
    );
    // Each process may have begun to read before it noticed the flood, and reads once more if a revocation is its own.
    let most = PROCESSES as u128 * (2 + 4 * lasted.as_millis() / BOUND.as_millis());
    assert!(u128::from(reads) <= most, "{reads} reads, at most {most}");
}

/// The name of the log, as soon as a process has made it.
pub(crate) fn log_of(server: &RedisServer) -> String {
    let mut log = None;
    let has_log = || {
        let names = server.say("KEYS lambda-authorizer:3:log:*").unwrap();
        let name = names.lines().find(|line| line.starts_with("lambda-"));
        log = name.map(str::to_owned);
        log.is_some()
    };
    wait_until(has_log, "there is no log");
    log.unwrap()
}

/// How often the server was asked for entries of logs.
fn reads(server: &RedisServer) -> u64 {
    let statistics = server.say("INFO commandstats").unwrap();
    let reads = statistics
        .lines()
        .find_map(|line| line.strip_prefix("cmdstat_xrange:calls="));
    reads.map_or(0, |reads| reads.split(',').next().unwrap().parse().unwrap())
}

struct Flood {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<usize>,
}

impl Flood {
    /// The messages have the length of genuine ones.
    fn begin(server: &RedisServer, log: &str, pause: Duration) -> Self {
        let is_over = Arc::<AtomicBool>::default();
        let over = Arc::clone(&is_over);
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        let add = format!("XADD {log} MAXLEN ~ 20000 * m {}\r\n", "x".repeat(66));
        let thread = thread::spawn(move || {
            let mut answers = stream.try_clone().unwrap();
            let answers = thread::spawn(move || copy(&mut answers, &mut sink()));
            let mut sent = 0;
            while !over.load(Ordering::Relaxed) {
                stream.write_all(add.repeat(50).as_bytes()).unwrap();
                sent += 50;
                thread::sleep(pause);
            }
            stream.shutdown(Shutdown::Both).unwrap();
            let _ = answers.join().unwrap();
            sent
        });
        Self { is_over, thread }
    }

    fn end(self) -> usize {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}
