//! What SAM adds to operations for the API's default authorizer and its API key. Its rules differ in the two types of
//! APIs; they go by the names in an operation's `security`, with [markers](super::markers) among them.

use std::collections::BTreeSet;

use super::{
    dialect::Kind,
    markers::{API_KEY_IS_OFF, NONE},
};
use crate::openapi::model::{API_KEY, IAM};

/// What an API's `Auth` says of operations that do not say it themselves.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    pub(super) authorizer: Option<String>,
    /// Whether the authorizer is one for OPTIONS, too.
    pub(super) guards_preflights: bool,
    pub(super) needs_api_key: bool,
    pub(super) preflights_need_api_key: bool,
    /// The names in `Authorizers`.
    pub(super) authorizers: BTreeSet<String>,
    /// The document's schemes that are API keys.
    pub(super) api_keys: BTreeSet<String>,
}

impl Defaults {
    /// The names of an operation's schemes with the defaults. None: nothing says who may call it.
    pub(super) fn apply(
        &self,
        kind: Kind,
        is_preflight: bool,
        own: Option<Vec<String>>,
    ) -> Option<Vec<String>> {
        match kind {
            Kind::Rest => of_rest_api(self, is_preflight, own),
            Kind::Http => of_http_api(self, is_preflight, own),
        }
    }
}

/// One of `Authorizers` or `AWS_IAM` in an operation, and the marker, keep the default authorizer away. A scheme of the
/// body does not: it comes beside.
fn of_rest_api(
    defaults: &Defaults,
    is_preflight: bool,
    own: Option<Vec<String>>,
) -> Option<Vec<String>> {
    let is_silent = own.is_none();
    let mut names = own.unwrap_or_default();
    let is_authorizer =
        |name: &String| name == NONE || name == IAM || defaults.authorizers.contains(name);
    if (!is_preflight || defaults.guards_preflights) && !names.iter().any(is_authorizer) {
        names.extend(defaults.authorizer.clone());
    }
    if defaults.needs_api_key {
        let is_off = names.iter().any(|name| name == API_KEY_IS_OFF)
            || is_preflight && !defaults.preflights_need_api_key;
        match is_off {
            true => names.retain(|name| name != API_KEY),
            false => names.push(API_KEY.into()),
        }
    }
    (!is_silent || !names.is_empty()).then_some(names)
}

/// Whatever an operation names keeps the default authorizer away. SAM counts API keys among that, which an HTTP API does
/// not check, so that the operation would be open; here they do not count.
fn of_http_api(
    defaults: &Defaults,
    is_preflight: bool,
    own: Option<Vec<String>>,
) -> Option<Vec<String>> {
    let is_key = |name: &String| defaults.api_keys.contains(name);
    let is_told = own.iter().flatten().any(|name| !is_key(name));
    match &defaults.authorizer {
        Some(default) if !is_told && !is_preflight => {
            let mut names = own.unwrap_or_default();
            names.push(default.clone());
            Some(names)
        }
        _ => own,
    }
}
