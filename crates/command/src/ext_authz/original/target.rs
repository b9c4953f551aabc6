//! Where a request goes.

use envoy_types::pb::envoy::service::auth::v3::attribute_context::HttpRequest;
use http::{Uri, uri::PathAndQuery};

use super::Undecided;

/// Reads the path and its query. A URL with a host, `*`, and the target of `CONNECT` are not paths.
pub(super) fn target(http: &HttpRequest) -> Result<Uri, Undecided> {
    if !http.query.is_empty() || !http.fragment.is_empty() {
        // Envoy leaves both empty. Another program may mean that they belong to the path.
        return Err(Undecided::BadCheck(
            "the check has a `query` or a `fragment`; the query belongs into `path`",
        ));
    }
    let path = http.path.as_str();
    if !path.starts_with('/') {
        return Err(Undecided::BadRequest(
            "the path does not begin with a slash",
        ));
    }
    let unusable = |_| Undecided::BadRequest("the path has characters that no path has");
    let parsed = PathAndQuery::try_from(path).map_err(unusable)?;
    // The parser drops a fragment. The server behind Envoy may read it as a part of the path.
    if parsed.as_str() == path {
        Ok(Uri::from(parsed))
    } else {
        Err(Undecided::BadRequest("the path has a fragment"))
    }
}
