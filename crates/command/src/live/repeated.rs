//! Identity sources that a request has twice. REST and WebSocket APIs use the last value. Many servers use the first one:
//! Node.js for `Authorization`, Go for every header. They would trust a value that nobody has judged.

use std::fmt;

use http::{HeaderMap, HeaderName, Request, header::AUTHORIZATION};
use tower_lambda_authorizer::{IdentitySource, observing::LayerConfiguration};

use super::parameters::Parameter;
use crate::trusted_fields;

/// The identity sources that a request may have only once.
#[derive(Default)]
pub(super) struct SentOnce {
    headers: Vec<HeaderName>,
    parameters: Vec<Parameter>,
}

/// What a request has several times.
pub(super) enum Repeated<'s> {
    Header(&'s HeaderName),
    Parameter(&'s str),
}

impl SentOnce {
    /// Takes all authorizers of a document.
    pub(super) fn new(authorizers: &[LayerConfiguration]) -> Self {
        let mut sent_once = Self::default();
        for authorizer in authorizers {
            let sources = authorizer.identity_sources().iter();
            for source in sources.flat_map(IdentitySource::places) {
                let header = source.header_name().cloned();
                let header = header.filter(|name| is_sent_once(name, authorizer));
                sent_once.headers.extend(header);
                let parameter = source.query_parameter_name().map(|name| {
                    let may_be_repeated = authorizer.joins_repeated_parameters();
                    Parameter::new(name, may_be_repeated)
                });
                sent_once.parameters.extend(parameter);
            }
        }
        sent_once
    }

    pub(super) fn repeated<B>(&self, request: &Request<B>) -> Option<Repeated<'_>> {
        let headers = request.headers();
        let mut names = self.headers.iter();
        if let Some(name) = names.find(|name| has_several(headers, name)) {
            return Some(Repeated::Header(name));
        }
        let query = request.uri().query()?;
        let mut parameters = self.parameters.iter();
        let parameter = parameters.find(|parameter| parameter.has_several(query))?;
        Some(Repeated::Parameter(parameter.name()))
    }
}

fn has_several(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers.get_all(name).iter().nth(1).is_some()
}

/// Whether a second line of this identity source could have a value that nobody has judged.
fn is_sent_once(name: &HeaderName, authorizer: &LayerConfiguration) -> bool {
    // The layer answers this one with API Gateway's own response.
    let is_refused = *name == AUTHORIZATION && authorizer.refuses_repeated_authorization();
    !authorizer.joins_repeated_headers() && !is_refused && !is_joined_by_servers(name)
}

/// Guards and servers join the lines of these. Each proxy may add a line to `X-Forwarded-For`.
fn is_joined_by_servers(name: &HeaderName) -> bool {
    const JOINED: [&str; 3] = [
        "cookie",
        "sec-websocket-extensions",
        "sec-websocket-protocol",
    ];
    JOINED.contains(&name.as_str()) || trusted_fields::contains(name.as_str())
}

impl fmt::Display for Repeated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(
                f,
                "the request has several headers `{name}`, of which the authorizer gets the last, and some servers use the \
                 first; send one"
            ),
            Self::Parameter(name) => write!(
                f,
                "the query has several parameters `{name}`, or others that some servers take for it, and the server may use \
                 another one than the authorizer gets; send one"
            ),
        }
    }
}
