//! What is known of a request before it is authorized.

use std::{borrow::Cow, net::IpAddr, time::SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Uri, header, request::Parts, uri::Authority};
use smallvec::SmallVec;

use super::{
    Arrival, ContextVariable, NotUtf8, RequestIds, joined_values, last_value, request_time,
    request_time_epoch,
};
use crate::{
    api::{Api, ArnEnd, Repeated, RequestIdForm},
    path,
    resource::ResourceMatch,
    settings::Settings,
};

/// The stage of an HTTP API that has no place in a path.
const DEFAULT_STAGE: &str = "$default";

/// One request with everything that identity sources can ask for.
#[derive(Debug)]
pub(crate) struct RequestContext<'r> {
    pub(crate) settings: &'r Settings,
    pub(crate) parts: &'r Parts,
    /// As the client sent it.
    pub(crate) uri: &'r Uri,
    /// None where nobody has asked the router.
    pub(crate) matched: Option<&'r ResourceMatch>,
    pub(crate) arrival: &'r Arrival,
}

impl RequestContext<'_> {
    /// The path that the client sent, percent-encoding kept.
    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    /// The query that the client sent, without the question mark.
    pub(crate) fn query(&self) -> &str {
        self.uri.query().unwrap_or_default()
    }

    pub(crate) fn api(&self) -> &Api {
        &self.settings.api
    }

    pub(crate) fn ids(&self) -> RequestIds {
        self.arrival.noted(&self.settings.clock).ids
    }

    pub(crate) fn time(&self) -> SystemTime {
        self.arrival.noted(&self.settings.clock).time
    }

    pub(crate) fn source_ip(&self) -> Option<IpAddr> {
        self.settings.client_ip.of(self.parts)
    }

    pub(crate) fn path_parameter(&self, name: &str) -> Option<&str> {
        self.matched?.path_parameter(name)
    }

    /// The value of a `$context` variable, if this request has one.
    pub(crate) fn variable(&self, variable: ContextVariable) -> Option<Cow<'_, str>> {
        let value: Cow<'_, str> = match variable {
            ContextVariable::AccountId => self.api().account_id().into(),
            ContextVariable::ApiId => self.api().api_id().into(),
            ContextVariable::DomainName => self.domain_name()?.into(),
            ContextVariable::DomainPrefix => {
                let domain_name = self.domain_name()?;
                domain_name.split('.').next()?.to_owned().into()
            }
            ContextVariable::ConnectedAt => request_time_epoch(self.time())?.to_string().into(),
            ContextVariable::ConnectionId => self.ids().connection_id().to_string().into(),
            ContextVariable::ExtendedRequestId => self.ids().extended_request_id.to_string().into(),
            ContextVariable::HttpMethod => self.parts.method.as_str().into(),
            ContextVariable::Path => self.context_path().into(),
            ContextVariable::Protocol => format!("{:?}", self.parts.version).into(),
            ContextVariable::RequestId => match self.settings.kind.differences().request_id {
                RequestIdForm::Uuid => self.ids().request_id.to_string().into(),
                RequestIdForm::Short => self.ids().extended_request_id.to_string().into(),
            },
            ContextVariable::RequestTime => request_time(self.time())?.into(),
            ContextVariable::RequestTimeEpoch => {
                request_time_epoch(self.time())?.to_string().into()
            }
            ContextVariable::ResourcePath => self.matched?.resource()?.into(),
            ContextVariable::RouteKey => {
                format!("{} {}", self.parts.method, self.matched?.resource()?).into()
            }
            ContextVariable::SourceIp => self.source_ip()?.to_string().into(),
            ContextVariable::Stage => self.api().stage().into(),
            ContextVariable::UserAgent => self.header(&header::USER_AGENT).ok()??,
            ContextVariable::Absent(_) => return None,
        };
        Some(value)
    }

    /// The value of a header without the blanks around it: of a repeated header the last, or all of them. Cookies
    /// are always joined, because HTTP/2 clients send them in pieces (RFC 9113, section 8.2.3).
    pub(crate) fn header(&self, name: &HeaderName) -> Result<Option<Cow<'_, str>>, NotUtf8> {
        let mut values = self.parts.headers.get_all(name).iter();
        let separator = match self.settings.kind.differences().repeated_header {
            _ if name == header::COOKIE => "; ",
            Repeated::JoinedByCommas => ",",
            Repeated::Last => {
                let last = values.next_back().map(header_text).transpose()?;
                return Ok(last.map(Cow::Borrowed));
            }
        };
        let texts = values
            .map(header_text)
            .collect::<Result<SmallVec<[_; 4]>, _>>()?;
        Ok(match texts.as_slice() {
            [] => None,
            [text] => Some(Cow::Borrowed(text)),
            texts => Some(texts.join(separator).into()),
        })
    }

    /// The value of a query parameter, decoded: of a repeated one the last, or all of them.
    pub(crate) fn query_parameter(&self, name: &str) -> Result<Option<Cow<'_, str>>, NotUtf8> {
        match self.settings.kind.differences().repeated_query_parameter {
            Repeated::Last => last_value(self.query(), name),
            Repeated::JoinedByCommas => joined_values(self.query(), name),
        }
    }

    /// The path with the stage in front, as `$context.path` has it.
    fn context_path(&self) -> String {
        let stage = self.api().stage();
        match self.settings.kind.differences().arn_ends_with {
            ArnEnd::MethodAndDecodedPath => {
                let path = path::decode_as_received(self.path());
                let path = path.unwrap_or(Cow::Borrowed(self.path()));
                match stage {
                    DEFAULT_STAGE => path.into_owned(),
                    stage => format!("/{stage}{path}"),
                }
            }
            ArnEnd::MethodAndPath | ArnEnd::Connect => format!("/{stage}{}", self.path()),
        }
    }

    fn domain_name(&self) -> Option<String> {
        domain_name(&self.parts.uri, &self.parts.headers)
    }
}

/// The host without its port: of the request's target where it has one (HTTP/2), else of `Host`.
pub(crate) fn domain_name(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    if let Some(host) = uri.host() {
        return Some(host.to_owned());
    }
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let authority: Authority = host.trim().parse().ok()?;
    Some(authority.host().to_owned())
}

fn header_text(value: &HeaderValue) -> Result<&str, NotUtf8> {
    std::str::from_utf8(trimmed(value.as_bytes())).map_err(|_| NotUtf8)
}

/// Without the blanks around it.
fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

#[cfg(test)]
mod tests {
    use std::{
        sync::Arc,
        time::{Duration, UNIX_EPOCH},
    };

    use super::*;
    use crate::{api::AuthorizerKind, client_ip::ClientIp, clock::ManualClock};

    #[test]
    fn every_variable_has_its_recorded_form() {
        let (parts, ()) = http::Request::get("/pets/1?q=2")
            .header("host", "api.example.com:8080")
            .header("user-agent", "curl/8")
            .body(())
            .unwrap()
            .into_parts();
        let time = UNIX_EPOCH + Duration::from_millis(1_638_384_155_035);
        let settings = Settings {
            api: Arc::new(Api::new("eu-west-1", "123456789012", "a1b2", "prod").unwrap()),
            client_ip: ClientIp::from_fn(|_| Some([203, 0, 113, 7].into())),
            clock: ManualClock::new(time).clock(),
            ..Settings::new(AuthorizerKind::request_without_sources())
        };
        let matched = ResourceMatch::new().with_resource("/pets/{petId}");
        let context = RequestContext {
            settings: &settings,
            parts: &parts,
            uri: &parts.uri,
            matched: Some(&matched),
            arrival: &Arrival::default(),
        };
        for (name, value) in [
            ("accountId", "123456789012"),
            ("apiId", "a1b2"),
            ("domainName", "api.example.com"),
            ("domainPrefix", "api"),
            ("httpMethod", "GET"),
            ("identity.sourceIp", "203.0.113.7"),
            ("identity.userAgent", "curl/8"),
            ("path", "/prod/pets/1"),
            ("protocol", "HTTP/1.1"),
            ("requestTime", "01/Dec/2021:18:42:35 +0000"),
            ("requestTimeEpoch", "1638384155035"),
            ("resourcePath", "/pets/{petId}"),
            ("stage", "prod"),
        ] {
            let variable = ContextVariable::parse(name).unwrap();
            assert_eq!(context.variable(variable).as_deref(), Some(value), "{name}");
        }
        let user = ContextVariable::parse("identity.user").unwrap();
        assert_eq!(context.variable(user), None);
    }
}
