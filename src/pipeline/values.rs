//! Reads the values of identity sources.

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::{
    decision::DenialReason,
    identity::{IdentityProblem, IdentitySource, Unread, mark},
    request::context::RequestContext,
};

/// The values of identity sources, in their order. They are UTF-8, but only a miss needs them as text.
pub(super) type Values<'r> = SmallVec<[Cow<'r, [u8]>; 2]>;

/// Reads a source that has no alternatives.
pub(super) fn read<'r>(
    source: &IdentitySource,
    request: &'r RequestContext<'_>,
) -> Result<Cow<'r, [u8]>, DenialReason> {
    source
        .read_bytes(request)
        .map_err(|problem| not_read(source, problem))
}

/// Reads the first alternative that is present. Its mark follows the value, so that the same value of another alternative
/// is another identity.
#[cold]
pub(super) fn read_otherwise<'r>(
    source: &IdentitySource,
    unread: Unread,
    request: &'r RequestContext<'_>,
    values: &mut Values<'r>,
) -> Result<(), DenialReason> {
    if let Unread::Problem(problem) = unread {
        return Err(not_read(source, problem));
    }
    let found = source.first_present(request);
    let (index, value) = found.map_err(|(source, problem)| not_read(source, problem))?;
    values.push(value);
    values.push(Cow::Borrowed(mark(index)));
    Ok(())
}

/// The reason of the refusal if a source has no usable value.
#[cold]
fn not_read(source: &IdentitySource, problem: IdentityProblem) -> DenialReason {
    let source = source.clone();
    match problem {
        IdentityProblem::Missing => DenialReason::IdentitySourceMissing { source },
        IdentityProblem::Empty => DenialReason::IdentitySourceEmpty { source },
        IdentityProblem::NotUtf8 => DenialReason::IdentitySourceNotUtf8 { source },
        IdentityProblem::Ambiguous => DenialReason::IdentitySourceAmbiguous { source },
    }
}
