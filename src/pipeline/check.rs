//! What is checked before the authorizer is asked: the identity sources and the path.

use std::borrow::Cow;

use smallvec::{SmallVec, smallvec};

use super::target::{OtherSpellings, check_target};
use crate::{
    context::RequestContext,
    decision::DenialReason,
    identity::{IdentityProblem, IdentitySource},
    settings::AuthorizerKind,
};

/// A request that may be put to the authorizer.
pub(crate) struct Checked<'r> {
    /// The values of the identity sources, in their order.
    pub(crate) identity: SmallVec<[Cow<'r, str>; 2]>,
    pub(crate) other_spellings: OtherSpellings,
}

/// Checks what can be checked without the authorizer.
pub(crate) fn check<'r>(request: &'r RequestContext<'_>) -> Result<Checked<'r>, DenialReason> {
    Ok(Checked {
        identity: read_identity(&request.settings.kind, request)?,
        other_spellings: check_target(request)?,
    })
}

fn read_identity<'r>(
    kind: &AuthorizerKind,
    request: &'r RequestContext<'_>,
) -> Result<SmallVec<[Cow<'r, str>; 2]>, DenialReason> {
    match kind {
        AuthorizerKind::Token { source, expression } => {
            let token = read(source, request)?;
            if expression
                .as_ref()
                .is_some_and(|expression| !expression.accepts(&token))
            {
                let source = source.clone();
                return Err(DenialReason::RefusedByValidationExpression { source });
            }
            Ok(smallvec![token])
        }
        AuthorizerKind::Request { sources } => {
            sources.iter().map(|source| read(source, request)).collect()
        }
    }
}

fn read<'r>(
    source: &IdentitySource,
    request: &'r RequestContext<'_>,
) -> Result<Cow<'r, str>, DenialReason> {
    source.read(request).map_err(|problem| {
        let source = source.clone();
        match problem {
            IdentityProblem::Missing => DenialReason::IdentitySourceMissing { source },
            IdentityProblem::Empty => DenialReason::IdentitySourceEmpty { source },
            IdentityProblem::NotUtf8 => DenialReason::IdentitySourceNotUtf8 { source },
        }
    })
}
