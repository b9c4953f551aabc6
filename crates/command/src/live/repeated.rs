//! Identity sources that a request has twice. REST and WebSocket APIs use the last value. Many servers use the first one:
//! Node.js for `Authorization`, Go for every header. They would trust a value that nobody has judged.

use std::fmt;

use http::{HeaderMap, HeaderName, Request, header::AUTHORIZATION};
use percent_encoding::percent_decode_str;
use tower_lambda_authorizer::ApiType;

use crate::trusted_fields;

/// The identity sources of all authorizers of a document.
#[derive(Default)]
pub(super) struct Once {
    headers: Vec<HeaderName>,
    parameters: Vec<String>,
}

/// What a request has several times.
pub(super) enum Repeated<'o> {
    Header(&'o HeaderName),
    Parameter(&'o str),
}

impl Once {
    pub(super) fn new(api_type: ApiType, sources: impl IntoIterator<Item = String>) -> Self {
        // An HTTP API joins all values, so each of them is judged.
        if api_type == ApiType::Http {
            return Self::default();
        }
        let (mut headers, mut parameters) = (Vec::new(), Vec::new());
        // The layer for a WebSocket API refuses several `Authorization` with API Gateway's own response.
        let is_left = |name: &HeaderName| api_type == ApiType::WebSocket && *name == AUTHORIZATION;
        for source in sources {
            if let Some((_, name)) = source.split_once(".request.header.") {
                let name = name.parse().ok();
                headers.extend(name.filter(|name| is_used_once(name) && !is_left(name)));
            } else if let Some((_, name)) = source.split_once(".request.querystring.") {
                parameters.push(name.to_owned());
            }
        }
        Self {
            headers,
            parameters,
        }
    }

    pub(super) fn repeated<B>(&self, request: &Request<B>) -> Option<Repeated<'_>> {
        let headers = request.headers();
        let mut names = self.headers.iter();
        if let Some(name) = names.find(|name| has_several(headers, name)) {
            return Some(Repeated::Header(name));
        }
        let query = request.uri().query()?;
        let mut names = self.parameters.iter().map(String::as_str);
        names
            .find(|name| {
                parameters(query)
                    .filter(|other| other == name)
                    .nth(1)
                    .is_some()
            })
            .map(Repeated::Parameter)
    }
}

fn has_several(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers.get_all(name).iter().nth(1).is_some()
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

/// The names of all parameters.
fn parameters(query: &str) -> impl Iterator<Item = String> {
    query.split('&').map(|parameter| {
        let (name, _) = parameter.split_once('=').unwrap_or((parameter, ""));
        let name = name.replace('+', " ");
        percent_decode_str(&name).decode_utf8_lossy().into_owned()
    })
}

impl fmt::Display for Repeated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "the request has several headers `{name}`")?,
            Self::Parameter(name) => write!(f, "the query has several parameters `{name}`")?,
        }
        f.write_str(
            ", of which the authorizer gets the last, and some servers use the first; send one",
        )
    }
}
