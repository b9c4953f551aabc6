//! Judges whether an answer may be used for a request.

use super::{
    facts::Facts,
    history::{Failed, Forgotten, Given, History, Moment, Said},
    sent::Sent,
};
use crate::naive_policy;

/// A request, and the events that matter to it.
pub(crate) struct Case<'c> {
    pub(crate) facts: &'c Facts,
    pub(crate) history: &'c History,
    /// Invalidations of all the authorizer's results.
    pub(crate) cleared: &'c [Forgotten],
    pub(crate) sent: &'c Sent,
    /// The time of the decision, in a policy's format.
    pub(crate) date: String,
}

/// What an answer means for the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allow,
    ExplicitDeny(usize),
    ImplicitDeny,
    NotAuthorized,
    Unauthorized,
}

impl Case<'_> {
    /// Why the answer must not be used.
    pub(crate) fn objection(&self, given: &Given) -> Option<String> {
        self.forgotten(given.asked)
            .or_else(|| self.superseded(given))
            .or_else(|| self.too_old(given))
    }

    pub(crate) fn verdict(&self, said: &Said) -> Verdict {
        let policy = match said {
            Said::Policy(policy) => policy,
            Said::Simple(true) => return Verdict::Allow,
            Said::Simple(false) => return Verdict::NotAuthorized,
            Said::Unauthorized => return Verdict::Unauthorized,
        };
        let question = self.sent.question(&self.date);
        match naive_policy::answer(policy, &question) {
            ("Allow", _) => Verdict::Allow,
            ("ExplicitDeny", Some(statement)) => Verdict::ExplicitDeny(statement),
            _ => Verdict::ImplicitDeny,
        }
    }

    /// A call that failed while the request was in progress.
    pub(crate) fn has_seen(&self, failed: &Failed) -> bool {
        failed.is_under_way(self.sent.begun)
            && self.forgotten(failed.asked).is_none()
            && (self.facts.ttl > 0 || failed.asked_by == self.sent.number)
    }

    /// A call from before an invalidation must not be used for requests that begin after the invalidation ended.
    fn forgotten(&self, asked: Moment) -> Option<String> {
        let mut all = self.history.forgotten.iter().chain(self.cleared);
        let forgotten = all.find(|all| asked < all.began && all.ended < self.sent.begun)?;
        Some(format!("forgotten at {}", forgotten.ended))
    }

    /// A newer answer that a request has received replaces an older one, unless the older one's call can still be joined.
    fn superseded(&self, given: &Given) -> Option<String> {
        if given.is_under_way(self.sent.begun) {
            return None;
        }
        let newer = self.history.given.iter().find(|newer| {
            let is_settled = newer.settled.is_some_and(|at| at < self.sent.begun);
            given.given < newer.asked && is_settled
        })?;
        Some(format!("superseded by answer {}", newer.answer.number))
    }

    fn too_old(&self, given: &Given) -> Option<String> {
        let (facts, sent) = (self.facts, self.sent);
        if facts.ttl == 0 && given.asked_by != Some(sent.number) {
            return Some("kept where nothing is kept".into());
        }
        // A call that still writes to the store can be joined only while its answer is fresh.
        let may_be_given_now = given.settled.is_none_or(|settled| settled > sent.begun);
        if may_be_given_now || sent.begun_at < given.fresh_until {
            return None;
        }
        let refreshing_until = given.fresh_until + facts.stale_while_refreshing;
        if sent.begun_at < refreshing_until && sent.has_company {
            return None;
        }
        let failing_until = given.fresh_until + facts.stale_on_failure;
        // If it was not decided immediately, it may have timed out while it waited for a permit.
        let has_failed = facts.takes_turns && sent.polls > 0;
        let mut failed = self.history.failed.iter();
        let has_failed =
            has_failed || failed.any(|failed| self.has_seen(failed) && failed.at < failing_until);
        if sent.begun_at < failing_until && has_failed {
            return None;
        }
        let late = sent.begun_at - given.fresh_until;
        Some(format!("{late} ms too old"))
    }
}
