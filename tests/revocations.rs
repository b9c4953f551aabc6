//! What one process revokes is refused by all. Real processes, a real Redis server, and failures of both.
//!
//! The oracle: after a revocation was confirmed and the bound has passed, no request passes that begins then, in any
//! process. The authorizers know the truth, so a pass can only come from a result that was kept.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "revocations/clocks.rs"]
mod clocks;
#[path = "support/empty_service.rs"]
mod empty_service;
#[path = "revocations/fleet.rs"]
mod fleet;
#[path = "revocations/flood.rs"]
mod flood;
#[path = "revocations/load.rs"]
mod load;
#[path = "revocations/loaded.rs"]
mod loaded;
#[path = "revocations/network.rs"]
mod network;
#[path = "revocations/oracle.rs"]
mod oracle;
#[path = "revocations/permissions.rs"]
mod permissions;
#[path = "revocations/proxy.rs"]
mod proxy;
#[path = "revocations/record.rs"]
mod record;
#[path = "support/redis_cluster.rs"]
mod redis_cluster;
#[path = "support/redis_server.rs"]
mod redis_server;
#[path = "revocations/rotation.rs"]
mod rotation;
#[path = "revocations/scenes.rs"]
mod scenes;
#[path = "revocations/soak.rs"]
mod soak;
#[path = "revocations/store_faults.rs"]
mod store_faults;
#[path = "revocations/worker.rs"]
mod worker;

use std::{env, process::ExitCode, sync::Mutex, thread, time::Instant};

/// How many scenes run at the same time. They wait for most of their time.
const LANES: usize = 3;

/// Runs the scenes whose names contain the first argument.
fn main() -> ExitCode {
    if env::var_os(worker::STORE).is_some() {
        worker::run();
        return ExitCode::SUCCESS;
    }
    if env::var_os(load::RECORD).is_some() {
        load::run();
        return ExitCode::SUCCESS;
    }
    let filter = env::args().nth(1).filter(|filter| !filter.starts_with('-'));
    let is_wanted = |name: &str| filter.as_ref().is_none_or(|filter| name.contains(filter));
    let wanted = scenes::ALL.iter().filter(|(name, _)| is_wanted(name));
    let wanted = Mutex::new(wanted);
    let next = || wanted.lock().unwrap().next();
    let lane = || {
        while let Some((name, scene)) = next() {
            let begun = Instant::now();
            scene();
            println!("{name}: ok after {:.1?}", begun.elapsed());
        }
    };
    thread::scope(|lanes| (0..LANES).for_each(|_| drop(lanes.spawn(lane))));
    ExitCode::SUCCESS
}
