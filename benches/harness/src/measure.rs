//! Times on the thread's CPU clock, in slices that take turns.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use cpu_time::ThreadTime;

/// Something to be timed; the number says which of the requests is next.
pub struct Workload<'w> {
    work: Box<dyn FnMut(usize) + 'w>,
    preparation: Option<Preparation<'w>>,
    /// In one slice.
    operations: usize,
    next: usize,
    nanoseconds: Vec<f64>,
}

/// What is done before each batch of operations, and not timed.
struct Preparation<'w> {
    prepare: Box<dyn FnMut() + 'w>,
    batch: usize,
}

impl std::fmt::Debug for Workload<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workload").finish_non_exhaustive()
    }
}

/// How long and how often.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// A slice takes at least so long.
    pub slice: Duration,
    /// The slices of each workload.
    pub rounds: usize,
    /// For what is so slow that a single operation fills a slice.
    pub slow_rounds: usize,
}

impl Effort {
    /// For figures to be published.
    pub const FULL: Self = Self {
        slice: Duration::from_millis(2),
        rounds: 61,
        slow_rounds: 16,
    };
    /// For a quick look.
    pub const QUICK: Self = Self {
        slice: Duration::from_millis(1),
        rounds: 15,
        slow_rounds: 6,
    };
}

impl<'w> Workload<'w> {
    /// One operation.
    pub fn new(work: impl FnMut(usize) + 'w) -> Self {
        Self {
            work: Box::new(work),
            preparation: None,
            operations: 1,
            next: 0,
            nanoseconds: Vec::new(),
        }
    }

    /// Has this done before each batch of so many operations, and not timed.
    #[must_use]
    pub fn prepared(mut self, batch: usize, prepare: impl FnMut() + 'w) -> Self {
        let prepare = Box::new(prepare);
        self.preparation = Some(Preparation { prepare, batch });
        self
    }

    /// As many operations as fill a slice, found by doubling, which also warms up. A multiple of the
    /// requests where possible, so that all slices do the same work.
    fn calibrate(&mut self, effort: Effort, requests: usize) {
        while self.run() < effort.slice && self.operations < 1 << 24 {
            self.operations *= 2;
        }
        if self.operations > requests {
            self.operations = self.operations / requests * requests;
        }
    }

    fn run(&mut self) -> Duration {
        let end = self.next + self.operations;
        let mut elapsed = Duration::ZERO;
        while self.next < end {
            let mut batch_end = end;
            if let Some(Preparation { prepare, batch }) = &mut self.preparation {
                prepare();
                batch_end = end.min(self.next + *batch);
            }
            let start = ThreadTime::now();
            for operation in self.next..batch_end {
                (self.work)(operation);
            }
            elapsed += start.elapsed();
            self.next = batch_end;
        }
        elapsed
    }

    fn slice(&mut self) {
        let elapsed = self.run().as_nanos() as f64;
        self.nanoseconds.push(elapsed / self.operations as f64);
    }

    fn median(mut self) -> f64 {
        self.nanoseconds.sort_by(f64::total_cmp);
        self.nanoseconds[self.nanoseconds.len() / 2]
    }
}

/// The nanoseconds of one operation of each workload: the median of its slices.
#[must_use]
pub fn side_by_side(mut workloads: Vec<Workload<'_>>, effort: Effort, requests: usize) -> Vec<f64> {
    for workload in &mut workloads {
        workload.calibrate(effort, requests);
    }
    for round in 0..effort.rounds {
        for workload in &mut workloads {
            if workload.operations > requests || round < effort.slow_rounds {
                workload.slice();
            }
        }
    }
    workloads.into_iter().map(Workload::median).collect()
}

/// As [`side_by_side`], of one alone.
pub fn alone(work: impl FnMut(usize), effort: Effort) -> f64 {
    side_by_side(vec![Workload::new(work)], effort, 1)[0]
}

/// As [`alone`], on so many threads at once, each with a workload of its own: the mean of their medians. None where
/// they did not have a processor each, but took turns.
#[must_use]
pub fn on_threads(
    threads: usize,
    make: impl Fn() -> Workload<'static> + Sync,
    effort: Effort,
) -> Option<f64> {
    let (together, done) = (Barrier::new(threads), AtomicUsize::new(0));
    let measure = || {
        let mut workload = make();
        workload.calibrate(effort, 1);
        together.wait();
        let (wall, own) = (Instant::now(), ThreadTime::now());
        (0..effort.rounds).for_each(|_| workload.slice());
        let share = own.elapsed().as_secs_f64() / wall.elapsed().as_secs_f64();
        done.fetch_add(1, Ordering::Relaxed);
        // A thread that is done keeps the others company.
        while done.load(Ordering::Relaxed) < threads {
            workload.run();
        }
        (share, workload.median())
    };
    let measured: Vec<(f64, f64)> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(measure)).collect();
        let finished = running.into_iter().map(std::thread::ScopedJoinHandle::join);
        finished.map(|time| time.expect("a time")).collect()
    });
    let ran_together = measured.iter().all(|(share, _)| *share >= TOGETHER);
    let times = measured.iter().map(|(_, time)| time);
    ran_together.then(|| times.sum::<f64>() / threads as f64)
}

/// Of the time that went by, this share has to be a thread's own for it to have run beside the others.
const TOGETHER: f64 = 0.9;
