//! Times on the thread's CPU clock, in slices that take turns.

use std::time::Duration;

use cpu_time::ThreadTime;

/// Something to be timed; the number says which of the requests is next.
pub(crate) struct Workload<'w> {
    work: Box<dyn Fn(usize) + 'w>,
    /// In one slice.
    operations: usize,
    next: usize,
    nanoseconds: Vec<f64>,
}

/// How long and how often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) slice: Duration,
    pub(crate) rounds: usize,
    /// For what is so slow that a single operation fills a slice.
    pub slow_rounds: usize,
}

impl Effort {
    pub(crate) const FULL: Self = Self {
        slice: Duration::from_millis(2),
        rounds: 61,
        slow_rounds: 16,
    };
    pub(crate) const QUICK: Self = Self {
        slice: Duration::from_millis(1),
        rounds: 15,
        slow_rounds: 6,
    };
}

impl<'w> Workload<'w> {
    pub(crate) fn new(work: impl Fn(usize) + 'w) -> Self {
        Self {
            work: Box::new(work),
            operations: 1,
            next: 0,
            nanoseconds: Vec::new(),
        }
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
        let start = ThreadTime::now();
        for operation in self.next..self.next + self.operations {
            (self.work)(operation);
        }
        let elapsed = start.elapsed();
        self.next += self.operations;
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
pub(crate) fn side_by_side(
    mut workloads: Vec<Workload<'_>>,
    effort: Effort,
    requests: usize,
) -> Vec<f64> {
    // The counting allocator does not count meanwhile.
    allocation_counter::opt_out(|| {
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
    });
    workloads.into_iter().map(Workload::median).collect()
}

/// As [`side_by_side`], of one alone.
pub(crate) fn alone(work: impl Fn(usize), effort: Effort) -> f64 {
    side_by_side(vec![Workload::new(work)], effort, 1)[0]
}
