//! The formulas. Requests of an identity come at random with a rate, and each result is a cycle: it waits for a request,
//! is fetched, and is kept for the time to live.

use crate::{
    fleet::Fleet,
    population::{Bucket, buckets},
};

/// What the fleet does per second, and how well it caches.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Load {
    pub requests: f64,
    /// Calls to the authorizer.
    pub calls: f64,
    /// Look-ups in the store.
    pub look_ups: f64,
    /// Requests that found no result in memory and began a call or a look-up.
    pub misses: f64,
}

impl Load {
    /// The part of the requests that memory answers, or a call that another request began.
    #[must_use]
    pub fn memory_ratio(&self) -> f64 {
        1.0 - self.misses / self.requests
    }

    /// The part of the look-ups that the store answers.
    #[must_use]
    pub fn store_ratio(&self) -> Option<f64> {
        (self.look_ups > 0.0).then(|| 1.0 - self.calls / self.look_ups)
    }

    /// A look-up for each miss, and a write for each call.
    #[must_use]
    pub fn store_operations(&self) -> f64 {
        if self.look_ups > 0.0 {
            self.look_ups + self.calls
        } else {
            0.0
        }
    }
}

/// What the table shows.
#[derive(Debug, Clone, Copy)]
pub struct Prediction {
    pub steady: Load,
    /// All instances start at once with empty memory.
    pub deploy: Load,
    /// The store has been down for longer than the time to live.
    pub failure: Load,
    /// Results that one instance keeps at a time.
    pub entries: f64,
    pub p99: f64,
    pub p99_failure: f64,
    /// The longest time until a revoked identity is refused everywhere.
    pub refusal: f64,
}

/// Works out the whole table for a fleet.
#[must_use]
pub fn predict(fleet: &Fleet) -> Prediction {
    let buckets = buckets(fleet.identities, fleet.zipf);
    let (instances, total) = (f64::from(fleet.instances), fleet.total_requests());
    let sum = |of: &dyn Fn(f64) -> f64| -> f64 {
        let each = |Bucket { identities, share }: &Bucket| identities * of(total * share);
        buckets.iter().map(each).sum()
    };
    let load = |calls, look_ups, misses| Load {
        requests: total,
        calls,
        look_ups,
        misses,
    };

    let alone = sum(&|rate| instances * per_instance(fleet, rate / instances));
    let alone = load(alone, 0.0, alone);
    let window = fleet.deploy_window;
    let first = sum(&|rate| instances * some(rate / instances * window)) / window;
    let cold = first.max(alone.calls);
    let entries = sum(&|rate| per_instance(fleet, rate / instances) * fleet.ttl);

    let (steady, deploy) = if fleet.no_store {
        (alone, load(cold, 0.0, cold))
    } else {
        let calls = sum(&|rate| shared_calls(fleet, rate));
        let look_ups = sum(&|rate| shared_look_ups(fleet, rate));
        let cold = first.max(look_ups);
        (load(calls, look_ups, look_ups), load(calls, cold, cold))
    };
    // A miss waits for the look-up and for the write, which both run into the timeout.
    let down = if fleet.no_store {
        0.0
    } else {
        2.0 * fleet.store_timeout
    };
    Prediction {
        steady,
        deploy,
        failure: alone,
        entries,
        p99: p99(fleet, &steady),
        p99_failure: if alone.calls / total > 0.01 {
            fleet.call_time + down
        } else {
            0.0
        },
        refusal: fleet
            .revocation_bound
            .map_or(fleet.ttl, |bound| bound.min(fleet.ttl)),
    }
}

/// The probability that at least one event comes, if this many are expected.
fn some(expected: f64) -> f64 {
    -(-expected).exp_m1()
}

/// Calls per second of an instance without a store, for an identity with this rate there: `λ / (1 + λT)`, with the time of
/// the call.
fn per_instance(fleet: &Fleet, rate: f64) -> f64 {
    rate / (1.0 + rate * (fleet.ttl + fleet.call_time))
}

/// Cycles per second in the store, for an identity with this rate in the fleet.
fn cycles(fleet: &Fleet, rate: f64) -> f64 {
    rate / (1.0 + rate * (fleet.ttl + fleet.call_time))
}

/// Instances that ask the authorizer before the first of them has the answer call it, too.
fn shared_calls(fleet: &Fleet, rate: f64) -> f64 {
    let others = f64::from(fleet.instances - 1);
    let meanwhile = rate / f64::from(fleet.instances) * fleet.call_time;
    cycles(fleet, rate) * (1.0 + others * some(meanwhile))
}

/// A copy in memory expires with the result in the store. So each instance that has a request in a cycle looks once.
fn shared_look_ups(fleet: &Fleet, rate: f64) -> f64 {
    let others = f64::from(fleet.instances - 1);
    let in_cycle = rate / f64::from(fleet.instances) * (fleet.ttl + fleet.call_time);
    cycles(fleet, rate) * (1.0 + others * some(in_cycle))
}

/// A hit takes no time, a result from the store takes one operation, and a call takes a look-up, the call and a write.
fn p99(fleet: &Fleet, load: &Load) -> f64 {
    let store = if load.look_ups > 0.0 {
        fleet.store_time
    } else {
        0.0
    };
    if load.calls / load.requests > 0.01 {
        fleet.call_time + 2.0 * store
    } else if load.misses / load.requests > 0.01 {
        store
    } else {
        0.0
    }
}
