//! What a user should know of a document that can be used.

use tower_lambda_authorizer::openapi::{ApiReport, Guarding, ReportedOperation};

use super::{Document, Selection, in_words_of_the_command};
use crate::output::note;

/// A document that was passed by mistake, or an earlier version, may guard nothing.
pub(crate) const EVERYTHING_IS_OPEN: &str =
    "no operation has an authorizer, so anyone may call each of them";

pub(crate) const CHECK_THE_DOCUMENT: &str = "check that this is the right document";

pub(crate) fn tell_notes(document: &Document, selection: Selection<'_>) {
    let Document::Api(definition) = document else {
        return;
    };
    let file = selection.file();
    for it in definition.notes() {
        note(file, &in_words_of_the_command(it));
    }
    if selection.settings.authorizer.is_none() && is_open(&definition.report()) {
        note(file, &format!("{EVERYTHING_IS_OPEN}; {CHECK_THE_DOCUMENT}"));
    }
}

/// Whether there are operations, and anyone may call each of them.
pub(crate) fn is_open(report: &ApiReport) -> bool {
    let operations = report.operations();
    let is_open = |it: &ReportedOperation| it.guarding() == Guarding::Open;
    !operations.is_empty() && operations.iter().all(is_open)
}
