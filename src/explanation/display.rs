//! The explanation as text for people: one line for each step.

use std::fmt;

use super::{Explanation, FoundIdentity, SourceExplanation};
use crate::policy::OneLine;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.response {
            Some(response) => {
                let status = response.status().as_u16();
                write!(f, "{} {status}: ", response.response_type())?;
            }
            None => f.write_str("allowed: ")?,
        }
        writeln!(f, "{}", OneLine(&self.reason))?;
        if self.shadow {
            line(
                f,
                "shadow",
                &"the layer is in shadow, and lets every request through",
            )?;
        }
        line(f, "request", &OneLine(&self.method_arn))?;
        if self.identity.is_empty() {
            line(f, "identity", &"no identity source is read")?;
        }
        let first = std::iter::once("identity").chain(std::iter::repeat(""));
        for (label, source) in first.zip(&self.identity) {
            line(f, label, source)?;
        }
        if let Some(validation) = &self.validation_expression {
            let matches = if validation.matches() {
                "matches"
            } else {
                "does not match"
            };
            let expression = OneLine(validation.expression());
            line(
                f,
                "expression",
                &format_args!("the token {matches} `{expression}`"),
            )?;
        }
        line(f, "cache", &self.cache)?;
        match &self.authorizer_name {
            None => line(f, "authorizer", &self.authorizer)?,
            Some(name) => {
                let name = OneLine(name);
                let named = format_args!("`{name}`: {}", self.authorizer);
                line(f, "authorizer", &named)?;
            }
        }
        if let Some(policy) = &self.policy {
            line(f, "policy", &OneLine(policy.reason()))?;
        }
        if let Some(response) = &self.response {
            line(f, "response", response)?;
        }
        let first = std::iter::once("to do").chain(std::iter::repeat(""));
        for (label, remedy) in first.zip(&self.remedies) {
            line(f, label, &OneLine(remedy.text()))?;
        }
        Ok(())
    }
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
