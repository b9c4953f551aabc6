//! The values of options.

use std::net::IpAddr;

use http::HeaderName;
use tower_lambda_authorizer::{Api, ApiType};

/// An API, with the ARN that it was read from.
#[derive(Debug, Clone)]
pub(crate) struct NamedApi {
    pub(crate) arn: String,
    pub(crate) api: Api,
}

/// Reads an API from the beginning of its method ARNs, or from a whole method ARN, as in an event.
pub(super) fn api(arn: &str) -> Result<NamedApi, String> {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    let ["arn", partition, "execute-api", region, account, path] = *parts else {
        return Err("say arn:aws:execute-api:REGION:ACCOUNT:API-ID/STAGE".into());
    };
    let mut path = path.split('/');
    let (id, stage) = (path.next(), path.next());
    let api = Api::new(
        region,
        account,
        id.unwrap_or_default(),
        stage.unwrap_or_default(),
    )
    .and_then(|api| api.with_partition(partition));
    Ok(NamedApi {
        arn: arn.to_owned(),
        api: api.map_err(|error| error.to_string())?,
    })
}

pub(super) fn api_type(name: &str) -> Result<ApiType, &'static str> {
    match name {
        "rest" => Ok(ApiType::Rest),
        "http" => Ok(ApiType::Http),
        "websocket" => Ok(ApiType::WebSocket),
        _ => Err("say rest, http or websocket"),
    }
}

pub(super) fn address(text: &str) -> Result<IpAddr, &'static str> {
    text.parse().map_err(|_| "this is not an IP address")
}

pub(super) fn header_name(text: &str) -> Result<HeaderName, &'static str> {
    text.parse().map_err(|_| "this is not the name of a header")
}

/// Reads `NAME=VALUE`.
pub(super) fn pair(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE"),
    }
}

/// Reads `NAME=TARGET`, or a target without a name: `("", TARGET)`. A name has no `/` and no `:`, so that a URL with a
/// query is not taken for one.
pub(super) fn function(text: &str) -> Result<(String, String), &'static str> {
    let (name, target) = match text.split_once('=') {
        Some((name, target)) if !name.contains(['/', ':']) => (name, target),
        _ => ("", text),
    };
    if target.is_empty() || text.starts_with('=') {
        return Err("write NAME=TARGET, such as `MyFunction=answers.json`");
    }
    Ok((name.to_owned(), target.to_owned()))
}

/// Reads a path that all requests begin with.
pub(super) fn base_path(text: &str) -> Result<String, &'static str> {
    match text.trim_end_matches('/') {
        path if path.starts_with('/') => Ok(path.to_owned()),
        _ => Err("write a path, such as `/prod`"),
    }
}
