//! Alternative places of one credential: the first one that the request has counts.

use std::{borrow::Cow, sync::Arc};

use super::{
    IdentitySource,
    read::IdentityProblem,
    source::{Place, Syntax},
};
use crate::{error::ConfigError, request::context::RequestContext};

/// Marks in a key which of the alternatives a value comes from.
const MARKS: &[u8; 10] = b"0123456789";

/// The index and the value of an alternative.
type Present<'r> = (usize, Cow<'r, [u8]>);

/// The mark of the alternative with this index.
pub(crate) fn mark(index: usize) -> &'static [u8] {
    MARKS.get(index..=index).unwrap_or_default()
}

impl IdentitySource {
    /// A credential that may be in one of several places: the value of the first of these sources that the request has.
    /// API Gateway does not have this; there, a request must have all identity sources.
    ///
    /// The order is the order of precedence. The first source that is not missing decides:
    ///
    /// - If it has a usable value, that value is the identity. The authorizer gets it as its
    ///   [`token`](crate::AuthorizerRequest::token) or as one value of its
    ///   [`identity`](crate::AuthorizerRequest::identity), and the other sources do not count.
    /// - If it is empty (on every type of API), not UTF-8 or ambiguous, or if the validation expression does not accept
    ///   it, the request is refused with 401. The next source is not tried.
    ///
    /// If all of them are missing, the source is missing. A result is cached under the value *and* the source that it
    /// comes from, so the same value in another place has a separate result.
    ///
    /// A TOKEN authorizer accepts it as its only source. Use at most one of them in a list of sources, with two to ten
    /// headers, query parameters or cookies.
    ///
    /// # Take the caller from the context
    ///
    /// A request may contain several credentials, of different callers. The layer checks only one. The authorizer must
    /// read that one, with `token` or `identity`, and the service must take the caller from the
    /// [`AuthorizerContext`](crate::AuthorizerContext). If it reads the cookie again, a client can send the header of one
    /// caller with the cookie of another one.
    ///
    /// Browsers also send cookies with requests that another site causes. To treat these differently, the authorizer can
    /// see that the credential is not in the header, because the [`header`](crate::AuthorizerRequest::header) is missing.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use tower_lambda_authorizer::{
    ///     AuthorizerError, AuthorizerResponse, IdentitySource, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
    ///     match request.token() {
    ///         Some("Bearer s3cret" | "s3cret") => Ok(AuthorizerResponse::allow("*")),
    ///         _ => Err(AuthorizerError::unauthorized()),
    ///     }
    /// }))
    /// .identity_sources(IdentitySource::first_of([
    ///     IdentitySource::header("Authorization")?,
    ///     IdentitySource::cookie("session")?,
    /// ])?)?;
    ///
    /// for (name, value, is_allowed) in [
    ///     ("authorization", "Bearer s3cret", true),
    ///     ("cookie", "session=s3cret", true),
    ///     ("cookie", "other=s3cret", false),
    /// ] {
    ///     let request = http::Request::get("/pets").header(name, value).body(()).unwrap();
    ///     assert_eq!(layer.explain(request).await.is_allowed(), is_allowed);
    /// }
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::IdentitySource`] if a source is not a header, a query parameter or a cookie, if one is
    /// given twice, or if there are fewer than two or more than ten.
    pub fn first_of<I>(sources: impl IntoIterator<Item = I>) -> Result<Self, ConfigError>
    where
        I: TryInto<Self>,
        ConfigError: From<I::Error>,
    {
        let sources = sources.into_iter().map(TryInto::try_into);
        let sources = sources.collect::<Result<Vec<Self>, _>>()?;
        let combined = Self::alternatives_of(sources.into());
        match problem(combined.alternatives()) {
            None => Ok(combined),
            Some(problem) => Err(ConfigError::IdentitySource {
                expression: combined.to_string(),
                problem,
            }),
        }
    }

    pub(super) fn alternatives_of(sources: Arc<[Self]>) -> Self {
        let texts: Vec<_> = sources.iter().map(Self::to_string).collect();
        Self {
            expression: texts.join(" else ").into(),
            place: Place::FirstOf(sources),
            syntax: Syntax::Written,
        }
    }

    /// The sources of which the first one that is present counts. Empty for a source with a single place.
    pub(crate) fn alternatives(&self) -> &[Self] {
        match &self.place {
            Place::FirstOf(sources) => sources,
            _ => &[],
        }
    }

    /// The sources that [`first_of`](Self::first_of) has combined, in the order of precedence. Any other source is the
    /// only one.
    #[must_use]
    pub fn places(&self) -> &[Self] {
        match self.alternatives() {
            [] => std::slice::from_ref(self),
            alternatives => alternatives,
        }
    }

    /// The source, or the first one of its alternatives.
    pub(crate) fn leading(&self) -> &Self {
        self.alternatives().first().unwrap_or(self)
    }

    /// The index and the value of the first alternative that is present, or the source that is not usable.
    pub(crate) fn first_present<'r>(
        &self,
        request: &'r RequestContext<'_>,
    ) -> Result<Present<'r>, (&Self, IdentityProblem)> {
        for (index, source) in self.alternatives().iter().enumerate() {
            match source.read_bytes(request) {
                Err(IdentityProblem::Missing) => {}
                Err(problem) => return Err((source, problem)),
                // An empty header is a value on an HTTP API, but the credential may be in the next place.
                Ok(value) if value.is_empty() => return Err((source, IdentityProblem::Empty)),
                Ok(value) => return Ok((index, value)),
            }
        }
        Err((self, IdentityProblem::Missing))
    }
}

fn problem(sources: &[IdentitySource]) -> Option<String> {
    if !(2..=MARKS.len()).contains(&sources.len()) {
        let (given, most) = (sources.len(), MARKS.len());
        return Some(format!(
            "`first_of` takes 2 to {most} sources, and was given {given}"
        ));
    }
    let unsent = sources
        .iter()
        .find(|source| !source.place().is_sent_by_client());
    if let Some(unsent) = unsent {
        return Some(format!(
            "`{unsent}` is not sent by a client; `first_of` takes headers, query parameters and cookies"
        ));
    }
    let mut rest = sources;
    while let [source, others @ ..] = rest {
        if others.iter().any(|other| other.place == source.place) {
            return Some(format!("`{source}` is given twice"));
        }
        rest = others;
    }
    None
}
