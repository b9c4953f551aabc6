//! Displays an explanation for people.

use std::fmt;

use super::{
    ConditionExplanation, EntryExplanation, PartExplanation, PolicyExplanation,
    StatementExplanation,
};
use crate::{effect::Effect, evaluation::Verdict, one_line::OneLine};

/// The number of statements shown that did not decide. The serialized form has all of them.
const OTHERS: usize = 10;

/// The number of entries shown for each part.
const ENTRIES: usize = 5;

impl fmt::Display for PolicyExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Allow => "allowed",
            Verdict::ExplicitDeny => "explicitly denied",
            Verdict::ImplicitDeny => "implicitly denied",
        };
        writeln!(f, "{verdict}: {}", self.reason)?;
        writeln!(f, "action {}", OneLine(&self.action))?;
        writeln!(f, "resource {}", OneLine(&self.resource))?;
        let told = self.deciding_statement.or(self.nearest_miss);
        let (first, others): (Vec<_>, Vec<_>) = self
            .statements
            .iter()
            .partition(|statement| Some(statement.index()) == told);
        for statement in first.iter().chain(others.iter().take(OTHERS)) {
            write!(f, "{statement}")?;
        }
        match others.len().checked_sub(OTHERS) {
            Some(left @ 1..) => writeln!(f, "and {left} more statements"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for StatementExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let effect = match self.effect() {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        let applies = applies(self.applies());
        writeln!(f, "{} {effect}: {applies}", self.title().replace('`', ""))?;
        self.action().fmt(f)?;
        self.resource().fmt(f)?;
        self.conditions()
            .iter()
            .try_for_each(|condition| condition.fmt(f))
    }
}

impl fmt::Display for PartExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}: {}", self.member(), applies(self.applies()))?;
        let entries = self.entries();
        entries
            .iter()
            .take(ENTRIES)
            .try_for_each(|entry| entry.fmt(f))?;
        match entries.len().checked_sub(ENTRIES) {
            Some(left @ 1..) => writeln!(f, "    and {left} more entries"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for EntryExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.matches(), self.remark()) {
            (true, _) => writeln!(f, "    {} matches", OneLine(self.text())),
            (false, Some(remark)) => writeln!(f, "    {remark}"),
            (false, None) => writeln!(f, "    {} does not match", OneLine(self.text())),
        }
    }
}

impl fmt::Display for ConditionExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  Condition: {}", self.sentence())
    }
}

fn applies(applies: bool) -> &'static str {
    if applies { "applies" } else { "does not apply" }
}
