//! Each request of a small fleet, one after the other.

use crate::{
    fleet::Fleet,
    model::Load,
    population::{Ranks, pause},
};

/// A result: from when it can be used, and until when.
#[derive(Debug, Clone, Copy, Default)]
struct Kept {
    from: f64,
    until: f64,
}

/// Simulates this many seconds, after one and a half times the time to live in which the caches fill.
#[must_use]
pub fn simulate(fleet: &Fleet, seconds: f64, seed: u64) -> Load {
    let mut simulation = Simulation::new(fleet, seed);
    simulation.run(1.5 * fleet.ttl);
    simulation.run(seconds)
}

/// Simulates the time after a deploy: the caches fill, then all instances start again with empty memory.
#[must_use]
pub fn simulate_deploy(fleet: &Fleet, seed: u64) -> Load {
    let mut simulation = Simulation::new(fleet, seed);
    simulation.run(1.5 * fleet.ttl);
    for memory in &mut simulation.memories {
        memory.fill(Kept::default());
    }
    simulation.run(fleet.deploy_window)
}

struct Simulation<'a> {
    fleet: &'a Fleet,
    random: fastrand::Rng,
    ranks: Ranks,
    memories: Vec<Vec<Kept>>,
    store: Vec<Kept>,
    now: f64,
}

impl<'a> Simulation<'a> {
    fn new(fleet: &'a Fleet, seed: u64) -> Self {
        let ranks = Ranks::new(fleet.identities, fleet.zipf);
        let nothing = vec![Kept::default(); ranks.len()];
        Self {
            fleet,
            random: fastrand::Rng::with_seed(seed),
            memories: vec![nothing.clone(); fleet.instances as usize],
            store: nothing,
            ranks,
            now: 0.0,
        }
    }

    /// Sends the requests of this many seconds.
    fn run(&mut self, seconds: f64) -> Load {
        let end = self.now + seconds;
        let mut count = Load::default();
        loop {
            self.now += pause(&mut self.random, self.fleet.total_requests());
            if self.now >= end {
                break;
            }
            self.request(&mut count);
        }
        // The next request is as far away as at any other time.
        self.now = end;
        Load {
            requests: count.requests / seconds,
            calls: count.calls / seconds,
            look_ups: count.look_ups / seconds,
            misses: count.misses / seconds,
        }
    }

    fn request(&mut self, count: &mut Load) {
        let (fleet, now) = (self.fleet, self.now);
        let rank = self.ranks.draw(&mut self.random);
        let instance = self.random.usize(..self.memories.len());
        let (memory, stored) = (&mut self.memories[instance][rank], &mut self.store[rank]);
        count.requests += 1.0;
        // Also a request that comes while the result is fetched finds one: it joins the call.
        if now < memory.until {
            return;
        }
        count.misses += 1.0;
        if !fleet.no_store {
            count.look_ups += 1.0;
            if stored.from <= now && now < stored.until {
                *memory = *stored;
                return;
            }
        }
        count.calls += 1.0;
        let from = now + fleet.call_time;
        let until = from + fleet.ttl;
        *memory = Kept { from, until };
        // Of calls at the same time, the first makes the result visible, and the last replaces it.
        let from = if now < stored.until {
            stored.from
        } else {
            from
        };
        *stored = Kept { from, until };
    }
}
