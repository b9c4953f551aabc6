//! One world on several threads, in real time except for the layers' clock. Its runs cannot be repeated. It shows how much
//! memory is used in the long run.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};

use tokio::{
    task::{JoinSet, yield_now},
    time::timeout,
};

use crate::{
    Report,
    memory::resident,
    world::{Task, World},
};

const THREADS: usize = 4;

/// The number of threads. Each begins requests, invalidates results and advances the clock.
const DRIVERS: u64 = 6;

const MOST_RUNNING: usize = 40;

/// Much longer than all timeouts together, on a machine with other work as well.
const HANGS_AFTER: Duration = Duration::from_secs(60);

pub(crate) fn run(time: Duration) -> Report {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_time()
        .build()
        .unwrap();
    let world = Arc::new(World::new(0));
    let is_over = Arc::new(AtomicBool::new(false));
    let start = Instant::now();
    let drivers: Vec<_> = (0..DRIVERS)
        .map(|_| runtime.spawn(drive(Arc::clone(&world), Arc::clone(&is_over))))
        .collect();
    let failed = || !world.scene.oracle().failures.is_empty();
    let warm = runtime.block_on(async {
        let mut warm = None;
        while start.elapsed() < time && !failed() {
            tokio::time::sleep(Duration::from_millis(100)).await;
            world.check_caches();
            let now = world.scene.now();
            world.scene.oracle().sweep(now);
            if warm.is_none() && start.elapsed() > time / 3 {
                warm = resident();
            }
        }
        is_over.store(true, Ordering::SeqCst);
        for driver in drivers {
            driver.await.unwrap();
        }
        warm
    });
    world.check_calm();
    let mut report = Report::new("threads");
    report.cached += world.cached();
    let oracle = world.scene.oracle();
    report.counts += oracle.counts;
    report.failures.extend(oracle.failures.iter().cloned());
    report.with_memory(warm)
}

async fn drive(world: Arc<World>, is_over: Arc<AtomicBool>) {
    let mut running = JoinSet::new();
    while !is_over.load(Ordering::SeqCst) {
        match world.scene.random(|random| random.u8(..64)) {
            0 => world.scene.advance(world.step()),
            1 => {
                let forgetting = watched(Arc::clone(&world), world.forget());
                running.spawn(forgetting);
            }
            // A client disconnects.
            2 => running.abort_all(),
            3..8 => yield_now().await,
            _ => {
                let attempt = world.request();
                let (number, world) = (attempt.number, Arc::clone(&world));
                running.spawn(async move {
                    // The oracle forgets a request when it is dropped.
                    let mut attempt = pin!(attempt);
                    if timeout(HANGS_AFTER, attempt.as_mut()).await.is_err() {
                        world.scene.oracle().hangs(number);
                    }
                });
            }
        }
        while running.len() > MOST_RUNNING {
            running.join_next().await;
        }
    }
    while running.join_next().await.is_some() {}
}

/// Polls an invalidation while the clock stands still.
async fn watched(world: Arc<World>, mut task: Task) {
    let forgetting = poll_fn(|context| {
        let mut polled = Poll::Ready(());
        world.watched(|| polled = task.as_mut().poll(context));
        polled
    });
    forgetting.await;
}
