//! Reads the value of an identity source from a request.

use std::borrow::Cow;

use super::{IdentitySource, source::Place};
use crate::request::context::{
    AmbiguousCookie, ContextVariable, NotUtf8, RequestContext, cookie_value, is_empty_cookie, text,
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

/// Why the value of a source was not read from one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    Problem(IdentityProblem),
    /// The source has alternatives. They are read by other code, so that they do not slow down the other sources.
    Alternatives,
}

impl From<IdentityProblem> for Unread {
    fn from(problem: IdentityProblem) -> Self {
        Self::Problem(problem)
    }
}

impl IdentitySource {
    /// Reads the value of this source as text.
    pub(crate) fn read<'r>(
        &self,
        request: &'r RequestContext<'_>,
    ) -> Result<Cow<'r, str>, IdentityProblem> {
        text(self.read_bytes(request)?).map_err(|NotUtf8| IdentityProblem::NotUtf8)
    }

    /// Reads the value of this source, which is UTF-8. Takes time linear in the part of the request that it reads.
    pub(crate) fn read_bytes<'r>(
        &self,
        request: &'r RequestContext<'_>,
    ) -> Result<Cow<'r, [u8]>, IdentityProblem> {
        match self.read_one(request) {
            Ok(value) => Ok(value),
            Err(Unread::Problem(problem)) => Err(problem),
            Err(Unread::Alternatives) => match self.first_present(request) {
                Ok((_, value)) => Ok(value),
                Err((_, problem)) => Err(problem),
            },
        }
    }

    /// Reads the value of a source that is a single place.
    #[inline(always)] // Otherwise a hit would pay for a call and for moving the value.
    pub(crate) fn read_one<'r>(
        &self,
        request: &'r RequestContext<'_>,
    ) -> Result<Cow<'r, [u8]>, Unread> {
        let value = match &self.place {
            Place::Header(name) => request.header_bytes(name),
            Place::QueryString(name) => read_query_parameter(request, name)?,
            Place::Cookie(name) => read_cookie(request, name)?,
            Place::StageVariable(name) => read_stage_variable(request, name),
            Place::Context(variable) => read_variable(request, *variable),
            Place::FirstOf(_) => return Err(Unread::Alternatives),
        };
        let Some(value) = value else {
            return Err(IdentityProblem::Missing.into());
        };
        if value.is_empty() && !request.reader.differences.empty_is_a_value {
            return Err(IdentityProblem::Empty.into());
        }
        // Almost all values are ASCII, which is cheaper to check.
        if value.is_ascii() || std::str::from_utf8(&value).is_ok() {
            Ok(value)
        } else {
            Err(IdentityProblem::NotUtf8.into())
        }
    }
}

#[inline(never)] // Keeps this code out of the path of headers.
fn read_query_parameter<'r>(
    request: &'r RequestContext<'_>,
    name: &str,
) -> Result<Option<Cow<'r, [u8]>>, IdentityProblem> {
    let value = request.query_parameter(name);
    let value = value.map_err(|NotUtf8| IdentityProblem::NotUtf8)?;
    Ok(value.map(bytes))
}

/// An empty cookie is a value on no type of API, because API Gateway has no such source that could be recorded.
#[inline(never)] // Keeps this code out of the path of the other sources.
fn read_cookie<'r>(
    request: &'r RequestContext<'_>,
    name: &str,
) -> Result<Option<Cow<'r, [u8]>>, IdentityProblem> {
    match cookie_value(&request.parts.headers, name) {
        Ok(Some(value)) if is_empty_cookie(value) => Err(IdentityProblem::Empty),
        Ok(value) => Ok(value.map(|value| bytes(value.into()))),
        Err(AmbiguousCookie) => Err(IdentityProblem::Ambiguous),
    }
}

#[inline(never)] // Keeps this code out of the path of headers.
fn read_stage_variable<'r>(request: &'r RequestContext<'_>, name: &str) -> Option<Cow<'r, [u8]>> {
    let value = request.api().stage_variables().get(name);
    value.map(|value| bytes(value.into()))
}

#[inline(never)] // Keeps this code out of the path of headers.
fn read_variable<'r>(
    request: &'r RequestContext<'_>,
    variable: ContextVariable,
) -> Option<Cow<'r, [u8]>> {
    request.variable(variable).map(bytes)
}

fn bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}
