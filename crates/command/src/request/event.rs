//! Reads the event that an authorizer's function has received, as the function's log shows it.

use std::{collections::BTreeMap, net::IpAddr};

use http::{HeaderName, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::{text::add_header, with_target};
use crate::{
    cli::{Guard, NamedApi},
    failure::{Failure, read},
};

/// A request, and what the event says of the API that has received it.
pub(crate) struct Event {
    /// Without the token of a TOKEN authorizer.
    pub(crate) request: Request<()>,
    /// The value of a header that the event does not name.
    pub(crate) token: Option<String>,
    api: NamedApi,
    stage_variables: BTreeMap<String, String>,
    source_ip: Option<IpAddr>,
}

impl Event {
    pub(crate) fn read(file: &str) -> Result<Self, Failure> {
        let recorded = recorded(&read(file)?).map_err(|problem| Failure::of(file, problem))?;
        let wrong = |problem: &str| Failure::of(file, problem);
        let api = NamedApi::of_arn(recorded.arn())
            .map_err(|problem| Failure::of(file, format_args!("its `methodArn`: {problem}")))?;
        let (method, target) = recorded.target();
        let mut request = with_target(&method, &target).map_err(wrong)?;
        for (name, value) in recorded.headers() {
            add_header(&mut request, &format!("{name}: {value}")).map_err(wrong)?;
        }
        Ok(Self {
            request,
            token: recorded.token().map(str::to_owned),
            api,
            source_ip: recorded.source_ip(),
            stage_variables: recorded.stage_variables.unwrap_or_default(),
        })
    }

    /// The request with the token in this header.
    pub(crate) fn with_token_in(mut self, header: &HeaderName) -> Result<Request<()>, Failure> {
        if let Some(token) = &self.token {
            add_header(&mut self.request, &format!("{header}: {token}"))
                .map_err(|problem| Failure::new(format_args!("the event's token: {problem}")))?;
        }
        Ok(self.request)
    }

    /// Adds what the arguments leave open.
    pub(crate) fn complete(&self, guard: &mut Guard) {
        guard.source_ip = guard.source_ip.or(self.source_ip);
        let settings = &mut guard.api;
        if settings.stage.is_none() {
            settings.api.get_or_insert_with(|| self.api.clone());
        }
        // The later value of a variable counts.
        let own = settings.stage_variables.drain(..);
        let recorded = self.stage_variables.clone();
        settings.stage_variables = recorded.into_iter().chain(own).collect();
    }
}

/// The members that tell something about the request, in any format of the event.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recorded {
    #[serde(rename = "type")]
    kind: Option<String>,
    version: Option<String>,
    method_arn: Option<String>,
    route_arn: Option<String>,
    authorization_token: Option<String>,
    headers: Option<BTreeMap<String, String>>,
    multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
    cookies: Option<Vec<String>>,
    raw_query_string: Option<String>,
    query_string_parameters: Option<BTreeMap<String, String>>,
    multi_value_query_string_parameters: Option<BTreeMap<String, Vec<String>>>,
    stage_variables: Option<BTreeMap<String, String>>,
    request_context: Option<Context>,
}

#[derive(Deserialize)]
struct Context {
    identity: Option<Client>,
    http: Option<Client>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Client {
    source_ip: Option<String>,
}

/// Leaves out what a log writes before the event. An error does not repeat the text, which has a token.
fn recorded(text: &str) -> Result<Recorded, &'static str> {
    let start = text.find('{').unwrap_or_default();
    let event = text.get(start..).unwrap_or_default();
    let recorded: Recorded = serde_json::from_str(event).map_err(|_| {
        if event.starts_with("{'") {
            "this is a dictionary as Python prints it; let the function print `json.dumps(event)`"
        } else {
            "this is not one event as JSON; copy the event that the authorizer's function has received"
        }
    })?;
    match recorded.arn() {
        "" => Err(
            "it has no `methodArn` and no `routeArn`; pass the event of the authorizer's function, and not that of the \
             function behind it",
        ),
        _ => Ok(recorded),
    }
}

/// What a path can contain as it is. An HTTP API's events have decoded paths.
const NOT_IN_PATHS: &AsciiSet = &NOT_IN_QUERIES
    .remove(b'/')
    .remove(b':')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

const NOT_IN_QUERIES: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Recorded {
    fn arn(&self) -> &str {
        let arn = self.method_arn.as_deref().or(self.route_arn.as_deref());
        arn.unwrap_or_default()
    }

    /// The method, and the path with the query. Only the ARN has the path without the stage in each format.
    fn target(&self) -> (String, String) {
        let mut parts = self.arn().splitn(4, '/').skip(2);
        let (method, path) = match (parts.next(), parts.next().unwrap_or_default()) {
            (Some("$connect") | None, _) => ("GET", String::new()),
            (Some(method), path) if self.version.is_some() => {
                (method, utf8_percent_encode(path, NOT_IN_PATHS).to_string())
            }
            (Some(method), path) => (method, path.to_owned()),
        };
        let query = self.query();
        let mark = if query.is_empty() { "" } else { "?" };
        (method.to_owned(), format!("/{path}{mark}{query}"))
    }

    fn query(&self) -> String {
        if let Some(query) = &self.raw_query_string {
            return query.clone();
        }
        let parameters = all(
            self.multi_value_query_string_parameters.as_ref(),
            self.query_string_parameters.as_ref(),
        );
        let encoded = |text| utf8_percent_encode(text, NOT_IN_QUERIES);
        let pairs = parameters.map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    fn headers(&self) -> Vec<(String, String)> {
        let sent = all(self.multi_value_headers.as_ref(), self.headers.as_ref());
        let mut headers: Vec<_> = sent.map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        // They may be among the headers, too.
        let has_cookies = headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("cookie"));
        if let (false, Some(cookies)) = (has_cookies, &self.cookies) {
            headers.push(("cookie".to_owned(), cookies.join("; ")));
        }
        headers
    }

    /// Other events have a token, too, but also the headers.
    fn token(&self) -> Option<&str> {
        let token = self.authorization_token.as_deref();
        token.filter(|_| self.kind.as_deref() == Some("TOKEN"))
    }

    fn source_ip(&self) -> Option<IpAddr> {
        let context = self.request_context.as_ref()?;
        let client = context.identity.as_ref().or(context.http.as_ref())?;
        client.source_ip.as_ref()?.parse().ok()
    }
}

/// Each name with each of its values.
fn all<'r>(
    several: Option<&'r BTreeMap<String, Vec<String>>>,
    last: Option<&'r BTreeMap<String, String>>,
) -> impl Iterator<Item = (&'r str, &'r str)> {
    let last = if several.is_some() { None } else { last };
    let several = several.into_iter().flatten();
    let several = several.flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
    let pairs = several.chain(last.into_iter().flatten());
    pairs.map(|(name, value)| (name.as_str(), value.as_str()))
}
