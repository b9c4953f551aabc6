//! Events that are reported to the oracle.

use std::sync::Arc;

use super::{
    Oracle,
    history::{Answer, Failed, Forgotten, Given, Moment, Subject},
    sent::{Expected, Sent},
};
use crate::scene::Millis;

impl Oracle {
    /// A request is about to be sent.
    pub(crate) fn sent(&mut self, mut sent: Sent, now: Millis) {
        self.counts.requests += 1;
        sent.begun = self.moment();
        sent.begun_at = now;
        self.begun.insert(sent.begun, now);
        if let Expected::Asked(subject) = &sent.expected {
            let history = self.history(subject.clone(), now);
            let live = history.live.clone();
            history.live.push(sent.number);
            sent.has_company = !live.is_empty();
            for other in live {
                if let Some(other) = self.sent.get_mut(&other) {
                    // The request may not have looked up its result yet.
                    other.has_company |= other.polls == 0;
                }
            }
        }
        self.sent.insert(sent.number, sent);
    }

    /// A request's call, or a poll of its response, has ended.
    pub(crate) fn polled(&mut self, number: u64) {
        if let Some(sent) = self.sent.get_mut(&number) {
            sent.polls += 1;
        }
    }

    /// The authorizer is called. Returns the moment and the identity.
    pub(crate) fn asked(
        &mut self,
        authorizer: usize,
        number: u64,
        identity: &[String],
        method_arn: &str,
    ) -> Moment {
        let asked = self.moment();
        let subject = (authorizer, identity.to_vec());
        let mut gone = self
            .histories
            .get(&subject)
            .into_iter()
            .flat_map(|history| &history.gone);
        let sent = self.sent.get(&number);
        let sent = sent.or_else(|| gone.find(|gone| gone.number == number));
        let expected = sent.map(|sent| (&sent.expected, &sent.method_arn));
        let is_right = expected.is_some_and(|(expected, arn)| {
            *expected == Expected::Asked(subject.clone()) && arn == method_arn
        });
        if !is_right {
            let what = format!("{subject:?} was asked about {method_arn} for {expected:?}");
            self.wrong(&what);
        }
        asked
    }

    pub(crate) fn answer(&self, number: u64) -> Option<Arc<Answer>> {
        self.answers.get(&number)?.upgrade()
    }

    pub(crate) fn given(&mut self, subject: Subject, given: Given, now: Millis) {
        let answer = &given.answer;
        self.answers.insert(answer.number, Arc::downgrade(answer));
        self.history(subject, now).given.push(given);
    }

    /// An answer is being written to the shared store, or was written. Returns when it was given.
    pub(crate) fn writes(
        &mut self,
        subject: &Subject,
        number: u64,
        is_done: bool,
    ) -> Option<Moment> {
        let moment = if is_done { self.moment() } else { Moment::MAX };
        let history = self.histories.get_mut(subject);
        let given = history.into_iter().flat_map(|history| &mut history.given);
        let is_it = |given: &&mut Given| given.answer.number == number && given.asked_by.is_some();
        let given = given.filter(is_it).last()?;
        given.written = moment;
        Some(given.given)
    }

    pub(crate) fn failed(&mut self, subject: Subject, failed: Failed) {
        let now = failed.at;
        self.history(subject, now).failed.push(failed);
    }

    /// A poll has ended. Its results are cached by now, if at all, and the requests that waited are answered.
    pub(crate) fn settled(&mut self, came: &[(Subject, Moment)]) {
        let settled = self.moment();
        for (subject, moment) in came {
            let Some(history) = self.histories.get_mut(subject) else {
                continue;
            };
            let mut given = history.given.iter_mut();
            if let Some(given) = given.find(|given| given.given == *moment) {
                given.settled = Some(settled);
            }
            let mut failed = history.failed.iter_mut();
            if let Some(failed) = failed.find(|failed| failed.ended == *moment) {
                failed.settled = Some(settled);
            }
        }
    }

    /// An invalidation of one identity or of all has ended.
    pub(crate) fn forgotten(
        &mut self,
        authorizer: usize,
        identity: Option<Vec<String>>,
        began: Moment,
        now: Millis,
    ) {
        let ended = self.moment();
        let forgotten = Forgotten { began, ended };
        match identity {
            Some(identity) => {
                let history = self.history((authorizer, identity), now);
                history.forgotten.push(forgotten);
            }
            None => {
                // Older invalidations add nothing to this one.
                let (oldest, _) = self.oldest(now);
                let cleared = self.cleared.entry(authorizer).or_default();
                let newest = cleared.iter().rposition(|cleared| cleared.ended < oldest);
                cleared.drain(..newest.unwrap_or_default());
                cleared.push(forgotten);
            }
        }
    }

    /// The client has disconnected.
    pub(crate) fn left(&mut self, number: u64) {
        let Some(sent) = self.over(number) else {
            return;
        };
        self.counts.left += 1;
        if let Expected::Asked(subject) = &sent.expected {
            if let Some(history) = self.histories.get_mut(subject) {
                history.leave(sent);
            }
        }
    }
}
