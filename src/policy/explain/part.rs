//! Why the action part or the resource part of a statement applies or does not.

use serde::Serialize;

use super::difference::{Difference, first_difference};
use crate::{
    one_line::OneLine,
    policy::{
        document::Entries,
        evaluation::{EvaluationRequest, RequestResource},
        pattern::{ActionPattern, HeadPattern, ResourcePattern},
    },
};

/// `Action`, `NotAction`, `Resource` or `NotResource`, entry by entry.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartExplanation {
    member: &'static str,
    applies: bool,
    entries: Vec<EntryExplanation>,
}

/// One entry.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryExplanation {
    text: String,
    matches: bool,
    remark: Option<String>,
    #[serde(skip)]
    fitting: usize,
    /// It has a variable without a value.
    #[serde(skip)]
    is_unresolved: bool,
}

impl PartExplanation {
    pub(super) fn of_actions(
        entries: &Entries,
        applies: bool,
        request: &EvaluationRequest<'_>,
    ) -> Self {
        let texts = entries.texts().iter();
        let explained = texts.map(|text| {
            let pattern = ActionPattern::new(text);
            let matches = pattern.matches(request.action);
            let remark = match (matches, pattern.is_action()) {
                (true, _) => None,
                (false, true) => Some(format!("`{text}` does not cover `{}`", request.action)),
                (false, false) => Some(format!("`{text}` is no action of any service")),
            };
            EntryExplanation {
                text: text.clone(),
                matches,
                remark: remark.map(visible),
                fitting: 0,
                is_unresolved: false,
            }
        });
        Self {
            member: member(entries, "Action", "NotAction"),
            applies,
            entries: explained.collect(),
        }
    }

    pub(super) fn of_resources(
        entries: &Entries,
        applies: bool,
        variables: bool,
        request: &EvaluationRequest<'_>,
    ) -> Self {
        let texts = entries.texts().iter().enumerate();
        Self {
            member: member(entries, "Resource", "NotResource"),
            applies,
            entries: texts
                .map(|(index, text)| {
                    let variables = variables || entries.is_escaped(index);
                    resource_entry(text, variables, request)
                })
                .collect(),
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

    /// Of an entry that matches nothing since a variable has no value.
    pub(super) fn unresolved(&self) -> Option<&str> {
        let mut entries = self.entries.iter();
        entries.find(|entry| entry.is_unresolved)?.remark()
    }

    /// How many parts of the ARN fit in the entry that gets furthest.
    pub(super) fn fitting(&self) -> usize {
        let fitting = self.entries.iter().map(|entry| entry.fitting);
        fitting.max().unwrap_or_default()
    }

    /// Why it does not apply, by the entry that gets furthest.
    pub(super) fn miss(&self) -> Option<String> {
        if self.applies {
            return None;
        }
        if let Some(entry) = self.entries.iter().find(|entry| entry.matches) {
            return Some(format!(
                "`{}` has `{}`, which covers it",
                self.member, entry.text
            ));
        }
        let furthest = self.entries.iter().rev().max_by_key(|entry| entry.fitting);
        Some(match furthest.and_then(|entry| entry.remark.clone()) {
            Some(remark) => remark,
            None => format!("`{}` has no entry", self.member),
        })
    }
}

impl EntryExplanation {
    /// The entry as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it matches the request.
    #[must_use]
    pub fn matches(&self) -> bool {
        self.matches
    }

    /// The first difference, or how else the entry counts, in words.
    #[must_use]
    pub fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }
}

fn visible(remark: String) -> String {
    OneLine(remark).to_string()
}

fn member(entries: &Entries, any_of: &'static str, none_of: &'static str) -> &'static str {
    if entries.is_excluding() {
        none_of
    } else {
        any_of
    }
}

fn resource_entry(
    text: &str,
    variables: bool,
    request: &EvaluationRequest<'_>,
) -> EntryExplanation {
    let entry = |matches, remark: Option<String>, fitting| EntryExplanation {
        text: text.to_owned(),
        matches,
        remark: remark.map(visible),
        fitting,
        is_unresolved: false,
    };
    let pattern = ResourcePattern::new(text, variables);
    match covers(&pattern, &request.resource, request) {
        Some(true) => return entry(true, None, usize::MAX),
        None => {
            let remark = match &pattern {
                ResourcePattern::Arn { resource, .. } if resource.has_unknown(request.keys) => {
                    format!("`{text}` has a variable whose value is not known here")
                }
                _ => format!("`{text}` has a variable without a value here"),
            };
            return EntryExplanation {
                is_unresolved: true,
                ..entry(false, Some(remark), 0)
            };
        }
        Some(false) => {}
    }
    let spellings = request.other_spellings.unwrap_or_default();
    let spelled = |spelling: &&String| {
        covers(&pattern, &RequestResource::new(spelling), request) == Some(true)
    };
    if let Some(spelling) = spellings.iter().find(spelled) {
        let remark = format!("`{text}` covers the spelling `{spelling}`");
        return entry(false, Some(remark), 0);
    }
    match first_difference(text, &request.resource) {
        Difference::NotAnArn(defect) => {
            let remark = format!("`{text}` {}, and covers nothing", defect.words());
            entry(false, Some(remark), 0)
        }
        Difference::At { fitting, words } => entry(false, Some(words), fitting),
    }
}

/// None where a variable has no value.
fn covers(
    pattern: &ResourcePattern<'_>,
    resource: &RequestResource<'_>,
    request: &EvaluationRequest<'_>,
) -> Option<bool> {
    match (pattern, resource.head) {
        (ResourcePattern::Everything, _) => Some(true),
        (ResourcePattern::NotAnArn(_), _) | (ResourcePattern::Arn { .. }, None) => Some(false),
        (
            ResourcePattern::Arn {
                head,
                resource: pattern,
                ..
            },
            Some(request_head),
        ) => {
            let name = pattern.matches(resource.name, request.keys)?;
            Some(name && HeadPattern::new(head).matches(request_head))
        }
    }
}
