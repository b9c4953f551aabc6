//! What the oracle knows about a request.

use std::collections::BTreeMap;

use super::history::{Moment, Subject};
use crate::{
    naive_policy::{Key, Known, Question},
    scene::Millis,
};

/// The required outcome of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// The authorizer decides.
    Asked(Subject),
    /// No authorizer guards it.
    Open,
    /// It is refused before the authorizer is called. The reason begins with this.
    Refused(&'static str),
}

#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) number: u64,
    pub(crate) token: Option<String>,
    pub(crate) tenant: Option<&'static str>,
    pub(crate) expected: Expected,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) method_arn: String,
    pub(crate) other_spellings: Vec<String>,
    pub(crate) source_ip: &'static str,
    pub(crate) begun: Moment,
    pub(crate) begun_at: Millis,
    /// Another request of the same identity was in progress when this one was looked up.
    pub(crate) has_company: bool,
    pub(crate) polls: u32,
    pub(crate) passed: bool,
}

impl Sent {
    /// The request for a policy to evaluate.
    pub(crate) fn question(&self, date: &str) -> Question {
        let text = |text: &str| Key::Text(text.to_owned());
        Question {
            action: "execute-api:Invoke".into(),
            resource: self.method_arn.clone(),
            other_spellings: Some(self.other_spellings.clone()),
            ignores_case: false,
            known: Known::Everything,
            keys: BTreeMap::from([
                ("aws:sourceip".into(), text(self.source_ip)),
                ("aws:currenttime".into(), text(date)),
            ]),
        }
    }
}
