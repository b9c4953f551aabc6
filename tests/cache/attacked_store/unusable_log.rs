//! The log's name belongs to a value to which nothing can be appended.

use super::*;

async fn revokes_in_spite_of(attack: impl Fn(&World, &str)) {
    let Some(world) = World::start() else { return };
    let (one, other) = (world.process(), world.process());
    for process in [&one, &other] {
        process.warm("ann.a.1").await;
    }
    attack(&world, &world.log());
    world.refuse("ann.a.1");
    revoked(async || one.results().invalidate(["ann.a.1"]).await).await;
    other.is_refused("ann.a.1").await;
    assert_eq!(one.status("ann.a.1").await, 403);
    other.warm("bob.b.1").await;
    world.refuse("bob");
    revoked(async || one.results().invalidate_principal("bob").await).await;
    other.is_refused("bob.b.1").await;
}

/// The server has no id after this one.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_whose_ids_are_used_up_is_replaced() {
    let last = format!("{0}-{0}", u64::MAX);
    revokes_in_spite_of(|world, log| {
        world.say(&format!("XADD {log} {last} m x"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn something_else_with_the_name_of_the_log_is_replaced() {
    revokes_in_spite_of(|world, log| {
        world.say(&format!("SET {log} x"));
    })
    .await;
}
