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

/// Reads the value of an only source. Returns it if it is in the request as it is. Otherwise it is in the list.
#[inline(always)] // Otherwise a hit would pay for a call.
pub(super) fn read_single<'r>(
    source: &IdentitySource,
    request: &'r RequestContext<'_>,
    list: &mut Values<'r>,
) -> Result<Option<&'r [u8]>, DenialReason> {
    match source.read_one(request) {
        Ok(Cow::Borrowed(value)) => return Ok(Some(value)),
        Ok(value) => list.push(value),
        Err(unread) => read_otherwise(source, unread, request, list)?,
    }
    Ok(None)
}

/// Reads the values of several sources into the list.
#[inline(never)] // A hit with one source does not pay for it.
pub(super) fn read_several<'r>(
    sources: &[IdentitySource],
    request: &'r RequestContext<'_>,
    list: &mut Values<'r>,
) -> Result<(), DenialReason> {
    for source in sources {
        match source.read_one(request) {
            Ok(value) => list.push(value),
            Err(unread) => read_otherwise(source, unread, request, list)?,
        }
    }
    Ok(())
}

/// Reads the first alternative that is present. Its mark follows the value, so that the same value of another alternative
/// is another identity.
#[cold]
fn read_otherwise<'r>(
    source: &IdentitySource,
    unread: Unread,
    request: &'r RequestContext<'_>,
    list: &mut Values<'r>,
) -> Result<(), DenialReason> {
    if let Unread::Problem(problem) = unread {
        return Err(not_read(source, problem));
    }
    let found = source.first_present(request);
    let (index, value) = found.map_err(|(source, problem)| not_read(source, problem))?;
    list.push(value);
    list.push(Cow::Borrowed(mark(index)));
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
