//! Notes for the user.

use std::collections::BTreeMap;

use http::Method;
use serde_json::Value;

use super::{
    error::DefinitionError,
    known_part::known_part,
    model::Definition,
    node::Node,
    quoting::{quoted, quoted_list},
};

/// The most parts of gateway responses that get a note each.
const MAX_LEFT_OUT: usize = 20;

impl Definition {
    /// Adds a note about parameters that have the template's defaults.
    pub(super) fn add_defaults(&mut self, defaults: &BTreeMap<String, String>) {
        if defaults.is_empty() {
            return;
        }
        let defaults = defaults
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let defaults: Vec<_> = defaults.collect();
        self.notes.push(format!(
            "the API depends on parameters that are not set, so the template's defaults apply: {}; if the stack is \
             deployed with other values, set them with `Template::parameter`",
            quoted_list(&defaults)
        ));
    }

    /// The known part of gateway responses. They do not decide who may call what.
    pub(super) fn known_responses(&mut self, node: &Node<'_>) -> Option<Value> {
        let mut left_out = Vec::new();
        let known = known_part(node, &mut left_out);
        for place in left_out.iter().take(MAX_LEFT_OUT) {
            self.notes.push(format!(
                "the part of a gateway response at `{place}` is left out: it depends on a function whose value is not \
                 known"
            ));
        }
        if let Some(more @ 1..) = left_out.len().checked_sub(MAX_LEFT_OUT) {
            self.notes.push(format!(
                "{more} more parts of gateway responses are left out"
            ));
        }
        known
    }

    /// Adds a note if API Gateway answers this operation's preflights by itself.
    pub(super) fn note_preflight(&mut self, method: Option<&Method>, integration: Option<&Value>) {
        let kind = integration.and_then(|it| it.get("type").or_else(|| it.get("Type")));
        let is_mock = kind
            .and_then(Value::as_str)
            .is_some_and(|it| it.eq_ignore_ascii_case("mock"));
        if method == Some(&Method::OPTIONS) && is_mock {
            self.note_once(
                "API Gateway answers OPTIONS operations with a `mock` integration by itself; here these requests reach the \
                 service, which has to answer them",
            );
        }
    }

    /// Adds a note about mutual TLS.
    pub(super) fn note_certificate(&mut self) {
        self.note_once(
            "the API's domain requires client certificates, which this crate does not check; have the TLS \
             server require them",
        );
    }

    fn note_once(&mut self, note: &str) {
        if !self.notes.iter().any(|it| it == note) {
            self.notes.push(note.into());
        }
    }

    /// Adds a note for each member that SAM drops silently.
    pub(super) fn note_dropped(
        &mut self,
        node: &Node<'_>,
        known: &[&str],
    ) -> Result<(), DefinitionError> {
        for (name, _) in node.members()?.filter(|(name, _)| !known.contains(name)) {
            self.notes.push(format!(
                "SAM ignores the member {} at `{}`: it is not allowed there",
                quoted(name),
                node.place()
            ));
        }
        Ok(())
    }
}
