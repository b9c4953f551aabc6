//! The default authorizer and the default API key that SAM adds to operations. The rules depend on the names in an
//! operation's `security`, which may include [markers](super::markers), and differ between the two types of APIs.

use std::collections::BTreeSet;

use super::{
    dialect::Kind,
    markers::{API_KEY_IS_OFF, NONE},
};
use crate::openapi::model::{API_KEY, IAM};

/// What an API's `Auth` says about operations that do not say it themselves.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    pub(super) authorizer: Option<String>,
    /// Whether the authorizer also guards OPTIONS.
    pub(super) guards_preflights: bool,
    pub(super) needs_api_key: bool,
    pub(super) preflights_need_api_key: bool,
    /// The names in `Authorizers`.
    pub(super) authorizers: BTreeSet<String>,
    /// The document's schemes that are API keys.
    pub(super) api_keys: BTreeSet<String>,
}

impl Defaults {
    /// The names of an operation's schemes with the defaults. `None`: nothing says who may call it.
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

/// A name from `Authorizers`, `AWS_IAM` or the marker in an operation replaces the default authorizer. A scheme of the
/// body does not: the default is added to it.
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
        if is_off {
            names.retain(|name| name != API_KEY);
        } else {
            names.push(API_KEY.into());
        }
    }
    (!is_silent || !names.is_empty()).then_some(names)
}

/// Any scheme of an operation replaces the default authorizer. To SAM this includes API keys. But an HTTP API does not
/// check API keys, and the operation would be open, so they do not count here.
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
