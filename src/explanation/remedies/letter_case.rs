//! Remedies for requests that a layer decides differently if it ignores the case of letters.

use super::{Case, Circumstances, Remedy};
use crate::{
    decision::DenialReason,
    request::path::{AmbiguousPaths, PathAmbiguity},
};

/// Such a layer refuses a request that the service may serve if it compares case.
pub(super) fn ignored(case: &Case<'_>) -> Option<Remedy> {
    let what = match case.reason {
        DenialReason::AmbiguousPath {
            ambiguity: PathAmbiguity::Case,
        } => "the document has this path in another case of its letters",
        DenialReason::ExplicitDeny { .. } | DenialReason::ImplicitDeny { .. }
            if is_refused_for_case(case.circumstances) =>
        {
            "the policy excludes this path only in another case of its letters"
        }
        _ => return None,
    };
    Some(Remedy::new(
        "case-ignored",
        format!(
            "{what}, and the layer ignores case (`AmbiguousPaths::IgnoreCase`, `--ignore-case`): if the service behind \
             it compares case, leave that setting out"
        ),
    ))
}

fn is_refused_for_case(circumstances: &Circumstances) -> bool {
    circumstances.settings.ambiguous_paths.ignore_case()
        && circumstances.is_allowed_if(AmbiguousPaths::Refuse)
}

/// Another layer lets a request through that the service may serve as one that the policy excludes.
pub(super) fn counts(circumstances: &Circumstances) -> Option<Remedy> {
    let is_let_through = circumstances.settings.ambiguous_paths == AmbiguousPaths::Refuse
        && circumstances.policy().is_some()
        && !circumstances.is_allowed_if(AmbiguousPaths::IgnoreCase);
    is_let_through.then(|| counting("the policy excludes this path"))
}

/// The same for an operation without an authorizer.
#[cfg(feature = "openapi")]
pub(in crate::explanation) fn guarded_in_another_case() -> Remedy {
    counting("the document guards this path")
}

fn counting(what: &str) -> Remedy {
    Remedy::new(
        "case-counts",
        format!(
            "{what} in another case of its letters, and for the layer that is another path: if the service behind it \
             ignores case, as Express does by default, set `ambiguous_paths(AmbiguousPaths::IgnoreCase)` (`--ignore-case`)"
        ),
    )
}
