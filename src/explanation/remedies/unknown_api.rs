//! Remedies for 403: an entry for some API counts, because the layer does not know its own.

use super::{Case, Remedy};
use crate::{explanation::unknown_api::entry_of_some_api, policy::KnownParts};

pub(super) fn counts_for_any_api(case: &Case<'_>) -> Option<Remedy> {
    let entry = entry_of_some_api(case.circumstances, case.reason)?;
    let api = &*case.circumstances.settings.reader.api;
    let stage = match api.known() {
        KnownParts::Stage | KnownParts::ApiAndStage => api.stage(),
        KnownParts::Nothing => "STAGE",
    };
    Some(Remedy::new(
        "unknown-api",
        format!(
            "the layer still stands for the placeholder, so it cannot tell whether `{entry}` is for its API, and assumes that it \
             is: give the layer its own API with `.api(Api::new(\"REGION\", \"ACCOUNT\", \"API-ID\", \"{stage}\")?)`, or on the \
             command line with `--api arn:aws:execute-api:REGION:ACCOUNT:API-ID/{stage}`"
        ),
    ))
}
