//! Identity sources that a request has several times.

use http::Request;

use super::{IdentitySource, source::Place};
use crate::request::context::count_parameters;

impl IdentitySource {
    /// Whether the request has several headers or several query parameters with the name of this source; of
    /// [`first_of`](Self::first_of), with one of the names.
    ///
    /// A REST or a WebSocket API uses the last of them, and many servers use the first one. So a proxy in front of such a
    /// server should refuse the request, because the server would trust a value that no authorizer has seen.
    ///
    /// ```
    /// use tower_lambda_authorizer::IdentitySource;
    ///
    /// let source: IdentitySource = "method.request.querystring.key".parse()?;
    /// let is_repeated = |uri| source.is_repeated(&http::Request::get(uri).body(()).unwrap());
    /// assert!(is_repeated("/pets?key=a&%6bey=b"));
    /// assert!(!is_repeated("/pets?key=a"));
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    #[must_use]
    pub fn is_repeated<B>(&self, request: &Request<B>) -> bool {
        self.places().iter().any(|source| match &source.place {
            Place::Header(name) => request.headers().get_all(name).iter().nth(1).is_some(),
            Place::QueryString(name) => {
                let query = request.uri().query().unwrap_or_default();
                count_parameters(query, name) > 1
            }
            Place::Cookie(_) | Place::StageVariable(_) | Place::Context(_) | Place::FirstOf(_) => {
                false
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_the_layer_reads_it() {
        let request = Request::get("/?a=1&a=2&%62=1&b=2&C=1&c=2&d")
            .header("x", "1")
            .header("X", "2")
            .header("y", "1")
            .header("cookie", "s=1")
            .header("cookie", "s=2")
            .body(())
            .unwrap();
        for (expression, is_repeated) in [
            ("method.request.header.X", true),
            ("method.request.header.Y", false),
            ("method.request.header.Z", false),
            ("method.request.querystring.a", true),
            ("$request.querystring.b", true),
            ("method.request.querystring.c", false),
            ("method.request.querystring.d", false),
            ("method.request.cookie.s", false),
            ("context.path", false),
        ] {
            let source: IdentitySource = expression.parse().unwrap();
            assert_eq!(source.is_repeated(&request), is_repeated, "{expression}");
        }
        let of = |expressions: [&str; 2]| IdentitySource::first_of(expressions).unwrap();
        let (x, y, z) = (
            "method.request.header.X",
            "method.request.header.Y",
            "method.request.header.Z",
        );
        assert!(of([y, x]).is_repeated(&request));
        assert!(!of([y, z]).is_repeated(&request));
    }
}
