//! The values of options.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use http::{HeaderName, Uri, uri::Authority};
use ipnet::IpNet;
use tower_lambda_authorizer::{Api, ApiType};

use crate::trusted_fields;

/// An API, with the ARN that it was read from.
#[derive(Debug, Clone)]
pub(crate) struct NamedApi {
    pub(crate) arn: String,
    pub(crate) api: Api,
}

const API: &str = "arn:aws:execute-api:REGION:ACCOUNT:API-ID/STAGE";

pub(super) fn api(arn: &str) -> Result<NamedApi, String> {
    NamedApi::of_arn(arn)
}

impl NamedApi {
    /// Reads an API from the beginning of its method ARNs, or from a whole method ARN, as in an event.
    pub(crate) fn of_arn(arn: &str) -> Result<Self, String> {
        let parts: Vec<_> = arn.splitn(6, ':').collect();
        let ["arn", partition, "execute-api", region, account, path] = *parts else {
            return Err(format!("write {API}"));
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
        Ok(Self {
            arn: arn.to_owned(),
            api: api.map_err(|error| format!("{error}; write {API}"))?,
        })
    }
}

pub(super) fn stage(name: &str) -> Result<String, String> {
    let named = Api::default().with_stage(name);
    named
        .map(|_| name.to_owned())
        .map_err(|error| error.to_string())
}

/// Checks that it is an ARN of `execute-api`. Whether policies allow it is not checked here.
pub(super) fn method_arn(text: &str) -> Result<String, String> {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    match *parts {
        ["arn", _, "execute-api", _, _, _] => Ok(text.to_owned()),
        _ => Err(format!("write {API}/METHOD/PATH")),
    }
}

pub(super) fn api_type(name: &str) -> Result<ApiType, &'static str> {
    match name {
        "rest" => Ok(ApiType::Rest),
        "http" => Ok(ApiType::Http),
        "websocket" => Ok(ApiType::WebSocket),
        _ => Err("write `rest`, `http` or `websocket`"),
    }
}

pub(super) fn address(text: &str) -> Result<IpAddr, &'static str> {
    let address = text.parse();
    address.map_err(|_| "this is not an IP address; write one such as `203.0.113.9`")
}

pub(super) fn header_name(text: &str) -> Result<HeaderName, &'static str> {
    let name = text.parse();
    name.map_err(|_| "this is not the name of a header; write one such as `x-user`")
}

/// Reads `NAME=VALUE`.
pub(super) fn pair(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE"),
    }
}

/// Reads `NAME=FILE`.
pub(super) fn include(text: &str) -> Result<(String, String), &'static str> {
    pair(text).map_err(|_| "write NAME=FILE, such as `s3://bucket/api.yaml=api.yaml`")
}

/// Reads `CONDITION-KEY=VALUE`.
pub(super) fn condition_key(text: &str) -> Result<(String, String), &'static str> {
    pair(text).map_err(|_| "write CONDITION-KEY=VALUE, such as `aws:SourceIp=203.0.113.9`")
}

/// Reads `NAME=VALUE` of a stage.
pub(super) fn stage_variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = pair(text)?;
    let known = Api::default().with_stage_variable(&name, &value);
    known.map_err(|error| error.to_string())?;
    Ok((name, value))
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

pub(super) fn milliseconds(text: &str) -> Result<Duration, &'static str> {
    let milliseconds = text.parse::<u32>().ok();
    let milliseconds = milliseconds.filter(|it| *it <= 3_600_000);
    let milliseconds = milliseconds.ok_or("write milliseconds, at most 3600000")?;
    Ok(Duration::from_millis(milliseconds.into()))
}

/// Reads the number of a request in a file.
pub(super) fn entry(text: &str) -> Result<usize, &'static str> {
    text.parse()
        .map_err(|_| "write the number of a request; the first one is 1")
}

/// Reads how many requests are sent at the same time.
pub(super) fn concurrency(text: &str) -> Result<u8, &'static str> {
    let number = text.parse().ok().filter(|number| (1..=64).contains(number));
    number.ok_or("write a number from 1 to 64")
}

/// Reads a path that all requests begin with.
pub(super) fn base_path(text: &str) -> Result<String, &'static str> {
    match text.trim_end_matches('/') {
        path if path.starts_with('/') => Ok(path.to_owned()),
        _ => Err("write a path, such as `/prod`"),
    }
}

/// Reads an address with a port. A port alone is one of the loopback address.
pub(super) fn listening_address(text: &str) -> Result<SocketAddr, &'static str> {
    let port = text
        .parse()
        .map(|port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let address = port.ok().or_else(|| text.parse().ok());
    address.ok_or("write a port, or an IP address and a port: `3000`, `127.0.0.1:3000`, `0.0.0.0:3000`, `[::1]:3000`")
}

/// Reads the name of a host, without a port.
pub(super) fn host(text: &str) -> Result<String, &'static str> {
    let authority = text.parse::<Authority>().ok();
    match authority.filter(|authority| authority.host() == text) {
        Some(_) if !text.is_empty() => Ok(text.to_ascii_lowercase()),
        _ => Err("write a name without a port, such as `metrics.example`"),
    }
}

/// Reads a range of addresses, or one address.
pub(super) fn range(text: &str) -> Result<IpNet, &'static str> {
    let one = text
        .parse()
        .map(|address: IpAddr| IpNet::from(address.to_canonical()));
    let range = one.ok().or_else(|| text.parse().ok());
    range.ok_or("write an IP address or a range, such as `10.0.0.0/8`")
}

/// Reads `HEADER=KEY`.
pub(super) fn context_header(text: &str) -> Result<(HeaderName, String), String> {
    let (name, key) = pair(text).map_err(|_| "write HEADER=KEY, such as `x-user=principalId`")?;
    if key.is_empty() {
        return Err("a key of the context is missing, such as `principalId`".into());
    }
    if key.contains('=') {
        return Err(
            "a key of the context has no `=`; write HEADER=KEY, such as `x-user=principalId`"
                .into(),
        );
    }
    let name = header_name(&name)?;
    if is_taken(&name) {
        Err(format!(
            "servers need the header `{name}` for something else; choose a name of your own"
        ))
    } else {
        Ok((name, key))
    }
}

/// Whether servers and proxies act on a header, so that it cannot carry a value of the context.
fn is_taken(name: &HeaderName) -> bool {
    const NAMES: [&str; 11] = [
        "authorization",
        "connection",
        "cookie",
        "expect",
        "host",
        "http2-settings",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    const BEGINNINGS: [&str; 4] = ["content-", "forwarded", "proxy-", "sec-"];
    let name = name.as_str();
    trusted_fields::contains(name)
        || NAMES.contains(&name)
        || BEGINNINGS
            .iter()
            .any(|beginning| name.starts_with(beginning))
}

/// Reads the URL of a server. Paths are passed on as they are, so it has none.
pub(super) fn upstream(text: &str) -> Result<Authority, String> {
    const REMEDY: &str =
        "write the server's URL with `http://` and without a path, such as `http://127.0.0.1:8000`";
    let url: Uri = text.parse().map_err(|_| REMEDY)?;
    match (url.scheme_str(), url.authority(), url.path(), url.query()) {
        (Some("http"), Some(authority), "" | "/", None) if is_host_and_port(authority) => {
            Ok(authority.clone())
        }
        (Some("https"), ..) => {
            Err("only servers without TLS are supported; write `http://…`".into())
        }
        _ => Err(REMEDY.into()),
    }
}

/// Whether there is a host, no user, and no port or one that exists.
fn is_host_and_port(authority: &Authority) -> bool {
    let host = authority.host();
    let after = authority.as_str().strip_prefix(host);
    let port = |text: &str| {
        text.strip_prefix(':')?
            .parse()
            .ok()
            .filter(|port: &u16| *port != 0)
    };
    !host.is_empty() && after.is_some_and(|text| text.is_empty() || port(text).is_some())
}

/// Reads a timeout in seconds, which may have a fraction.
pub(super) fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().ok();
    let seconds = seconds.filter(|seconds: &f64| *seconds > 0.0 && *seconds <= 3600.0);
    let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.ok_or("write a number of seconds up to 3600, such as `29` or `0.5`")
}
