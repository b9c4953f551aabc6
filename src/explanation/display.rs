//! The explanation as text for people: one line for each step.

use std::{fmt, iter};

use super::{Explanation, FoundIdentity, SourceExplanation};
use crate::policy::OneLine;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_result(f)?;
        if self.shadow {
            let text = "the layer is in shadow, and lets every request through";
            line(f, "shadow", &text)?;
        }
        line(f, "request", &OneLine(&self.method_arn))?;
        self.write_identity(f)?;
        line(f, "cache", &self.cache)?;
        self.write_authorizer(f)?;
        if let Some(policy) = &self.policy {
            line(f, "policy", &OneLine(policy.reason()))?;
        }
        if let Some(response) = &self.response {
            line(f, "response", response)?;
        }
        let remedies = self.remedies.iter().map(|remedy| OneLine(remedy.text()));
        lines(f, "to do", remedies)
    }
}

impl Explanation {
    fn write_result(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.response {
            Some(response) => {
                let status = response.status().as_u16();
                write!(f, "{} {status}: ", response.response_type())?;
            }
            None => f.write_str("allowed: ")?,
        }
        writeln!(f, "{}", OneLine(&self.reason))
    }

    fn write_identity(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.identity.is_empty() {
            line(f, "identity", &"no identity source is read")?;
        }
        lines(f, "identity", &self.identity)?;
        let Some(validation) = &self.validation_expression else {
            return Ok(());
        };
        let matches = if validation.matches() {
            "matches"
        } else {
            "does not match"
        };
        let expression = OneLine(validation.expression());
        let text = format_args!("the token {matches} `{expression}`");
        line(f, "expression", &text)
    }

    fn write_authorizer(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.authorizer_name {
            None => line(f, "authorizer", &self.authorizer),
            Some(name) => {
                let name = OneLine(name);
                let named = format_args!("`{name}`: {}", self.authorizer);
                line(f, "authorizer", &named)
            }
        }
    }
}

/// Writes a line for each value. Only the first one has the label.
fn lines<V: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    label: &str,
    values: impl IntoIterator<Item = V>,
) -> fmt::Result {
    let labels = iter::once(label).chain(iter::repeat(""));
    let mut labelled = labels.zip(values);
    labelled.try_for_each(|(label, value)| line(f, label, &value))
}

fn line(f: &mut fmt::Formatter<'_>, label: &str, value: &dyn fmt::Display) -> fmt::Result {
    writeln!(f, "  {label:<11} {value}")
}

impl fmt::Display for SourceExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = match self.found() {
            FoundIdentity::Present => "is present",
            FoundIdentity::Missing => "is missing",
            FoundIdentity::Empty => "is empty",
            FoundIdentity::NotUtf8 => "is not UTF-8",
            FoundIdentity::Ambiguous => "can be read in two ways",
        };
        write!(f, "`{}` {found}", self.source())
    }
}
