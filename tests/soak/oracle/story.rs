//! The story of a request, for a person to read.

use super::{
    history::{Given, Said},
    judge::Case,
};

impl Case<'_> {
    /// The request, and the history of its identity.
    pub(crate) fn story(&self) -> String {
        let Self {
            facts,
            history,
            cleared,
            sent,
            date,
        } = self;
        let mut lines = vec![format!(
            "request {} to `{}`: {} {} from {}, {:?}\n  begun at {} ({} ms), {} polls, company: {}; decided at {date}",
            sent.number,
            facts.name,
            sent.method,
            sent.path,
            sent.source_ip,
            sent.expected,
            sent.begun,
            sent.begun_at,
            sent.polls,
            sent.has_company
        )];
        lines.extend(history.given.iter().map(|given| self.of_given(given)));
        lines.extend(history.failed.iter().map(|failed| {
            let (asked, ended, at) = (failed.asked, failed.ended, failed.at);
            format!("{ended}: {:?} ({at} ms), asked at {asked}", failed.how)
        }));
        let forgotten = history.forgotten.iter().chain(*cleared);
        lines.extend(forgotten.map(|forgotten| {
            format!(
                "{}: forgotten, begun at {}",
                forgotten.ended, forgotten.began
            )
        }));
        lines.join("\n  ")
    }

    fn of_given(&self, given: &Given) -> String {
        let said = match &given.answer.said {
            Said::Policy(policy) => format!("{:.300}", policy.to_string()),
            other => format!("{other:?}"),
        };
        format!(
            "{}: answer {} by {}, asked at {}, settled at {:?}, fresh until {} ms: {}\n    {said}",
            given.given,
            given.answer.number,
            match given.asked_by {
                Some(request) => format!("the authorizer for request {request}"),
                None => "the store".into(),
            },
            given.asked,
            given.settled,
            given.fresh_until,
            self.objection(given).as_deref().unwrap_or("may be used"),
        )
    }
}
