//! What observers learn about the shared tier.

use std::{iter::repeat_n, mem};

use metrics::set_default_local_recorder;
use metrics_exporter_prometheus::PrometheusBuilder;
use tower_lambda_authorizer::observing::{
    Decision, Metrics, Observer, SharedTierCall,
    SharedTierOperation::{self, LookUp, Remove, Store as Write},
    SharedTierOutcome::{
        self, Abandoned, Done, Failed, Found, Missing, NoTimer, Panicked, TimedOut, Unfit, Unusable,
    },
};

use super::*;

type Call = (SharedTierOperation, SharedTierOutcome);

/// Collects the calls that it is told of.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<(Call, Duration)>>>);

impl Observer for Told {
    fn decided(&self, _: &Decision<'_>) {}

    fn shared_tier_call_ended(&self, call: &SharedTierCall<'_>) {
        assert_eq!(call.authorizer_name(), Some("pets"));
        let told = ((call.operation(), call.outcome()), call.latency());
        self.0.lock().unwrap().push(told);
    }
}

impl Told {
    /// What was told since the last time.
    fn take(&self) -> Vec<Call> {
        let told = mem::take(&mut *self.0.lock().unwrap());
        told.into_iter().map(|(call, _)| call).collect()
    }
}

impl World {
    fn observed(&self, observer: impl Observer) -> Process {
        self.process_with(SECRET, |layer| layer.observe(observer))
    }
}

#[tokio::test(start_paused = true)]
async fn each_call_is_reported_with_its_outcome() {
    let (world, told) = (World::new(), Told::default());
    let process = || world.observed(told.clone());
    process().passes("ann").await;
    assert_eq!(told.take(), [(LookUp, Missing), (Write, Done)]);
    process().passes("ann").await;
    assert_eq!(told.take(), [(LookUp, Found)]);
    let two = process();
    two.passes("ann").await;
    two.passes("ann").await; // a hit in memory
    assert_eq!(told.take(), [(LookUp, Found)]);

    world.store.replace(vec![b"forged".to_vec()]);
    process().passes("ann").await;
    assert_eq!(told.take(), [(LookUp, Unusable), (Write, Done)]);
    assert_eq!(process().send("nobody", "/").await.0, 401);
    assert_eq!(told.take(), [(LookUp, Missing), (Remove, Done)]);
    let long: String = repeat_n('x', 300_000).collect();
    process().passes(&long).await;
    let unfit = [(LookUp, Missing), (Write, Unfit), (Remove, Done)];
    assert_eq!(told.take(), unfit);

    for (mood, fault) in [
        (Mood::Fails, Failed),
        (Mood::Panics, Panicked),
        (Mood::Hangs, TimedOut),
    ] {
        world.store.set(mood);
        process().passes("ann").await;
        assert_eq!(told.take(), [(LookUp, fault), (Write, fault)]);
    }
    // Only the application's own calls, which return their errors.
    let results = two.layer.results();
    assert!(results.invalidate(["ann"]).await.is_err());
    assert_eq!(told.take(), []);
}

#[tokio::test]
async fn a_call_is_reported_once_with_its_latency_although_several_requests_wait_for_it() {
    let (world, told) = (
        World::with(Store {
            look_ups: Some(Semaphore::new(0)),
            ..Store::default()
        }),
        Told::default(),
    );
    let process = world.observed(told.clone());
    let mut first = task::spawn(process.send("ann", "/"));
    let mut second = task::spawn(process.send("ann", "/"));
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    world.clock.advance(Duration::from_millis(20));
    // The look-up is over; the store fails from now on.
    world.store.set(Mood::Fails);
    world.store.look_ups.as_ref().unwrap().add_permits(1);
    assert_eq!((first.await.0, second.await.0), (200, 200));
    let calls = told.0.lock().unwrap().clone();
    assert_eq!(
        calls,
        [
            ((LookUp, Missing), Duration::from_millis(20)),
            ((Write, Failed), Duration::ZERO),
            ((Remove, Failed), Duration::ZERO),
        ]
    );
}

#[tokio::test]
async fn a_call_that_is_dropped_is_abandoned() {
    let (world, told) = (World::new(), Told::default());
    world.store.set(Mood::Hangs);
    let process = world.observed(told.clone());
    let mut waiting = task::spawn(process.send("ann", "/"));
    assert_pending!(waiting.poll());
    assert_eq!(told.take(), []);
    drop(waiting);
    assert_eq!(told.take(), [(LookUp, Abandoned)]);
}

#[test]
fn without_a_timer_the_store_is_not_called() {
    let (world, told) = (World::new(), Told::default());
    let process = world.observed(told.clone());
    let mut sent = task::spawn(process.send("ann", "/"));
    assert!(sent.poll().is_ready());
    // The authorizer's timeout needs a timer, too, so there is no answer to store.
    assert_eq!(told.take(), [(LookUp, NoTimer)]);
    assert_eq!(world.store.calls(), 0);
}

#[tokio::test]
async fn metrics_count_calls_by_outcome() {
    let prometheus = PrometheusBuilder::new().build_recorder();
    let _installed = set_default_local_recorder(&prometheus);
    let (world, metrics) = (World::new(), Metrics::new());
    let process = || world.observed(metrics.clone());
    process().passes("ann").await;
    process().passes("ann").await;
    process().passes("ann").await;
    world.store.replace(vec![b"forged".to_vec()]);
    process().passes("ann").await;
    world.store.set(Mood::Fails);
    process().passes("ann").await;

    let text = prometheus.handle().render();
    let mut counts: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("lambda_authorizer_shared_tier_call"))
        .filter(|line| !line.contains("quantile") && !line.contains("_sum"))
        .collect();
    counts.sort_unstable();
    let duration = |operation, count| {
        format!(r#"_duration_seconds_count{{operation="{operation}",authorizer="pets"}} {count}"#)
    };
    let calls = |operation, outcome, count| {
        format!(
            r#"s_total{{operation="{operation}",outcome="{outcome}",authorizer="pets"}} {count}"#
        )
    };
    assert_eq!(
        counts,
        [
            duration("look_up", 5),
            duration("store", 3),
            calls("look_up", "failed", 1),
            calls("look_up", "found", 2),
            calls("look_up", "missing", 1),
            calls("look_up", "unusable", 1),
            calls("store", "done", 2),
            calls("store", "failed", 1),
        ]
    );
}
