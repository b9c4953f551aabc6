//! Remedies for 403: an entry for some API counts, because the layer does not know its own.

use super::{Case, Remedy};
use crate::{
    explanation::unknown_api::{EntryOfSomeApi, entry_of_some_api},
    policy::KnownParts,
};

pub(super) fn counts_for_any_api(case: &Case<'_>) -> Option<Remedy> {
    let EntryOfSomeApi { text: entry, stage } = entry_of_some_api(case.circumstances, case.reason)?;
    let api = &*case.circumstances.settings.reader.api;
    let (why, or_stage) = match stage {
        None => (
            format!("it cannot tell whether `{entry}` is for its API, and assumes that it is"),
            "",
        ),
        Some(stage) => (
            format!("its stage may be `{stage}`, in which `{entry}` covers this request"),
            ", or only the stage with `.api(Api::default().with_stage(\"STAGE\")?)`",
        ),
    };
    let stage = match api.known() {
        KnownParts::Stage | KnownParts::ApiAndStage => api.stage(),
        KnownParts::Nothing => "STAGE",
    };
    Some(Remedy::new(
        "unknown-api",
        format!(
            "the layer has no API yet, so {why}: give the layer its own API with \
             `.api(Api::new(\"REGION\", \"ACCOUNT\", \"API-ID\", \"{stage}\")?)`{or_stage}, or on the command line with `--api \
             arn:aws:execute-api:REGION:ACCOUNT:API-ID/{stage}`"
        ),
    ))
}
