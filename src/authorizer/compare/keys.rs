//! The condition keys of a request, as far as an authorizer's request has them.

use std::cell::Cell;

use http::{HeaderName, header};
use jiff::Timestamp;

use crate::{
    authorizer::AuthorizerRequest,
    policy::{ConditionKeys, KeyValue},
};

/// The other keys belong to the layer, which the authorizers do not see.
pub(super) struct KnownKeys<'r> {
    request: &'r AuthorizerRequest,
    asked_unknown: Cell<bool>,
}

impl<'r> KnownKeys<'r> {
    pub(super) fn of(request: &'r AuthorizerRequest) -> Self {
        Self {
            request,
            asked_unknown: Cell::new(false),
        }
    }

    /// Whether a policy has read a key that is not known here.
    pub(super) fn asked_unknown(&self) -> bool {
        self.asked_unknown.get()
    }

    fn time(&self) -> Option<std::time::SystemTime> {
        let time = self.request.facts().arrival.time;
        Timestamp::try_from(time).is_ok().then_some(time)
    }

    fn header(&self, name: &HeaderName) -> Option<KeyValue<'_>> {
        let value = self.request.headers().get_all(name).iter().next_back()?;
        value.to_str().ok().map(KeyValue::Text)
    }

    fn is_sent(&self, name: &HeaderName) -> bool {
        self.request.headers().contains_key(name)
    }
}

impl ConditionKeys for KnownKeys<'_> {
    fn get(&self, key: &str) -> Option<KeyValue<'_>> {
        let known = match key {
            "aws:sourceip" => self.request.source_ip().map(KeyValue::Address),
            "aws:currenttime" => self.time().map(KeyValue::Time),
            "aws:epochtime" => self.time().map(KeyValue::Epoch),
            "aws:useragent" if !self.is_sent(&header::USER_AGENT) => return None,
            "aws:referer" if !self.is_sent(&header::REFERER) => return None,
            "aws:useragent" => self.header(&header::USER_AGENT),
            "aws:referer" => self.header(&header::REFERER),
            _ => None,
        };
        if known.is_none() {
            self.asked_unknown.set(true);
        }
        known.or(Some(KeyValue::Unknown("only the layer knows it")))
    }
}
