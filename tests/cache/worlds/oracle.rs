//! What the documentation promises about the result that a request is decided with.

use super::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Allowed { within: Option<u64> },
    Denied,
    Unauthorized,
    Failed,
}

/// A call to the authorizer.
pub(super) struct Call {
    pub(super) process: usize,
    pub(super) site: usize,
    pub(super) identity: (usize, usize),
    pub(super) settings: Settings,
    pub(super) began: Moment,
    pub(super) answer: Option<oneshot::Sender<Outcome>>,
    pub(super) answered: Option<(Moment, Outcome)>,
    /// For requests of its place.
    pub(super) is_revoked: bool,
    /// For requests to its site.
    pub(super) is_revoked_at_site: bool,
    /// For all requests, since revocations reach all processes.
    pub(super) is_revoked_for_all: bool,
}

pub(super) struct UnderWay {
    pub(super) response: task::Spawn<BoxFuture<'static, Response<()>>>,
    pub(super) process: usize,
    pub(super) site: usize,
    pub(super) identity: (usize, usize),
    pub(super) settings: Settings,
    pub(super) began: Moment,
    /// The calls that were revoked in its process before it began.
    pub(super) revoked: Vec<bool>,
    /// The calls after which a newer answer came in its process before it began.
    pub(super) replaced: Vec<bool>,
}

/// How often something happened that the oracle is for.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) requests: usize,
    pub(super) passed: usize,
    pub(super) hits: usize,
    pub(super) foreign_hits: usize,
    pub(super) stale_hits: usize,
    pub(super) unauthorized_hits: usize,
    pub(super) denied: usize,
    pub(super) failed: usize,
    pub(super) revoked: usize,
    pub(super) replaced: usize,
    pub(super) other_secret: usize,
}

impl Seen {
    pub(super) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.passed += other.passed;
        self.hits += other.hits;
        self.foreign_hits += other.foreign_hits;
        self.stale_hits += other.stale_hits;
        self.unauthorized_hits += other.unauthorized_hits;
        self.denied += other.denied;
        self.failed += other.failed;
        self.revoked += other.revoked;
        self.replaced += other.replaced;
        self.other_secret += other.other_secret;
    }

    pub(super) fn is_enough(&self) -> bool {
        let rare = self
            .foreign_hits
            .min(self.stale_hits)
            .min(self.unauthorized_hits);
        self.hits > 50 && rare > 1 && self.revoked > 100 && self.replaced > 50
    }
}

impl World {
    /// Which calls a request that begins now must not be decided with, although the calls have its identity: those that were
    /// revoked, and those that a newer answer of its process has replaced.
    pub(super) fn gone(
        &self,
        (process, site): (usize, usize),
        settings: &Settings,
        identity: (usize, usize),
    ) -> (Vec<bool>, Vec<bool>, usize) {
        let is_here = |call: &Call| call.process == process && call.settings.is_one_place(settings);
        let is_one = |call: &Call| is_here(call) && call.identity == identity;
        let is_answer = |call: &&Call| {
            is_one(call)
                && call
                    .answered
                    .is_some_and(|(_, outcome)| outcome != Outcome::Failed)
        };
        let newest = self
            .calls
            .iter()
            .filter(is_answer)
            .map(|call| call.began)
            .max();
        let revoked = self.calls.iter().map(|call| {
            call.is_revoked && is_here(call)
                || call.is_revoked_at_site && call.site == site
                || call.is_revoked_for_all && settings.scope.may_use(&call.settings.scope, false)
        });
        let replaced = self.calls.iter().map(|call| {
            self.is_well && is_one(call) && newest.is_some_and(|newest| call.began < newest)
        });
        let (revoked, replaced): (Vec<_>, Vec<_>) = (revoked.collect(), replaced.collect());
        let count = replaced.iter().filter(|is_replaced| **is_replaced).count();
        (revoked, replaced, count)
    }

    pub(super) fn check(&mut self, request: &UnderWay, status: u16, number: Option<usize>) {
        let Some(number) = number else {
            return self.check_refusal(request, status);
        };
        let call = &self.calls[number];
        let is_same_process = call.process == request.process;
        let settings = &request.settings;
        assert_eq!(call.identity, request.identity, "another identity");
        assert!(
            settings
                .scope
                .may_use(&call.settings.scope, is_same_process),
            "{:?} of {:?}",
            settings.scope,
            call.settings.scope
        );
        let is_revoked = request.revoked.get(number) == Some(&true);
        assert!(!is_revoked, "{number} was revoked: {settings:?}");
        assert!(
            request.replaced.get(number) != Some(&true),
            "a newer answer replaced it"
        );
        let (answered, outcome) = call.answered.unwrap();
        let Outcome::Allowed { within } = outcome else {
            panic!("{outcome:?} let it pass");
        };
        self.seen.passed += 1;
        if answered >= request.began {
            return;
        }
        assert!(settings.scope.has_cache(), "nothing is cached");
        let age = request.began.seconds - answered.seconds;
        let window = if self.may_have_failed(request) {
            settings.while_refreshing.max(settings.on_failure)
        } else {
            settings.while_refreshing
        };
        let ttl = settings.scope.ttl;
        let on_the_wall = request.began.on_the_wall() - answered.on_the_wall();
        let is_in_time = age < ttl + window && within.is_none_or(|within| on_the_wall < within);
        assert!(
            is_in_time,
            "{age} s old, {on_the_wall} s on the wall, {within:?}, {settings:?}"
        );
        self.seen.hits += 1;
        self.seen.stale_hits += usize::from(age >= ttl);
        self.seen.foreign_hits += usize::from(!is_same_process);
        self.seen.other_secret +=
            usize::from(!is_same_process && call.settings.scope != settings.scope);
    }

    /// Whether a call for the request may have failed, or a circuit breaker may have left it out.
    fn may_have_failed(&self, request: &UnderWay) -> bool {
        let has_failed = |call: &Call| {
            let since = |(at, outcome)| outcome == Outcome::Failed && at >= request.began;
            call.process == request.process
                && call.identity == request.identity
                && call.answered.is_some_and(since)
        };
        request.settings.breaks || self.calls.iter().any(has_failed)
    }

    fn check_refusal(&mut self, request: &UnderWay, status: u16) {
        let settings = &request.settings;
        let is_mine = |call: &&Call| {
            let is_same_process = call.process == request.process;
            call.identity == request.identity
                && settings
                    .scope
                    .may_use(&call.settings.scope, is_same_process)
        };
        let mine: Vec<_> = self.calls.iter().filter(is_mine).collect();
        let now = |at: Moment| at >= request.began;
        match status {
            401 => {
                let window = settings.while_refreshing.max(settings.on_failure);
                let until = settings.unauthorized + window;
                let is_cause = |call: &&&Call| match call.answered {
                    Some((at, Outcome::Unauthorized)) => {
                        let age = request.began.seconds.saturating_sub(at.seconds);
                        call.process == request.process && (now(at) || age < until)
                    }
                    _ => false,
                };
                let cause = mine
                    .iter()
                    .find(is_cause)
                    .unwrap_or_else(|| panic!("nobody said `Unauthorized`: {settings:?}"));
                let at = cause.answered.unwrap().0;
                self.seen.unauthorized_hits += usize::from(!now(at));
            }
            403 => {
                let window = settings.while_refreshing.max(settings.on_failure);
                let is_cause = |call: &&&Call| match call.answered {
                    Some((at, Outcome::Denied)) => {
                        let age = request.began.seconds.saturating_sub(at.seconds);
                        now(at) || age < settings.scope.ttl + window
                    }
                    _ => false,
                };
                assert!(mine.iter().any(|call| is_cause(&call)), "nobody denied it");
                self.seen.denied += 1;
            }
            500 => self.seen.failed += 1,
            other => panic!("{other}"),
        }
    }
}
