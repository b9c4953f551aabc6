//! Reads what axum stores in a request's extensions.

use std::net::SocketAddr;

use axum::extract::{
    ConnectInfo, FromRequestParts, MatchedPath, OriginalUri, RawPathParams,
    connect_info::MockConnectInfo,
};
use futures_util::FutureExt;
use http::{Uri, request::Parts};

use crate::request::resource::{DEFAULT_ROUTE_KEY, ResourceMatch};

/// Reads the matched path, its parameters and the original URI, which nested routers shorten.
pub(crate) fn resource_match(parts: &mut Parts) -> ResourceMatch {
    let mut matched = ResourceMatch::new();
    if !is_routed(parts) {
        return matched;
    }
    let path = parts.extensions.get::<MatchedPath>();
    let original = parts.extensions.get::<OriginalUri>();
    if let Some(path) = path {
        matched = matched.with_resource(resource(path.as_str()));
    }
    if let Some(OriginalUri(uri)) = original {
        matched = matched.with_original_uri(uri.clone());
        // Each router stores the URI before it looks for a route. So a router has looked and found none: this is a
        // fallback or `nest_service`. Around all routers there is no stored URI, and the route is not known.
        if path.is_none() {
            matched = matched.with_route_key(DEFAULT_ROUTE_KEY);
        }
    }
    // This extractor awaits nothing, so its future is ready immediately.
    let parameters = RawPathParams::from_request_parts(parts, &()).now_or_never();
    if let Some(Ok(parameters)) = parameters {
        for (name, value) in &parameters {
            matched = matched.with_path_parameter(name, value);
        }
    }
    matched
}

/// Writes a matched path as API Gateway does, with `{rest+}` for `{*rest}`. In axum's syntax, `{{` is a literal brace.
fn resource(mut path: &str) -> String {
    let mut resource = String::with_capacity(path.len());
    while let Some((before, braced)) = path.find('{').map(|at| path.split_at(at)) {
        resource.push_str(before);
        let greedy = braced.strip_prefix("{*");
        path = match greedy.and_then(|greedy| greedy.split_once('}')) {
            Some((name, after)) => {
                resource.extend(["{", name, "+}"]);
                after
            }
            None => {
                let (brace, after) = braced.split_at(if braced.starts_with("{{") { 2 } else { 1 });
                resource.push_str(brace);
                after
            }
        };
    }
    resource.push_str(path);
    resource
}

/// The URI before nested routers shortened it.
pub(crate) fn original_uri(parts: &Parts) -> &Uri {
    let original = parts.extensions.get::<OriginalUri>();
    original.map_or(&parts.uri, |OriginalUri(uri)| uri)
}

/// Whether a router has looked for the request's route.
pub(crate) fn is_routed(parts: &Parts) -> bool {
    let matched = parts.extensions.get::<MatchedPath>();
    matched.is_some() || parts.extensions.get::<OriginalUri>().is_some()
}

/// The peer's address, if the server was created with connect info.
pub(crate) fn connect_info(parts: &Parts) -> Option<SocketAddr> {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let mock = || parts.extensions.get::<MockConnectInfo<SocketAddr>>();
    info.map(|ConnectInfo(address)| *address)
        .or_else(|| mock().map(|MockConnectInfo(address)| *address))
}

/// Stores an address like a server that was created with connect info.
#[cfg(feature = "testing")]
pub(crate) fn set_connect_info(extensions: &mut http::Extensions, address: SocketAddr) {
    extensions.insert(ConnectInfo(address));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_greedy_parameters_are_written_differently() {
        for (path, expected) in [
            ("/", "/"),
            ("/pets/{petId}", "/pets/{petId}"),
            ("/files/{*rest}", "/files/{rest+}"),
            ("/{tenant}/files/{*rest}", "/{tenant}/files/{rest+}"),
            // The service of a greedy route is a router.
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
