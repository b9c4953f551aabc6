//! What an operator sees of revocations: the notifications of observers, and the counters of `Metrics`.

use metrics::set_default_local_recorder;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use tower_lambda_authorizer::observing::{
    BreakerEvent, Decision, Metrics, Observer, RevocationEvent, RevocationEventKind,
};

use super::*;

#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn count(&self, line: &str) -> usize {
        let lines = self.0.lock().unwrap();
        lines.iter().filter(|known| *known == line).count()
    }

    /// Most of the tests pause the time, since a process reads its log again after a quarter of the bound.
    async fn wait_for(&self, line: &str) {
        let begun = Instant::now();
        while self.count(line) == 0 {
            assert!(begun.elapsed() < DEADLINE, "{line}: {:?}", self.taken());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Observer for Notes {
    fn decided(&self, _: &Decision<'_>) {}

    fn revocation_event(&self, event: &RevocationEvent<'_>) {
        use RevocationEventKind::{Forgotten, Heard, Published};
        assert_eq!(event.authorizer_name(), Some("pets"));
        let line = match event.kind() {
            Published(kind) => format!("published {kind}"),
            Heard(kind) => format!("heard {kind}"),
            Forgotten(reason) => format!("forgotten {reason}"),
            other => format!("{other:?}"),
        };
        self.0.lock().unwrap().push(line);
    }

    fn breaker_changed(&self, event: &BreakerEvent<'_>) {
        assert_eq!(event.authorizer_name(), Some("pets"));
        let line = format!("{} {}", event.breaker(), event.state());
        self.0.lock().unwrap().push(line);
    }
}

fn observed(process: Process, notes: &Notes) -> Process {
    Process {
        // Behind an `Arc`, which forwards everything.
        layer: process.layer.observe(Arc::new(notes.clone())),
        calls: process.calls,
    }
}

fn prometheus() -> PrometheusRecorder {
    PrometheusBuilder::new().build_recorder()
}

/// The samples of all metrics that begin like this, without that beginning.
fn samples(prometheus: &PrometheusRecorder, beginning: &str) -> Vec<String> {
    let beginning = format!("lambda_authorizer_{beginning}");
    let text = prometheus.handle().render();
    let samples = text
        .lines()
        .filter_map(|line| line.strip_prefix(&beginning));
    let mut samples: Vec<_> = samples.map(str::to_owned).collect();
    samples.sort();
    samples
}

#[tokio::test(start_paused = true)]
async fn revocations_are_reported_by_kind_where_they_are_published_and_where_they_are_read() {
    let (world, prometheus) = (World::new(), prometheus());
    let _installed = set_default_local_recorder(&prometheus);
    let (of_one, of_other) = (Notes::default(), Notes::default());
    let one = observed(world.follower(), &of_one);
    one.passes("ann").await;
    one.layer
        .results()
        .invalidate(["from before"])
        .await
        .unwrap();
    let mut other = observed(world.follower(), &of_other);
    other.layer = other.layer.observe(Metrics::new());
    other.follows(&world, &one).await;
    assert_eq!(
        of_other.taken(),
        ["LeaseAcquired"],
        "what it reads first is not news"
    );
    of_one.taken();
    for way in WAYS {
        revoke(&one.layer.results(), way).await.unwrap();
        of_other.wait_for(&format!("heard {way}")).await;
        of_one.wait_for(&format!("heard {way}")).await;
    }
    let heard = WAYS.map(|way| format!("heard {way}"));
    assert_eq!(of_other.taken(), heard);
    let of_one = of_one.taken();
    for way in WAYS {
        for direction in ["published", "heard"] {
            let line = format!("{direction} {way}");
            let told = of_one.iter().filter(|told| **told == line);
            assert_eq!(told.count(), 1, "{line}: {of_one:?}");
        }
    }
    revoke(&other.layer.results(), "tag").await.unwrap();
    // It has read its own revocation, too.
    let times = |kind| if kind == "tag" { 2 } else { 1 };
    let heard = |kind| {
        let times = times(kind);
        format!(r#"{{direction="heard",kind="{kind}",authorizer="pets"}} {times}"#)
    };
    let mut expected = WAYS.map(heard).to_vec();
    expected.push(r#"{direction="published",kind="tag",authorizer="pets"} 1"#.to_owned());
    expected.sort();
    assert_eq!(samples(&prometheus, "revocations_total"), expected);
    let lease = samples(&prometheus, "revocation_lease{");
    assert_eq!(lease, [r#"authorizer="pets"} 1"#]);
}

/// It has sent no request, so no call has begun to follow the log.
#[tokio::test]
async fn a_process_that_only_revokes_reports_it() {
    let (world, notes) = (World::new(), Notes::default());
    let process = observed(world.follower(), &notes);
    process
        .layer
        .results()
        .invalidate_tag("level:3")
        .await
        .unwrap();
    assert_eq!(notes.count("published tag"), 1);
    assert_eq!(notes.count("LeaseAcquired"), 0, "nobody follows the log");
    world.store.log.set(Mood::Fails);
    process
        .layer
        .results()
        .invalidate_tag("level:3")
        .await
        .unwrap_err();
    assert_eq!(notes.count("published tag"), 1);
}

#[tokio::test]
async fn a_lease_that_is_lost_and_acquired_again_is_reported_once() {
    let (world, prometheus, notes) = (World::new(), prometheus(), Notes::default());
    let _installed = set_default_local_recorder(&prometheus);
    // The lease ends while the test waits, and a busy machine does not end it before.
    let shared = world.revocable(SECRET).revocation_bound(SECOND).unwrap();
    let process = world.process_with(SECRET, |layer| layer.shared_cache(shared, "pets"));
    let mut process = observed(process, &notes);
    process.layer = process.layer.observe(Metrics::new());
    process.passes("ann").await;
    notes.wait_for("LeaseAcquired").await;
    notes.taken();

    world.store.log.set(Mood::Fails);
    notes.wait_for("LeaseLost").await;
    let lost = samples(&prometheus, "revocation_lease{");
    assert_eq!(lost, [r#"authorizer="pets"} 0"#]);
    let reads = notes.count("ReadFailed");
    assert!(reads > 0);
    let begun = Instant::now();
    while notes.count("ReadFailed") < reads + 2 {
        assert!(begun.elapsed() < DEADLINE);
        tokio::task::yield_now().await;
    }
    assert_eq!(notes.count("LeaseLost"), 1);
    assert!(!samples(&prometheus, "revocation_read_errors_total").is_empty());

    world.store.log.set(Mood::Well);
    notes.wait_for("LeaseAcquired").await;
    let regained = samples(&prometheus, "revocation_lease{");
    assert_eq!(regained, [r#"authorizer="pets"} 1"#]);
    assert_eq!(
        samples(&prometheus, "revocation_lease_lost_total"),
        [r#"{authorizer="pets"} 1"#]
    );
}

#[tokio::test(start_paused = true)]
async fn the_reason_is_reported_if_earlier_results_are_not_used_any_more() {
    let (world, prometheus, notes) = (World::new(), prometheus(), Notes::default());
    let _installed = set_default_local_recorder(&prometheus);
    let mut process = observed(world.follower(), &notes);
    process.layer = process.layer.observe(Metrics::new());
    process.passes("ann").await;
    notes.wait_for("LeaseAcquired").await;

    let forge = |messages: &mut Vec<Vec<u8>>| messages.push(b"forged".to_vec());
    world.store.log.logs.change(forge);
    notes.wait_for("forgotten unreadable_entry").await;
    // The server has lost its data.
    world.store.log.logs.change(Vec::clear);
    notes.wait_for("forgotten log_lost").await;
    let mut reasons = vec![
        r#"{reason="log_lost",authorizer="pets"} 1"#.to_owned(),
        r#"{reason="unreadable_entry",authorizer="pets"} 1"#.to_owned(),
    ];
    reasons.sort();
    assert_eq!(samples(&prometheus, "forgotten_total"), reasons);
}

/// The breaker belongs to the store, so a layer learns that it has closed although another one's request has probed.
#[tokio::test]
async fn all_layers_that_share_a_store_are_told_of_its_breaker() {
    let (world, prometheus) = (World::new(), prometheus());
    let _installed = set_default_local_recorder(&prometheus);
    let (of_one, of_other) = (Notes::default(), Notes::default());
    let shared = SharedCache::new(Arc::clone(&world.store), SECRET).unwrap();
    let sharing = |notes| {
        let shared = shared.clone();
        let process = world.process_with(SECRET, |layer| layer.shared_cache(shared, "pets"));
        observed(process, notes)
    };
    let mut one = sharing(&of_one);
    one.layer = one.layer.observe(Metrics::new());
    let other = sharing(&of_other);
    other.passes("ann").await;
    one.passes("bob").await;
    outage(&world, &one).await;
    let open = r#"{breaker="shared_tier",authorizer="pets"} 1"#;
    assert_eq!(samples(&prometheus, "breaker_open"), [open]);
    world.clock.advance(SECOND);
    one.passes("the probe fails").await;
    world.clock.advance(2 * SECOND);
    world.store.set(Mood::Well);
    other.passes("the probe succeeds").await;
    let told = ["open", "half_open", "open", "half_open", "closed"];
    let told = told.map(|state| format!("shared_tier {state}"));
    assert_eq!(of_one.taken(), told);
    assert_eq!(of_other.taken(), told);
    let closed = r#"{breaker="shared_tier",authorizer="pets"} 0"#;
    assert_eq!(samples(&prometheus, "breaker_open"), [closed]);
    let changes = [("closed", 1), ("half_open", 2), ("open", 2)];
    let changes = changes.map(|(state, count)| {
        format!(r#"{{breaker="shared_tier",state="{state}",authorizer="pets"}} {count}"#)
    });
    assert_eq!(samples(&prometheus, "breaker_changes_total"), changes);
}

/// Metrics of one layer do not depend on how many clones of it there are.
#[tokio::test(start_paused = true)]
async fn clones_of_a_layer_are_notified_once() {
    let (world, notes) = (World::new(), Notes::default());
    let process = observed(world.follower(), &notes);
    let clone = process.layer.clone().no_authorizer_timeout();
    process.passes("ann").await;
    let service = clone.layer(service_fn(who));
    let request = Request::get("/").header("authorization", "bob");
    let response = service.oneshot(request.body(()).unwrap()).await;
    assert_eq!(response.unwrap().status(), 200);
    notes.wait_for("LeaseAcquired").await;
    process.layer.results().clear().await.unwrap();
    assert_eq!(notes.count("published everything"), 1);
}
