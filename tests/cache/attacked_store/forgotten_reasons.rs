//! Each reason for which a process forgets results is told once it has happened, and is in the documentation.

use std::fs;

use tower_lambda_authorizer::{
    IdentitySource,
    observing::{Decision, ForgottenReason, Observer, RevocationEvent, RevocationEventKind},
};

use super::{outage::Forgetful, *};

/// The reasons that an observer was told.
#[derive(Clone, Default)]
struct Reasons(Arc<Mutex<Vec<ForgottenReason>>>);

impl Observer for Reasons {
    fn decided(&self, _: &Decision<'_>) {}

    fn revocation_event(&self, event: &RevocationEvent<'_>) {
        if let RevocationEventKind::Forgotten(reason) = event.kind() {
            self.0.lock().unwrap().push(reason);
        }
    }
}

impl Reasons {
    /// Waits until a reason was told. Takes all that were.
    async fn next(&self) -> Vec<ForgottenReason> {
        until("a reason", || !self.0.lock().unwrap().is_empty()).await;
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn none(&self) {
        assert_eq!(*self.0.lock().unwrap(), [], "too early");
    }
}

impl World {
    /// A process with an observer, and what that was told. It has read the log.
    async fn observed(&self, tier: impl SharedTier + RevocationLog) -> (Process, Reasons) {
        let reasons = Reasons::default();
        let mut process = self.process_with(tier, "pets");
        process.layer = process.layer.observe(reasons.clone());
        process.warm("ann.a.1").await;
        reasons.none();
        (process, reasons)
    }

    /// Appends copies of a message, all at once.
    fn append(&self, log: &str, message: &[u8], count: usize) {
        const SCRIPT: &str =
            "for _ = 1, ARGV[1] do redis.call('XADD', KEYS[1], '*', 'm', ARGV[2]) end";
        let (log, count) = (log.as_bytes(), count.to_string());
        let words = [
            b"EVAL",
            SCRIPT.as_bytes(),
            b"1",
            log,
            count.as_bytes(),
            message,
        ];
        let answer = self.send(&words);
        assert!(answer.starts_with(b"$-1"), "{}", answer.escape_ascii());
    }
}

/// Operators find the reason where the metrics are explained.
fn assert_documented(reason: ForgottenReason) {
    let documentation = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/observing.md");
    let text = fs::read_to_string(documentation).unwrap();
    assert!(text.contains(&format!("\n| `{reason}` | ")), "{reason}");
}

/// Something happens to the log of a process, which is then told one reason.
async fn tells(reason: ForgottenReason, happens: impl Fn(&World, &str)) {
    let Some(world) = World::start() else { return };
    let (process, reasons) = world.observed(world.tier()).await;
    let calls = process.calls();
    happens(&world, &world.log());
    assert_eq!(reasons.next().await, [reason]);
    process.warm("ann.a.1").await;
    assert!(process.calls() > calls, "it has not forgotten");
    reasons.none();
    assert_documented(reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_deleted() {
    tells(ForgottenReason::LogLost, |world, log| {
        world.say(&format!("UNLINK {log}"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_nobody_with_the_secret_has_written() {
    tells(ForgottenReason::UnreadableEntry, |world, log| {
        world.append(log, b"forged", 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_an_entry() {
    tells(ForgottenReason::StaleEntry, |world, log| {
        let first = world.message(log, &world.ids(log)[0]);
        world.append(log, &first, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_new_entries_than_a_process_reads() {
    tells(ForgottenReason::TooManyEntries, |world, log| {
        let first = world.message(log, &world.ids(log)[0]);
        world.append(log, &first, 10_001);
    })
    .await;
}

/// Another process notices that an entry is missing, and begins a log. This one has read the entry.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_another_process_has_replaced() {
    let Some(world) = World::start() else { return };
    let (process, reasons) = world.observed(world.tier()).await;
    let log = world.log();
    revoked(async || process.results().invalidate(["bob.b.1"]).await).await;
    let revocation = world.ids(&log).pop().unwrap();
    revoked(async || process.results().invalidate(["bob.b.2"]).await).await;
    world.say(&format!("XDEL {log} {revocation}"));
    reasons.none();
    let joining = world.process();
    joining.warm("ann.a.1").await;
    assert_eq!(reasons.next().await, [ForgottenReason::LogReplaced]);
    process.warm("ann.a.1").await;
    reasons.none();
    assert_documented(ForgottenReason::LogReplaced);
}

/// The store has accepted a revocation of this process, and does not have it.
#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_that_the_store_has_dropped() {
    let Some(world) = World::start() else { return };
    let (process, reasons) = world.observed(Forgetful(world.tier())).await;
    process.results().invalidate(["bob.b.1"]).await.unwrap_err();
    assert_eq!(reasons.next().await, [ForgottenReason::LogLost]);
}

/// A revocation of an identity with nine places counts ten times. Copies of it fill the table.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_full() {
    let Some(world) = World::start() else { return };
    let places = (1..9).map(|number| format!("method.request.header.place-{number}"));
    let places = places.chain(["method.request.header.authorization".to_owned()]);
    let sources = IdentitySource::first_of(places).unwrap();
    let reasons = Reasons::default();
    let mut process = world.process();
    let layer = process.layer.observe(reasons.clone());
    process.layer = layer.identity_sources(sources).unwrap();
    process.warm("ann.a.1").await;
    revoked(async || process.results().invalidate(["bob.b.1"]).await).await;
    let log = world.log();
    let revocation = world.message(&log, &world.ids(&log).pop().unwrap());
    for (copies, reason) in [
        (5_000, ForgottenReason::StaleEntry),
        (4_999, ForgottenReason::StaleEntry),
        (1, ForgottenReason::TableFull),
    ] {
        reasons.none();
        world.append(&log, &revocation, copies);
        let told = reasons.next().await;
        assert_eq!(told.first(), Some(&reason), "{copies}: {told:?}");
        process.warm("ann.a.1").await;
        reasons
            .0
            .lock()
            .unwrap()
            .retain(|told| *told != ForgottenReason::StaleEntry);
    }
    assert_documented(ForgottenReason::TableFull);
}
