//! What the user has to be told.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    error::{DefinitionError, quoted, quoted_list},
    known_part::known_part,
    model::Definition,
    node::Node,
};

/// The most parts of gateway responses that have a note each.
const MAX_LEFT_OUT: usize = 20;

impl Definition {
    /// Says which parameters have the template's own values.
    pub(super) fn add_defaults(&mut self, defaults: &BTreeMap<String, String>) {
        if defaults.is_empty() {
            return;
        }
        let defaults = defaults
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let defaults: Vec<_> = defaults.collect();
        self.notes.push(format!(
            "the API depends on parameters of which no value is given, so that they have the template's defaults: {}; \
             if the stack is deployed with others, say so with `Template::parameter`",
            quoted_list(&defaults)
        ));
    }

    /// Gateway responses without what is not known of them: they do not decide who may call what.
    pub(super) fn known_responses(&mut self, node: &Node<'_>) -> Option<Value> {
        let mut left_out = Vec::new();
        let known = known_part(node, &mut left_out);
        for place in left_out.iter().take(MAX_LEFT_OUT) {
            self.notes.push(format!(
                "the part of a gateway response at `{place}` is left out: it depends on a function whose value is not known"
            ));
        }
        if let Some(more @ 1..) = left_out.len().checked_sub(MAX_LEFT_OUT) {
            self.notes.push(format!(
                "{more} more parts of gateway responses are left out"
            ));
        }
        known
    }

    /// Notes mutual TLS.
    pub(super) fn note_certificate(&mut self) {
        let note = "the API's domain asks clients for a certificate, which is not done here; let the TLS server ask for it";
        if !self.notes.iter().any(|it| it == note) {
            self.notes.push(note.into());
        }
    }

    /// Notes members that SAM drops without a word.
    pub(super) fn note_dropped(
        &mut self,
        node: &Node<'_>,
        known: &[&str],
    ) -> Result<(), DefinitionError> {
        for (name, _) in node.members()?.filter(|(name, _)| !known.contains(name)) {
            self.notes.push(format!(
                "SAM drops the member {} at `{}`: it does not know it there",
                quoted(name),
                node.place()
            ));
        }
        Ok(())
    }
}
