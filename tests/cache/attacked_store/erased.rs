//! The log is deleted, put back, or lacks entries.

use super::*;

/// A process that has read a revocation does not forget it, whatever becomes of the log.
#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_log_is_not_trusted_again_after_two_losses() {
    let Some(world) = World::start() else { return };
    let (one, other) = (world.process(), world.process());
    for process in [&one, &other] {
        process.warm("ann.a.1").await;
    }
    let log = world.log();
    world.say(&format!("COPY {log} kept"));
    world.refuse("ann.a.1");
    revoked(async || one.results().invalidate(["ann.a.1"]).await).await;
    other.warm("bob.b.1").await;
    // The first loss. Both begin another log.
    let first = world.ids(&log)[0].clone();
    world.say(&format!("UNLINK {log}"));
    until("another log", || {
        world.ids(&log).first().is_some_and(|id| *id != first)
    })
    .await;
    other.warm("bob.b.1").await;
    // The second loss puts the first log back.
    world.say(&format!("COPY kept {log} REPLACE"));
    other.warm("bob.b.1").await;
    assert_eq!(other.status("ann.a.1").await, 403);
}

/// The revoked value is put back, and the revocation is removed. Later entries stay.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_joins_notices_that_an_entry_is_missing() {
    let Some(world) = World::start() else { return };
    let one = world.process();
    one.warm("ann.a.1").await;
    let log = world.log();
    let values = world.names("lambda-authorizer:3:");
    let value = values.iter().find(|name| **name != log).unwrap();
    world.say(&format!("COPY {value} kept"));
    world.refuse("ann.a.1");
    revoked(async || one.results().invalidate(["ann.a.1"]).await).await;
    let revocation = world.ids(&log).pop().unwrap();
    one.warm("bob.b.1").await;
    revoked(async || one.results().invalidate(["bob.b.1"]).await).await;
    one.warm("bob.b.1").await;
    world.say(&format!("XDEL {log} {revocation}"));
    world.say(&format!("COPY kept {value} REPLACE"));
    let joining = world.process();
    joining.warm("bob.b.1").await;
    world.say(&format!("COPY kept {value} REPLACE"));
    assert_eq!(joining.status("ann.a.1").await, 403);
}
