//! Identity sources that a request has twice. REST and WebSocket APIs use the last value. Many servers use the first one:
//! Node.js for `Authorization`, Go for every header. They would trust a value that nobody has judged.

use std::fmt;

use http::{HeaderName, Request, header::AUTHORIZATION};
use tower_lambda_authorizer::{ApiType, IdentitySource};

use crate::trusted_fields;

/// The identity sources that a request may have only once.
#[derive(Default)]
pub(super) struct SentOnce(Vec<IdentitySource>);

/// What a request has several times.
pub(super) struct Repeated<'s>(&'s IdentitySource);

impl SentOnce {
    /// Takes the identity sources of all authorizers of a document.
    pub(super) fn new(
        api_type: ApiType,
        sources: impl IntoIterator<Item = IdentitySource>,
    ) -> Self {
        // An HTTP API joins all values, so each of them is judged.
        if api_type == ApiType::Http {
            return Self::default();
        }
        // The layer for a WebSocket API refuses several `Authorization` with API Gateway's own response.
        let is_left = |name: &HeaderName| api_type == ApiType::WebSocket && *name == AUTHORIZATION;
        let counts = |source: &IdentitySource| {
            let header = source.header();
            header.is_none_or(|name| is_used_once(name) && !is_left(name))
        };
        let places = sources
            .into_iter()
            .flat_map(|source| source.places().to_vec());
        Self(places.filter(counts).collect())
    }

    pub(super) fn repeated<B>(&self, request: &Request<B>) -> Option<Repeated<'_>> {
        let mut sources = self.0.iter();
        sources
            .find(|source| source.is_repeated(request))
            .map(Repeated)
    }
}

/// The lines of these are joined, by the guard and by servers. Each proxy may add a line to `X-Forwarded-For`.
fn is_used_once(name: &HeaderName) -> bool {
    const JOINED: [&str; 3] = [
        "cookie",
        "sec-websocket-extensions",
        "sec-websocket-protocol",
    ];
    !JOINED.contains(&name.as_str()) && !trusted_fields::contains(name.as_str())
}

impl fmt::Display for Repeated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.0.header() {
            write!(f, "the request has several headers `{name}`")?;
        }
        if let Some(name) = self.0.query_parameter() {
            write!(f, "the query has several parameters `{name}`")?;
        }
        f.write_str(
            ", of which the authorizer gets the last, and some servers use the first; send one",
        )
    }
}
