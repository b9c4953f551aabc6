//! A mistake, with its place and its remedy.

use std::fmt;

use serde::Serialize;
use tower_lambda_authorizer::policy::{self, LintCode};

use crate::{
    failure::{in_one_line, name},
    style::{BAD, DOUBTFUL, PLAIN},
};

/// What findings of one kind have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    /// What was found, in general.
    pub(super) meaning: &'static str,
    /// What to do. Empty if each message says it.
    pub(super) remedy: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Severity {
    Error,
    Warning,
    Suggestion,
    /// To know, and nothing to do.
    Note,
}

#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) rule: Rule,
    pub(super) file: String,
    /// The place in the file. It may be empty.
    pub(super) place: String,
    pub(super) message: String,
    /// Counted from one, if it is known.
    pub(super) line: Option<usize>,
}

impl Finding {
    pub(super) fn new(rule: &Rule, file: &str, place: &str, message: impl fmt::Display) -> Self {
        Self {
            rule: *rule,
            file: name(file).to_owned(),
            place: in_one_line(place),
            message: in_one_line(message),
            line: None,
        }
    }

    pub(super) fn at(self, line: Option<usize>) -> Self {
        Self { line, ..self }
    }

    pub(super) fn of_policy(file: &str, place: &str, finding: &policy::Finding) -> Self {
        let place = match (place, finding.path()) {
            ("", path) => path.to_owned(),
            (place, path) => format!("{place} {path}"),
        };
        let rule = Rule::from(finding.code());
        Self::new(&rule, file, &place, finding.message())
    }

    pub(super) fn fails_a_build(&self) -> bool {
        matches!(self.rule.severity, Severity::Error | Severity::Warning)
    }

    /// The message and what to do.
    pub(super) fn advice(&self) -> String {
        match self.rule.remedy {
            "" => self.message.clone(),
            remedy => format!("{}; {remedy}", self.message),
        }
    }

    /// The line of a report, which begins with the place as compilers write it.
    pub(super) fn written(&self) -> String {
        let style = match self.rule.severity {
            Severity::Error => BAD,
            Severity::Warning => DOUBTFUL,
            Severity::Suggestion | Severity::Note => PLAIN,
        };
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        let place = match self.place.as_str() {
            "" => "",
            place => &format!(" {place}"),
        };
        let Rule { severity, code, .. } = self.rule;
        format!(
            "{}{line}: {style}{severity}[{code}]{style:#}{place}: {}\n",
            self.file,
            self.advice()
        )
    }
}

impl From<LintCode> for Rule {
    fn from(code: LintCode) -> Self {
        Self {
            code: code.as_str(),
            severity: code.severity().into(),
            meaning: code.meaning(),
            remedy: code.remedy(),
        }
    }
}

impl From<policy::Severity> for Severity {
    fn from(severity: policy::Severity) -> Self {
        match severity {
            policy::Severity::Error => Self::Error,
            policy::Severity::Suggestion => Self::Suggestion,
            _ => Self::Warning,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Suggestion => "suggestion",
            Self::Note => "note",
        })
    }
}

/// The members that a policy's finding has in the library, with the file.
impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut members = serializer.serialize_struct("Finding", 7)?;
        members.serialize_field("file", &self.file)?;
        members.serialize_field("line", &self.line)?;
        members.serialize_field("code", self.rule.code)?;
        members.serialize_field("severity", &self.rule.severity)?;
        members.serialize_field("path", &self.place)?;
        members.serialize_field("message", &self.message)?;
        members.serialize_field("remedy", self.rule.remedy)?;
        members.end()
    }
}
