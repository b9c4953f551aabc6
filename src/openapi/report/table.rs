//! A report as a table for people.

use std::fmt;

use super::{ApiReport, Guarding, ReportedOperation, ReportedScheme};
use crate::openapi::quoting::shortened_name;

/// Writes a table, with a summary before it and the notes after it.
impl fmt::Display for ApiReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.operations.len();
        writeln!(
            f,
            "{} with {count} operation{}: {} open, {} guarded here, {} to be checked elsewhere\n",
            self.api_type,
            if count == 1 { "" } else { "s" },
            self.count(Guarding::Open),
            self.count(Guarding::Guarded),
            self.count(Guarding::CheckedElsewhere),
        )?;
        let head = ["operation", "authorizer", "other schemes", "guarding"].map(str::to_owned);
        let mut rows = vec![head];
        rows.extend(self.operations.iter().map(ReportedOperation::row));
        let mut widths = [0; 4];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        for row in &rows {
            let [first, second, third, last] = row;
            let [w1, w2, w3, _] = widths;
            writeln!(f, "{first:w1$}  {second:w2$}  {third:w3$}  {last}")?;
        }
        writeln!(f, "\nall other requests are {}", self.unknown_routes)?;
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        Ok(())
    }
}

impl ApiReport {
    fn count(&self, guarding: Guarding) -> usize {
        let operations = self.operations.iter();
        operations.filter(|it| it.guarding == guarding).count()
    }
}

impl ReportedOperation {
    /// The cells of its row.
    fn row(&self) -> [String; 4] {
        let schemes = self.other_schemes.iter();
        let schemes = schemes.map(|it| format!("{} ({})", shortened_name(&it.name), it.kind));
        let schemes: Vec<_> = schemes.collect();
        let text = |text: Option<String>| text.filter(|it| !it.is_empty()).unwrap_or("-".into());
        [
            shortened_name(&self.operation),
            text(self.authorizer.as_deref().map(shortened_name)),
            text(Some(schemes.join(", "))),
            self.verdict(),
        ]
    }

    fn verdict(&self) -> String {
        let is_open = |scheme: &&ReportedScheme| !scheme.left_unchecked;
        let open = self.other_schemes.iter().filter(is_open);
        let open: Vec<_> = open
            .map(|scheme| format!("`{}`", shortened_name(&scheme.name)))
            .collect();
        let verb = if open.len() == 1 { "is" } else { "are" };
        match (self.guarding, &*open) {
            (Guarding::Open, _) => "OPEN".into(),
            (Guarding::Guarded, []) => "guarded here".into(),
            (Guarding::Guarded, _) => {
                let open = open.join(", ");
                format!("guarded here, but {open} {verb} to be checked elsewhere")
            }
            (Guarding::CheckedElsewhere, []) => "checked elsewhere, as the application says".into(),
            (Guarding::CheckedElsewhere, _) => "to be checked elsewhere".into(),
        }
    }
}
