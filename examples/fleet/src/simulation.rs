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
    let mut random = fastrand::Rng::with_seed(seed);
    let ranks = Ranks::new(fleet.identities, fleet.zipf);
    let mut memories = vec![vec![Kept::default(); ranks.len()]; fleet.instances as usize];
    let mut store = vec![Kept::default(); ranks.len()];
    let mut load = Load::default();
    let begin = 1.5 * fleet.ttl;
    let mut now = pause(&mut random, fleet.total_requests());
    while now < begin + seconds {
        let counts = f64::from(u8::from(now >= begin));
        let rank = ranks.draw(&mut random);
        let memory = &mut memories[random.usize(..fleet.instances as usize)][rank];
        load.requests += counts;
        // Also a request that comes while the result is fetched finds one: it joins the call.
        if now >= memory.until {
            load.misses += counts;
            let stored = &mut store[rank];
            if !fleet.no_store {
                load.look_ups += counts;
            }
            if !fleet.no_store && stored.from <= now && now < stored.until {
                *memory = *stored;
            } else {
                load.calls += counts;
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
        now += pause(&mut random, fleet.total_requests());
    }
    Load {
        requests: load.requests / seconds,
        calls: load.calls / seconds,
        look_ups: load.look_ups / seconds,
        misses: load.misses / seconds,
    }
}
