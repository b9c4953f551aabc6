//! Which identity sources a request has a value for.

use serde::Serialize;

use super::Circumstances;
use crate::{
    identity::{IdentityProblem, IdentitySource},
    request::context::RequestContext,
};

/// Whether a request has a value for one identity source. The value itself is never shown.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::Request;
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, explanations::FoundIdentity,
/// };
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///     Ok(AuthorizerResponse::allow("*"))
/// }));
/// let why = layer.explain(Request::get("/pets").header("authorization", "").body(())?).await;
/// let source = &why.identity()[0];
/// assert_eq!(source.source(), "method.request.header.Authorization");
/// assert_eq!(source.found(), FoundIdentity::Empty);
/// # Ok::<(), http::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceExplanation {
    source: String,
    found: FoundIdentity,
}

/// Whether a request contains an identity source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum FoundIdentity {
    /// It is present.
    Present,
    /// It is missing.
    Missing,
    /// It is present but empty.
    Empty,
    /// It is present but not UTF-8.
    NotUtf8,
    /// It is present but can be read in more than one way.
    Ambiguous,
}

/// Whether the token matches the identity validation expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidationExplanation {
    expression: String,
    matches: bool,
}

impl SourceExplanation {
    /// The source's expression, such as `method.request.header.Authorization`.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the request contains it.
    #[must_use]
    pub fn found(&self) -> FoundIdentity {
        self.found
    }
}

impl ValidationExplanation {
    /// The expression as it was configured.
    #[must_use]
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// Whether the token matches the expression.
    #[must_use]
    pub fn matches(&self) -> bool {
        self.matches
    }
}

pub(super) fn sources(circumstances: &Circumstances) -> Vec<SourceExplanation> {
    circumstances.with_request(|request| {
        let sources = circumstances.settings.kind.sources().iter();
        let explained = sources.flat_map(|source| match source.alternatives() {
            [] => vec![explained(source, request)],
            alternatives => up_to_the_first(alternatives, request),
        });
        explained.collect()
    })
}

fn explained(source: &IdentitySource, request: &RequestContext<'_>) -> SourceExplanation {
    SourceExplanation {
        source: source.to_string(),
        found: match source.read(request) {
            Ok(_) => FoundIdentity::Present,
            Err(IdentityProblem::Missing) => FoundIdentity::Missing,
            Err(IdentityProblem::Empty) => FoundIdentity::Empty,
            Err(IdentityProblem::NotUtf8) => FoundIdentity::NotUtf8,
            Err(IdentityProblem::Ambiguous) => FoundIdentity::Ambiguous,
        },
    }
}

/// The alternatives up to the first one that is not missing, which decides.
fn up_to_the_first(
    alternatives: &[IdentitySource],
    request: &RequestContext<'_>,
) -> Vec<SourceExplanation> {
    let mut found = Vec::new();
    for source in alternatives {
        found.push(explained(source, request));
        if source.read(request) != Err(IdentityProblem::Missing) {
            break;
        }
    }
    found
}

pub(super) fn validation(circumstances: &Circumstances) -> Option<ValidationExplanation> {
    let kind = &circumstances.settings.kind;
    let expression = kind.expression()?;
    circumstances.with_request(|request| {
        let token = kind.sources().iter().next()?.read(request).ok()?;
        Some(ValidationExplanation {
            expression: expression.text().to_owned(),
            matches: expression.accepts(&token),
        })
    })
}
