//! Leaves out what comes before the API's paths in a URL.

use http::{Request, Uri, uri::PathAndQuery};
use tower_lambda_authorizer::ApiType;

use crate::failure::Failure;

/// Leaves out the base path or, of a REST API's default endpoint, the stage.
pub(super) fn leave_out(
    request: &mut Request<()>,
    base_path: Option<&str>,
    api_type: ApiType,
) -> Result<(), Failure> {
    let path = request.uri().path();
    let rest = match base_path {
        Some(base_path) => below(path, base_path).ok_or_else(|| {
            Failure::new(format_args!(
                "the path of the request does not begin with `{base_path}`; correct `--base-path`"
            ))
        })?,
        None if api_type == ApiType::Rest && is_default_endpoint(request.uri()) => {
            match path.get(1..).and_then(|path| path.find('/')) {
                Some(stage) => path.split_at(stage + 1).1,
                None => "/",
            }
        }
        None => return Ok(()),
    };
    let rest = match (rest, request.uri().query()) {
        (rest, Some(query)) => format!("{rest}?{query}"),
        (rest, None) => rest.to_owned(),
    };
    let mut parts = request.uri().clone().into_parts();
    let path_and_query = rest.parse::<PathAndQuery>().map_err(Failure::new)?;
    parts.path_and_query = Some(path_and_query);
    *request.uri_mut() = Uri::from_parts(parts).map_err(Failure::new)?;
    Ok(())
}

fn below<'p>(path: &'p str, base_path: &str) -> Option<&'p str> {
    match path.strip_prefix(base_path)? {
        "" => Some("/"),
        rest => rest.starts_with('/').then_some(rest),
    }
}

/// Whether the host is API Gateway's own, `ID.execute-api.REGION.amazonaws.com`.
fn is_default_endpoint(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    let labels: Vec<_> = host.split('.').collect();
    matches!(
        *labels,
        [_, "execute-api", _, "amazonaws", "com"] | [_, "execute-api", _, "amazonaws", "com", "cn"]
    )
}
