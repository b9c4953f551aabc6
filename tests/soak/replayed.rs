//! Worlds that one thread runs. A seed determines which request is polled, which client disconnects and when time advances,
//! so a run can be repeated. The runtime's time is paused, and advances with the layers' clock.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::{Duration, Instant},
};

use crate::{
    Report,
    attempt::Attempt,
    memory::resident,
    world::{Task, World},
};

/// The number of steps in a world.
const STEPS: u32 = 6_000;

/// After this many steps, the world comes to rest. A request that still waits then hangs.
const UNTIL_CALM: u32 = 300;

/// A world that does not come to rest after this many polls hangs, too.
const MOST_POLLS: u32 = 100_000;

const MOST_RUNNING: usize = 48;

/// Longer than all timeouts.
const LONG: Duration = Duration::from_secs(40);

const FIRST_SEED: u64 = 1;

pub(crate) fn run(time: Duration) -> Report {
    let start = Instant::now();
    let mut report = Report::new("replayed");
    let mut warm = None;
    let mut seed = FIRST_SEED;
    while start.elapsed() < time && report.failures.is_empty() {
        play(seed, &mut report);
        if warm.is_none() && start.elapsed() > time / 4 {
            warm = resident();
        }
        seed += 1;
    }
    println!("replayed: the seeds {FIRST_SEED} to {}", seed - 1);
    report.with_memory(warm)
}

pub(crate) fn one_seed(seed: u64) -> Report {
    let mut report = Report::new("replayed");
    play(seed, &mut report);
    report
}

/// Runs a world until its end or the first failure.
fn play(seed: u64, report: &mut Report) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let mut play = Play {
        world: World::new(seed),
        running: Vec::new(),
        tasks: Vec::new(),
    };
    // Disable tokio's budget, since these polls do not belong to a task.
    let steps = tokio::task::unconstrained(async {
        for step in 1..=STEPS {
            play.step().await;
            if step % UNTIL_CALM == 0 {
                play.calm_down().await;
            }
            if !play.world.scene.oracle().failures.is_empty() {
                return step;
            }
        }
        STEPS
    });
    let last = runtime.block_on(steps);
    report.cached += play.world.cached();
    let oracle = play.world.scene.oracle();
    report.counts += oracle.counts;
    let failures = oracle.failures.iter();
    let failures = failures.map(|failure| format!("seed {seed}, step {last}: {failure}"));
    report.failures.extend(failures);
}

struct Play {
    world: World,
    running: Vec<Running<Attempt>>,
    tasks: Vec<Running<Task>>,
}

/// A future with a flag that tells whether it was woken.
struct Running<F> {
    future: F,
    woken: Arc<Woken>,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl<F: Future<Output = ()> + Unpin> Running<F> {
    fn new(future: F) -> Self {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        Self { future, woken }
    }

    fn is_woken(&self) -> bool {
        self.woken.0.load(Ordering::SeqCst)
    }

    /// Whether it has ended.
    fn poll(&mut self) -> bool {
        self.woken.0.store(false, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(&self.woken));
        let mut context = Context::from_waker(&waker);
        Pin::new(&mut self.future).poll(&mut context) == Poll::Ready(())
    }
}

impl Play {
    async fn step(&mut self) {
        let (kind, chance) = self
            .world
            .scene
            .random(|random| (random.u8(..128), random.usize(..)));
        match kind {
            0..48 if self.running.len() < MOST_RUNNING => {
                self.running.push(Running::new(self.world.request()));
            }
            0..110 => self.poll_one(chance),
            110..113 if !self.running.is_empty() => {
                // The client disconnects.
                self.running.swap_remove(chance % self.running.len());
            }
            113..117 => {
                let task = Running::new(self.world.forget());
                self.tasks.push(task);
            }
            117..119 if !self.tasks.is_empty() => {
                let task = self.tasks.swap_remove(chance % self.tasks.len());
                self.world.watched(|| drop(task));
            }
            119..127 => {
                let by = self.world.step();
                self.advance(by).await;
            }
            _ => self.world.scene.advance(self.world.step()),
        }
    }

    /// Advances both clocks.
    async fn advance(&self, by: Duration) {
        self.world.scene.advance(by);
        tokio::time::advance(by).await;
    }

    /// Polls a future that was woken, or sometimes one that was not.
    fn poll_one(&mut self, chance: usize) {
        let is_spurious = chance % 16 == 0;
        let all = self.running.len() + self.tasks.len();
        for offset in 0..all {
            let at = (chance / 16 + offset) % all;
            let is_woken = match self.running.get(at) {
                Some(running) => running.is_woken(),
                None => self.tasks[at - self.running.len()].is_woken(),
            };
            if is_woken || is_spurious {
                return self.poll_at(at);
            }
        }
    }

    fn poll_at(&mut self, at: usize) {
        if at < self.running.len() {
            if self.running[at].poll() {
                self.running.swap_remove(at);
            }
            return;
        }
        let at = at - self.running.len();
        let mut over = false;
        self.world.watched(|| over = self.tasks[at].poll());
        if over {
            let task = self.tasks.swap_remove(at);
            self.world.watched(|| drop(task));
        }
    }

    /// Polls all futures that are woken, and lets all timeouts pass. Futures that remain hang.
    async fn calm_down(&mut self) {
        // A look-up, a permit, the authorizer, a write and a removal may each take their whole timeout.
        for _ in 0..5 {
            self.poll_all_woken();
            self.advance(LONG).await;
        }
        self.poll_all_woken();
        for running in self.running.drain(..) {
            self.world.scene.oracle().hangs(running.future.number);
        }
        for task in self.tasks.drain(..) {
            self.world.scene.oracle().wrong("an invalidation hangs");
            self.world.watched(|| drop(task));
        }
        self.world.check_calm();
        let now = self.world.scene.now();
        self.world.scene.oracle().sweep(now);
    }

    fn poll_all_woken(&mut self) {
        for _ in 0..MOST_POLLS {
            let mut all = 0..self.running.len() + self.tasks.len();
            let woken = all.find(|at| match self.running.get(*at) {
                Some(running) => running.is_woken(),
                None => self.tasks[at - self.running.len()].is_woken(),
            });
            match woken {
                Some(at) => self.poll_at(at),
                None => return,
            }
        }
    }
}
