//! Checks the outcomes of requests against the history.

use tower_lambda_authorizer::{Denial, DenialReason};

use super::{
    Oracle,
    history::{Failure, History},
    judge::{Case, Verdict},
    sent::{Expected, Sent},
};

impl Oracle {
    /// The protected service was reached with this context.
    pub(crate) fn passed(&mut self, number: u64, answer: Option<&str>, date: String) {
        self.counts.passes += 1;
        let Some(sent) = self.sent.get_mut(&number) else {
            return self.wrong(&format!("request {number}, which has ended, passed"));
        };
        let again = std::mem::replace(&mut sent.passed, true);
        let sent = sent.clone();
        let subject = match (&sent.expected, answer) {
            _ if again => return self.wrong(&format!("request {number} passed twice")),
            (Expected::Open, None) => return,
            (Expected::Asked(subject), Some(_)) => subject.clone(),
            _ => return self.wrong(&format!("with the answer {answer:?} passed {sent:?}")),
        };
        let answer = answer.unwrap_or_default();
        let empty = History::default();
        let case = self.case(&subject, &sent, date, &empty);
        let given = case.history.given.iter();
        let given: Vec<_> = given
            .filter(|given| given.answer.number.to_string() == answer)
            .collect();
        let is_right = given.iter().any(|given| {
            case.verdict(&given.answer.said) == Verdict::Allow && case.objection(given).is_none()
        });
        if !is_right {
            let what = format!("passed with answer {answer}: {}", case.story());
            self.wrong(&what);
        }
    }

    /// A response has arrived.
    pub(crate) fn answered(
        &mut self,
        number: u64,
        status: u16,
        denial: Option<&Denial>,
        date: String,
    ) {
        let Some(sent) = self.sent.get(&number).cloned() else {
            return self.wrong(&format!("request {number} was answered twice"));
        };
        match denial {
            Some(_) if sent.passed => self.wrong(&format!("passed and was refused: {sent:?}")),
            Some(denial) => {
                self.counts.refusals += 1;
                self.check_refusal(&sent, status, denial, date);
            }
            None if !sent.passed || status != 200 => {
                self.wrong(&format!("{status} without a denial: {sent:?}"));
            }
            None => (),
        }
        self.over(number);
    }

    fn check_refusal(&mut self, sent: &Sent, status: u16, denial: &Denial, date: String) {
        let reason = denial.reason();
        let why = format!("{reason:?}");
        let subject = match &sent.expected {
            Expected::Asked(subject) => subject.clone(),
            Expected::Refused(expected) if why.starts_with(expected) => return,
            _ => return self.wrong(&format!("{status}, {why}: {sent:?}")),
        };
        let empty = History::default();
        let case = self.case(&subject, sent, date, &empty);
        let expected_status = match reason {
            DenialReason::AuthorizerSaidUnauthorized { .. } => 401,
            DenialReason::ExplicitDeny { .. }
            | DenialReason::ImplicitDeny { .. }
            | DenialReason::ReadingNotAllowed { .. }
            | DenialReason::NotAuthorized { .. } => 403,
            _ => 500,
        };
        if status != expected_status || !is_possible(&case, reason) {
            let what = format!("refused with {status}, {why}: {}", case.story());
            self.wrong(&what);
        }
    }

    /// A request has no response, although all timeouts have passed.
    pub(crate) fn hangs(&mut self, number: u64) {
        self.counts.hangs += 1;
        let story = self.story(number);
        self.failures.push(format!("hangs: {story}"));
        self.over(number);
    }

    /// A panic has left the layer.
    pub(crate) fn panicked(&mut self, number: u64, when: &str) {
        let story = self.story(number);
        self.wrong(&format!("a panic came out when {when}: {story}"));
        self.over(number);
    }
}

/// Whether something in the history explains this refusal.
fn is_possible(case: &Case<'_>, reason: &DenialReason) -> bool {
    let said = |verdict: &Verdict| {
        let mut given = case.history.given.iter();
        given.any(|given| {
            case.verdict(&given.answer.said) == *verdict && case.objection(given).is_none()
        })
    };
    let failed = |is_it: &dyn Fn(&Failure) -> bool| {
        let mut failed = case.history.failed.iter();
        failed.any(|failed| is_it(&failed.how) && case.has_seen(failed))
    };
    match reason {
        DenialReason::ExplicitDeny { statement, .. } => said(&Verdict::ExplicitDeny(*statement)),
        DenialReason::ImplicitDeny { .. } => said(&Verdict::ImplicitDeny),
        DenialReason::NotAuthorized { .. } => said(&Verdict::NotAuthorized),
        DenialReason::AuthorizerSaidUnauthorized { .. } => said(&Verdict::Unauthorized),
        DenialReason::AuthorizerFailed { message, .. } => {
            failed(&|how| *how == Failure::Erred(message.clone()))
        }
        DenialReason::AuthorizerPanicked { message, .. } => {
            failed(&|how| *how == Failure::Panicked(message.clone()))
        }
        DenialReason::MalformedResponse { .. } => failed(&|how| *how == Failure::Malformed),
        DenialReason::AuthorizerTimedOut { .. } => {
            case.facts.takes_turns || failed(&|how| *how == Failure::Unfinished)
        }
        _ => false,
    }
}
