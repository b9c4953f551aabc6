//! Checks what the processes have recorded.
//!
//! The rule: a request that begins later than the bound after a revocation was confirmed is not answered from a result of a
//! call that began before somebody asked for the revocation. The process that revoked has no such delay.

use std::{collections::HashMap, fmt, path::PathBuf, time::Duration};

use crate::{
    fleet::BOUND,
    record::{Group, Seen, groups_of, read},
};

/// A revocation that was confirmed by the process with this number.
struct Revocation {
    asked: u64,
    confirmed: u64,
    process: usize,
    /// How long after the confirmation the last request has begun that a result from before has answered.
    latest: u64,
    /// A failover or a snapshot may have lost it. It is confirmed anew when the store is back.
    is_lost: bool,
}

/// A time in which the store may have lost what was confirmed, and when it was back.
pub(crate) struct Lost {
    pub(crate) from: u64,
    pub(crate) until: u64,
    pub(crate) back: u64,
}

/// What the fleet has done.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) requests: usize,
    pub(crate) calls: usize,
    /// When the last request has begun that was a hit.
    pub(crate) last_hit: u64,
    pub(crate) revocations: usize,
    pub(crate) failed: usize,
    /// How late the last pass was after each revocation that did not take effect at once.
    late: Vec<Duration>,
    took: Vec<Duration>,
    /// How long the revocations took.
    revoking: Vec<Duration>,
}

/// Fails if a request was not answered, or was answered from a result that was revoked.
pub(crate) fn check(records: &[PathBuf], lost: &[Lost]) -> Verdict {
    let mut verdict = Verdict::default();
    let mut revoked = HashMap::<Group, Vec<Revocation>>::new();
    for (process, record) in records.iter().enumerate() {
        for seen in read(record) {
            match seen {
                Seen::Request { .. } => {}
                Seen::Failed => verdict.failed += 1,
                Seen::Revoked {
                    asked,
                    confirmed,
                    group,
                } => {
                    let lost = lost
                        .iter()
                        .find(|lost| (lost.from..=lost.until).contains(&confirmed));
                    verdict.revocations += 1;
                    verdict
                        .revoking
                        .push(Duration::from_nanos(confirmed - asked));
                    revoked.entry(group).or_default().push(Revocation {
                        asked,
                        confirmed: lost.map_or(confirmed, |lost| lost.back),
                        process,
                        latest: 0,
                        is_lost: lost.is_some(),
                    });
                }
            }
        }
    }
    for revoked in revoked.values_mut() {
        revoked.sort_by_key(|revocation| revocation.confirmed);
    }
    for (process, record) in records.iter().enumerate() {
        for seen in read(record) {
            verdict.check(&mut revoked, process, &seen);
        }
    }
    let late = revoked.values().flatten();
    let late = late.filter(|revocation| revocation.latest > 0);
    verdict.late = late.map(|late| Duration::from_nanos(late.latest)).collect();
    verdict.late.sort();
    verdict.took.sort();
    verdict.revoking.sort();
    verdict
}

impl Verdict {
    fn check(
        &mut self,
        revoked: &mut HashMap<Group, Vec<Revocation>>,
        process: usize,
        seen: &Seen,
    ) {
        let &Seen::Request {
            begun,
            called,
            took,
            status,
            token,
        } = seen
        else {
            return;
        };
        assert_eq!(status, 200, "process {process}: {seen}");
        self.requests += 1;
        if called >= begun {
            self.calls += 1;
        } else {
            self.last_hit = self.last_hit.max(begun);
        }
        self.took.push(Duration::from_nanos(took));
        for group in groups_of(token) {
            let Some(revoked) = revoked.get_mut(&group) else {
                continue;
            };
            let before = revoked.partition_point(|revocation| revocation.confirmed < begun);
            for revocation in revoked[..before].iter_mut().rev() {
                if called >= revocation.confirmed {
                    break;
                }
                if called >= revocation.asked {
                    continue;
                }
                let late = begun - revocation.confirmed;
                revocation.latest = revocation.latest.max(late);
                let is_own = revocation.process == process && !revocation.is_lost;
                let bound = if is_own { Duration::ZERO } else { BOUND };
                assert!(
                    Duration::from_nanos(late) <= bound,
                    "process {process} used a result {:?} after process {} had revoked `{group}`: {seen}",
                    Duration::from_nanos(late),
                    revocation.process,
                );
            }
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |sorted: &[Duration], hundredths: usize| {
            let index = sorted.len() * hundredths / 100;
            let found = sorted.get(index.min(sorted.len().saturating_sub(1)));
            found.copied().unwrap_or_default()
        };
        write!(
            f,
            "{} requests (p99 {:.1?}), {} calls, {} revocations (p50 {:.1?}, p99 {:.1?}, {} more failed); {} were used at all after they were \
             confirmed: p50 {:.1?}, p99 {:.1?}, at most {:.1?} later",
            self.requests,
            of(&self.took, 99),
            self.calls,
            self.revocations,
            of(&self.revoking, 50),
            of(&self.revoking, 99),
            self.failed,
            self.late.len(),
            of(&self.late, 50),
            of(&self.late, 99),
            of(&self.late, 100),
        )
    }
}
