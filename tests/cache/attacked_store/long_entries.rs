//! Somebody appends long entries, so that each read of the log costs much.

use super::*;

const LENGTH: usize = 4_000_000;

impl World {
    /// The bytes that the server has sent.
    fn sent(&self) -> usize {
        let statistics = self.say("INFO stats");
        let mut lines = statistics.lines();
        let sent = lines.find_map(|line| line.strip_prefix("total_net_output_bytes:"));
        sent.unwrap().parse().unwrap()
    }
}

/// Each read includes the last entry that was read before. A long one does not stay the last one.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_entry_is_not_read_again_and_again() {
    let Some(world) = World::start() else { return };
    let (one, other) = (world.process(), world.process());
    for process in [&one, &other] {
        process.warm("ann.a.1").await;
    }
    let (log, before) = (world.log(), world.sent());
    let calls = one.calls() + other.calls();
    let long = vec![b'x'; LENGTH];
    world.send(&[b"XADD", log.as_bytes(), b"*", b"m", &long]);
    until("it is read", || world.sent() > before + LENGTH).await;
    // Longer than eight reads of each process.
    for process in [&one, &other] {
        process.warm("ann.a.1").await;
    }
    assert!(
        one.calls() + other.calls() > calls,
        "they have not forgotten"
    );
    // Each process reads it once as soon as it is there, and once with what is behind it.
    let times = (world.sent() - before) / LENGTH;
    assert!(times <= 2 * 3, "it was read {times} times");
    world.refuse("ann.a.1");
    revoked(async || one.results().invalidate(["ann.a.1"]).await).await;
    other.is_refused("ann.a.1").await;
}
