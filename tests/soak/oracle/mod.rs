//! The oracle knows every answer that was ever given, and for whom and until when it may be used. It checks every request
//! against that.
//!
//! Every event has a moment, in the real order of events. The oracle allows a race only for events that a request cannot
//! have known when it began.

mod checks;
mod counts;
mod events;
mod facts;
mod history;
mod judge;
mod sent;
mod story;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Weak,
};

use self::history::{Forgotten, History};
use self::judge::Case;
pub(crate) use self::{
    counts::Counts,
    facts::Facts,
    history::{Answer, Failed, Failure, Given, Moment, Said, Subject},
    sent::{Expected, Sent},
};
use crate::scene::Millis;

#[derive(Debug, Default)]
pub(crate) struct Oracle {
    facts: Vec<Facts>,
    moment: Moment,
    numbers: u64,
    sent: HashMap<u64, Sent>,
    /// The requests in progress, ordered by their beginning.
    begun: BTreeMap<Moment, Millis>,
    histories: HashMap<Subject, History>,
    cleared: HashMap<usize, Vec<Forgotten>>,
    answers: HashMap<u64, Weak<Answer>>,
    pub(crate) counts: Counts,
    pub(crate) failures: Vec<String>,
}

impl Oracle {
    /// Adds an authorizer and returns its number.
    pub(crate) fn authorizer(&mut self, facts: Facts) -> usize {
        self.facts.push(facts);
        self.facts.len() - 1
    }

    pub(crate) fn facts(&self, authorizer: usize) -> &Facts {
        &self.facts[authorizer]
    }

    pub(crate) fn moment(&mut self) -> Moment {
        self.moment += 1;
        self.moment
    }

    /// The number of a request or an answer.
    pub(crate) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    pub(crate) fn wrong(&mut self, what: &str) {
        self.counts.wrong += 1;
        self.failures.push(what.to_owned());
    }

    fn story(&self, number: u64) -> String {
        let Some(sent) = self.sent.get(&number) else {
            return format!("request {number}");
        };
        let Expected::Asked(subject) = &sent.expected else {
            return format!("{sent:?}");
        };
        let empty = History::default();
        self.case(subject, sent, String::new(), &empty).story()
    }

    fn case<'c>(
        &'c self,
        subject: &Subject,
        sent: &'c Sent,
        date: String,
        empty: &'c History,
    ) -> Case<'c> {
        let cleared = self.cleared.get(&subject.0);
        Case {
            facts: &self.facts[subject.0],
            history: self.histories.get(subject).unwrap_or(empty),
            cleared: cleared.map(Vec::as_slice).unwrap_or_default(),
            sent,
            date,
        }
    }

    /// Removes a request that is no longer in progress.
    fn over(&mut self, number: u64) -> Option<Sent> {
        let sent = self.sent.remove(&number)?;
        self.begun.remove(&sent.begun);
        if let Expected::Asked(subject) = &sent.expected {
            let history = self.histories.get_mut(subject);
            if let Some(history) = history {
                history.live.retain(|live| *live != number);
            }
        }
        Some(sent)
    }

    fn history(&mut self, subject: Subject, now: Millis) -> &mut History {
        let (oldest, since) = self.oldest(now);
        let history = self.histories.entry(subject).or_default();
        if history.is_long() {
            history.prune(since, oldest);
        }
        history
    }

    /// Forgets identities that no longer matter to any request.
    pub(crate) fn sweep(&mut self, now: Millis) {
        let (oldest, since) = self.oldest(now);
        self.histories.retain(|_, history| {
            history.prune(since, oldest);
            !history.is_empty()
        });
        self.answers.retain(|_, answer| answer.strong_count() > 0);
    }

    /// When the oldest request in progress began, or now.
    fn oldest(&self, now: Millis) -> (Moment, Millis) {
        let oldest = self.begun.first_key_value();
        oldest.map_or((self.moment, now), |(moment, at)| (*moment, *at))
    }
}
