//! Entries that nobody with the secret has appended, or copies of entries.

use std::{
    sync::atomic::AtomicBool,
    thread::{self, JoinHandle},
};

use tower_lambda_authorizer::Api;

use super::*;

impl World {
    fn copy(&self, message: &[u8], log: &str, id: &str) {
        let words = [&b"XADD"[..], log.as_bytes(), id.as_bytes(), b"m", message];
        let answer = self.send(&words);
        assert!(answer.starts_with(b"$"), "{}", answer.escape_ascii());
    }
}

/// The ids of all later entries are close to the last one.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_message_far_in_the_future_hides_no_revocation() {
    let Some(world) = World::start() else { return };
    let (one, other) = (world.process(), world.process());
    for process in [&one, &other] {
        process.warm("bob.b.1").await;
    }
    let log = world.log();
    let first = world.message(&log, &world.ids(&log)[0]);
    world.copy(&first, &log, &format!("{}-0", u64::MAX));
    for process in [&one, &other] {
        process.warm("ann.a.1").await;
    }
    let names = world.names("lambda-authorizer:3:");
    for (number, name) in names.iter().filter(|name| **name != log).enumerate() {
        world.say(&format!("COPY {name} kept{number}"));
    }
    world.refuse("ann.a.1");
    revoked(async || one.results().invalidate(["ann.a.1"]).await).await;
    other.is_refused("ann.a.1").await;
    // The log begins again with a copy, at an id that is not far in the future.
    world.say(&format!("UNLINK {log}"));
    world.copy(&first, &log, "5-0");
    for (number, name) in names.iter().filter(|name| **name != log).enumerate() {
        world.say(&format!("COPY kept{number} {name} REPLACE"));
    }
    let joining = world.process();
    joining.warm("bob.b.1").await;
    for process in [&one, &other, &joining] {
        assert_eq!(process.status("ann.a.1").await, 403);
    }
}

/// A message is sealed for its log: for one API, stage and authorizer.
#[tokio::test(flavor = "multi_thread")]
async fn messages_of_other_logs_only_cause_calls() {
    let Some(world) = World::start() else { return };
    let own = world.process();
    own.warm("bob.b.1").await;
    let log = world.log();
    let other_authorizer = world.process_with(world.tier(), "orders");
    let mut other_stage = world.process();
    let dev = Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "dev").unwrap();
    other_stage.layer = other_stage.layer.api(dev);
    for stranger in [&other_authorizer, &other_stage] {
        stranger.warm("bob.b.1").await;
        stranger
            .results()
            .invalidate_principal("bob")
            .await
            .unwrap();
    }
    own.warm("bob.b.1").await;
    let calls = own.calls();
    own.warm("bob.b.1").await;
    assert_eq!(own.calls(), calls, "their principal is another one");
    for name in world.names("lambda-authorizer:3:log:") {
        if name != log {
            let id = world.ids(&name).pop().unwrap();
            world.copy(&world.message(&name, &id), &log, "*");
        }
    }
    own.warm("bob.b.1").await;
    assert!(own.calls() > calls, "it has forgotten everything");
    assert!(own.results().statistics().shared_errors >= 2);
}

/// Appends the message again and again until it is dropped.
struct Flood {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Flood {
    fn of(world: &Arc<World>, log: String, message: Vec<u8>) -> Self {
        let is_over = Arc::<AtomicBool>::default();
        let (world, over) = (Arc::clone(world), Arc::clone(&is_over));
        let thread = thread::spawn(move || {
            while !over.load(Ordering::SeqCst) {
                world.copy(&message, &log, "*");
            }
        });
        Self {
            is_over,
            thread: Some(thread),
        }
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// A flood of entries keeps neither the processes nor the server busy, and hides no revocation.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_costs_a_few_commands_each_second() {
    let Some(world) = World::start().map(Arc::new) else {
        return;
    };
    let (one, other) = (world.process(), world.process());
    for process in [&one, &other] {
        process.warm("ann.a.1").await;
    }
    let log = world.log();
    let copied = world.message(&log, &world.ids(&log)[0]);
    // The shortest pause of a process is 10 ms, and a quarter of the bound if messages are not intact.
    for (message, most) in [(b"forged".to_vec(), 2.0 * 6.0), (copied, 2.0 * 105.0)] {
        let token = format!("ann.a.{}", message.len());
        let _flood = Flood::of(&world, log.clone(), message);
        let (before, begun) = (world.reads(), Instant::now());
        // The flood lasts for so long.
        tokio::time::sleep(BOUND).await;
        let reads = (world.reads() - before) as f64 / begun.elapsed().as_secs_f64();
        assert!(reads < most, "{reads} reads a second");
        assert_eq!(other.status(&token).await, 200);
        world.refuse(&token);
        revoked(async || one.results().invalidate([&token]).await).await;
        other.is_refused(&token).await;
    }
}

impl World {
    /// How often the log was read.
    fn reads(&self) -> u64 {
        let commands = self.say("INFO commandstats");
        let mut lines = commands.lines();
        let line = lines.find_map(|line| line.strip_prefix("cmdstat_xrange:calls="));
        let calls = line.and_then(|line| line.split(',').next());
        calls.unwrap().parse().unwrap()
    }
}
