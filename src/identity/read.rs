//! Reads the value of an identity source from a request.

use std::borrow::Cow;

use super::{IdentitySource, source::Place};
use crate::request::context::{
    AmbiguousCookie, NotUtf8, RequestContext, cookie_value, is_empty_cookie,
};

/// Why a request has no usable value for an identity source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdentityProblem {
    Missing,
    Empty,
    NotUtf8,
    /// Two programs could read different values.
    Ambiguous,
}

impl IdentitySource {
    /// Reads the value of this source. Takes time linear in the part of the request that it reads.
    pub(crate) fn read<'r>(
        &self,
        request: &'r RequestContext<'_>,
    ) -> Result<Cow<'r, str>, IdentityProblem> {
        let value = match &self.place {
            Place::Header(name) => request
                .header(name)
                .map_err(|NotUtf8| IdentityProblem::NotUtf8)?,
            Place::QueryString(name) => request
                .query_parameter(name)
                .map_err(|NotUtf8| IdentityProblem::NotUtf8)?,
            Place::Cookie(name) => return read_cookie(request, name),
            Place::StageVariable(name) => {
                let variables = request.api().stage_variables();
                variables.get(&**name).map(Into::into)
            }
            Place::Context(variable) => request.variable(*variable),
        };
        let value = value.ok_or(IdentityProblem::Missing)?;
        if value.is_empty() && !request.reader.differences.empty_is_a_value {
            return Err(IdentityProblem::Empty);
        }
        Ok(value)
    }
}

/// An empty cookie is a value on no type of API, because API Gateway has no such source that could be recorded.
#[inline(never)] // Keeps this code out of the path of the other sources.
fn read_cookie<'r>(
    request: &'r RequestContext<'_>,
    name: &str,
) -> Result<Cow<'r, str>, IdentityProblem> {
    match cookie_value(&request.parts.headers, name) {
        Ok(Some(value)) if is_empty_cookie(value) => Err(IdentityProblem::Empty),
        Ok(Some(value)) => Ok(value.into()),
        Ok(None) => Err(IdentityProblem::Missing),
        Err(AmbiguousCookie) => Err(IdentityProblem::Ambiguous),
    }
}
