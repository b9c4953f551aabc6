//! Explains why the action part or the resource part of a statement applies or does not apply.

use serde::Serialize;

use super::entry::{EntryExplanation, Role};
use crate::{document::Entries, effect::Effect, evaluation::EvaluationRequest};

/// The explanation of `Action`, `NotAction`, `Resource` or `NotResource`, entry by entry.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartExplanation {
    member: &'static str,
    applies: bool,
    entries: Vec<EntryExplanation>,
}

impl PartExplanation {
    pub(super) fn of_actions(
        entries: &Entries,
        applies: bool,
        effect: Effect,
        request: &EvaluationRequest<'_>,
    ) -> Self {
        let excluding = entries.is_excluding();
        let role = Role { effect, excluding };
        let texts = entries.texts().iter();
        Self {
            member: if excluding { "NotAction" } else { "Action" },
            applies,
            entries: texts
                .map(|text| EntryExplanation::of_action(text, role, request))
                .collect(),
        }
    }

    pub(super) fn of_resources(
        entries: &Entries,
        applies: bool,
        effect: Effect,
        variables: bool,
        request: &EvaluationRequest<'_>,
    ) -> Self {
        let excluding = entries.is_excluding();
        let role = Role { effect, excluding };
        let texts = entries.texts().iter().enumerate();
        let explained = texts.map(|(index, text)| {
            let variables = variables || entries.is_escaped(index);
            EntryExplanation::of_resource(text, role, variables, request)
        });
        Self {
            member: if excluding { "NotResource" } else { "Resource" },
            applies,
            entries: explained.collect(),
        }
    }

    /// The member's name.
    #[must_use]
    pub fn member(&self) -> &str {
        self.member
    }

    /// Whether the part applies.
    #[must_use]
    pub fn applies(&self) -> bool {
        self.applies
    }

    /// The entries, in the policy's order.
    #[must_use]
    pub fn entries(&self) -> &[EntryExplanation] {
        &self.entries
    }

    fn is_excluding(&self) -> bool {
        self.member.starts_with("Not")
    }

    /// The remark of an entry that matches nothing because a variable has no value.
    pub(super) fn unresolved(&self) -> Option<&str> {
        let mut entries = self.entries.iter();
        entries.find(|entry| entry.is_unresolved())?.remark()
    }

    /// The number of matching ARN parts in the entry that matches furthest.
    pub(super) fn fitting(&self) -> usize {
        let fitting = self.entries.iter().map(EntryExplanation::fitting);
        fitting.max().unwrap_or_default()
    }

    /// Why the part does not apply, as shown by the entry that matches furthest.
    pub(super) fn miss(&self) -> Option<String> {
        if self.applies {
            return None;
        }
        let entries = &self.entries;
        if let Some(entry) = entries.iter().find(|entry| entry.matches()) {
            return Some(format!(
                "`{}` has `{}`, which covers it",
                self.member,
                entry.text()
            ));
        }
        let keeps_out = entries.iter().find(|entry| entry.keeps_out());
        let keeps_out = keeps_out.filter(|_| self.is_excluding());
        let furthest = || entries.iter().rev().max_by_key(|entry| entry.fitting());
        let entry = keeps_out.or_else(furthest);
        Some(match entry.and_then(EntryExplanation::remark) {
            Some(remark) => remark.to_owned(),
            None => format!("`{}` has no entry", self.member),
        })
    }

    /// Why the part applies, as shown by the entry that covers the request.
    pub(super) fn hit(&self) -> Option<String> {
        if !self.applies {
            return None;
        }
        let member = self.member;
        let covers = self.entries.iter().find(|entry| entry.matches());
        let keeps_out = || self.entries.iter().find(|entry| entry.keeps_out());
        Some(match (self.is_excluding(), covers) {
            (true, _) => format!("no entry of `{member}` covers it"),
            (false, Some(entry)) => format!("`{}` covers it", entry.text()),
            (false, None) => keeps_out()?.remark()?.to_owned(),
        })
    }

    /// Whether it applies for a reason other than an entry that covers the request.
    pub(super) fn is_unusual_hit(&self) -> bool {
        self.is_excluding() || !self.entries.iter().any(EntryExplanation::matches)
    }

    pub(super) fn covers_everything(&self) -> bool {
        let everything = |entry: &EntryExplanation| entry.matches() && entry.text() == "*";
        !self.is_excluding() && self.entries.iter().any(everything)
    }
}
