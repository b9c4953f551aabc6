//! What a lint finds, and where.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{LintCode, Severity};
use crate::{
    document::{Entries, Statement},
    effect::Effect,
    one_line::OneLine,
};

/// A probable mistake that lint found in a policy.
///
/// ```
/// use execute_api_policy::{LintCode, PolicyDocument, Severity};
///
/// let policy = PolicyDocument::from_json(
///     br#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": ["*", "pets"]}]}"#,
/// )?;
/// let findings = policy.lint();
/// let [finding] = &findings[..] else { panic!("{findings:?}") };
/// assert_eq!(finding.code(), LintCode::ResourceNotAnArn);
/// assert_eq!(finding.severity(), Severity::Error);
/// assert_eq!(finding.path(), "Statement[0].Resource[1]");
/// assert_eq!(finding.message(), "`pets` is not an ARN and matches nothing");
/// assert_eq!(
///     finding.to_string(),
///     "error[resource-not-an-arn] Statement[0].Resource[1]: `pets` is not an ARN and matches nothing; \
///      write `arn:aws:execute-api:region:account:api-id/stage/METHOD/path` or `*`"
/// );
/// assert_eq!(serde_json::to_value(finding).unwrap()["code"], "resource-not-an-arn");
/// # Ok::<(), execute_api_policy::PolicyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    code: LintCode,
    path: String,
    message: String,
}

impl Finding {
    /// The rule that found it.
    #[must_use]
    pub fn code(&self) -> LintCode {
        self.code
    }

    /// The severity.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// The place of the finding, such as `Statement[2].Resource[0]`. A single value counts as the first entry of a
    /// list.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A description of the finding. Long texts of the policy are shortened.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How to fix it, in one line.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        self.code.remedy()
    }
}

/// Displays the finding in one line.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (severity, code, remedy) = (self.severity(), self.code, self.remedy());
        let Self { path, message, .. } = self;
        write!(f, "{severity}[{code}] {path}: {message}; {remedy}")
    }
}

/// Serializes an object with `code`, `severity`, `path`, `message` and `remedy`.
impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("Finding", 5)?;
        members.serialize_field("code", &self.code)?;
        members.serialize_field("severity", &self.severity())?;
        members.serialize_field("path", &self.path)?;
        members.serialize_field("message", &self.message)?;
        members.serialize_field("remedy", self.remedy())?;
        members.end()
    }
}

/// The findings collected so far.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn add(
        &mut self,
        code: LintCode,
        place: impl fmt::Display,
        message: impl fmt::Display,
    ) {
        self.0.push(Finding {
            code,
            path: OneLine(place).to_string(),
            message: OneLine(message).to_string(),
        });
    }

    pub(super) fn into_vec(self) -> Vec<Finding> {
        self.0
    }
}

/// One entry of `Action`, `NotAction`, `Resource` or `NotResource`. Displays its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'p> {
    pub(super) statement: usize,
    pub(super) effect: Effect,
    /// `Action` or `Resource`.
    pub(super) member: &'static str,
    /// Whether the member has the prefix `Not`.
    pub(super) negated: bool,
    pub(super) index: usize,
    pub(super) text: &'p str,
}

impl Entry<'_> {
    /// Whether a match of the entry helps to allow a request.
    pub(super) fn lets_through(&self) -> bool {
        (self.effect == Effect::Allow) != self.negated
    }

    /// The consequence of an entry that matches nothing: rule 3 of the decisions in the [language](crate::language).
    pub(super) fn consequence(&self) -> &'static str {
        match (self.effect, self.negated) {
            (Effect::Allow, false) | (Effect::Deny, true) => "matches nothing",
            (Effect::Deny, false) => "matches nothing, so the `Deny` applies to every request",
            (Effect::Allow, true) => "excepts nothing, so the `Allow` applies to no request",
        }
    }
}

impl fmt::Display for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = if self.negated { "Not" } else { "" };
        let (statement, member, index) = (self.statement, self.member, self.index);
        write!(f, "Statement[{statement}].{not}{member}[{index}]")
    }
}

/// Formats a text of the policy for a message: in one line, and shortened if it is long, so that many findings about
/// one text stay small.
pub(super) fn shown(text: &str) -> String {
    const MAX: usize = 100;
    let (shown, ellipsis) = match text.char_indices().nth(MAX) {
        Some((end, _)) => (text.get(..end).unwrap_or_default(), "…"),
        None => (text, ""),
    };
    format!("{}{ellipsis}", OneLine(shown))
}

/// The entries of one member of a statement, with their places.
pub(super) fn entries<'p>(
    member: &'static str,
    entries: &'p Entries,
    index: usize,
    statement: &Statement,
) -> impl Iterator<Item = Entry<'p>> {
    let effect = statement.effect;
    let texts = entries.texts().iter().enumerate();
    texts.map(move |(at, text)| Entry {
        statement: index,
        effect,
        member,
        negated: entries.is_excluding(),
        index: at,
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_shown_in_one_short_line() {
        assert_eq!(shown("pets\n"), "pets\\n");
        assert_eq!(shown(&"é".repeat(100)), "é".repeat(100));
        assert_eq!(shown(&"é".repeat(101)), format!("{}…", "é".repeat(100)));
    }

    #[test]
    fn codes_are_distinct_and_have_a_remedy_in_one_line() {
        let names: std::collections::HashSet<_> =
            LintCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), LintCode::ALL.len());
        for code in LintCode::ALL {
            let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(code.as_str().chars().all(is_kebab), "{code}");
            for text in [code.remedy(), code.meaning()] {
                assert!(!text.is_empty() && !text.contains(['\n', '|']), "{code}");
                assert!(!text.ends_with('.'), "{code}");
            }
        }
    }
}
