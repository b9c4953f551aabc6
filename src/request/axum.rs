//! What axum knows of a request.

use std::net::SocketAddr;

use axum::extract::{
    ConnectInfo, FromRequestParts, MatchedPath, OriginalUri, RawPathParams,
    connect_info::MockConnectInfo,
};
use futures_util::FutureExt;
use http::{Uri, request::Parts};

use crate::request::resource::{DEFAULT_ROUTE_KEY, ResourceMatch};

/// What axum has left in the request's extensions: the matched path, its parameters, and the URI as it
/// was before a nested router cut off its part.
pub(crate) fn resource_match(parts: &mut Parts) -> ResourceMatch {
    let mut matched = ResourceMatch::new();
    let path = parts.extensions.get::<MatchedPath>();
    let original = parts.extensions.get::<OriginalUri>();
    if let Some(path) = path {
        matched = matched.with_resource(resource(path.as_str()));
    }
    if let Some(OriginalUri(uri)) = original {
        matched = matched.with_original_uri(uri.clone());
        // Each router leaves the URI before it looks for a route. So one has looked, and found none: a fallback, or
        // `nest_service`. Around all routers nothing is known, and then no route may be named.
        if path.is_none() {
            matched = matched.with_route_key(DEFAULT_ROUTE_KEY);
        }
    }
    // This extractor awaits nothing, so it is ready at once.
    let parameters = RawPathParams::from_request_parts(parts, &()).now_or_never();
    if let Some(Ok(parameters)) = parameters {
        for (name, value) in &parameters {
            matched = matched.with_path_parameter(name, value);
        }
    }
    matched
}

/// A matched path as API Gateway writes it: `{*rest}` is `{rest+}`. `{{` is a brace that stands for itself.
fn resource(mut path: &str) -> String {
    let mut resource = String::with_capacity(path.len());
    while let Some((before, braced)) = path.find('{').map(|at| path.split_at(at)) {
        resource.push_str(before);
        let greedy = braced.strip_prefix("{*");
        path = match greedy.and_then(|greedy| greedy.split_once('}')) {
            Some((name, behind)) => {
                resource.extend(["{", name, "+}"]);
                behind
            }
            None => {
                let (brace, behind) = braced.split_at(if braced.starts_with("{{") { 2 } else { 1 });
                resource.push_str(brace);
                behind
            }
        };
    }
    resource.push_str(path);
    resource
}

/// The URI as it was before a nested router cut off its part.
pub(crate) fn original_uri(parts: &Parts) -> &Uri {
    let original = parts.extensions.get::<OriginalUri>();
    original.map_or(&parts.uri, |OriginalUri(uri)| uri)
}

/// The peer's address, where the server was made with connect info.
pub(crate) fn connect_info(parts: &Parts) -> Option<SocketAddr> {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let mock = || parts.extensions.get::<MockConnectInfo<SocketAddr>>();
    info.map(|ConnectInfo(address)| *address)
        .or_else(|| mock().map(|MockConnectInfo(address)| *address))
}

/// As a server that was made with connect info leaves it.
#[cfg(feature = "testing")]
pub(crate) fn set_connect_info(extensions: &mut http::Extensions, address: SocketAddr) {
    extensions.insert(ConnectInfo(address));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_greedy_parameter_is_written_differently() {
        for (path, expected) in [
            ("/", "/"),
            ("/pets/{petId}", "/pets/{petId}"),
            ("/files/{*rest}", "/files/{rest+}"),
            ("/{tenant}/files/{*rest}", "/{tenant}/files/{rest+}"),
            // A router as the service of a greedy route.
            ("/{*rest}/pets/{id}", "/{rest+}/pets/{id}"),
            ("/{{*rest}}", "/{{*rest}}"),
            ("/{{{*rest}", "/{{{rest+}"),
            ("/*rest", "/*rest"),
            ("/{é}/{*ü}", "/{é}/{ü+}"),
        ] {
            assert_eq!(resource(path), expected);
        }
    }
}
