//! Writes a request as the columns of a line.

use http::{HeaderName, Request};

use super::cells::written;

/// All columns but the outcome.
pub(crate) struct Columns {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) token: String,
    /// Headers other than the token, separated by spaces.
    pub(crate) headers: String,
}

impl Columns {
    pub(crate) fn of(request: &Request<()>, token_header: &HeaderName) -> Self {
        let text =
            |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let mut tokens = request.headers().get_all(token_header).iter();
        // The column has one value. If the header is repeated, all its values are columns with its name.
        let token = match (tokens.next(), tokens.next()) {
            (Some(token), None) => Some(token),
            _ => None,
        };
        let headers = request.headers().iter();
        let headers = headers.filter(|(name, _)| token.is_none() || *name != token_header);
        let headers: Vec<_> = headers
            .map(|(name, value)| written(&format!("{name}: {}", text(value))).into_owned())
            .collect();
        Self {
            method: request.method().to_string(),
            path: request.uri().to_string(),
            token: token.map_or_else(
                || "-".to_owned(),
                |token| written(&text(token)).into_owned(),
            ),
            headers: headers.join(" "),
        }
    }
}
