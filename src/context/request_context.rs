//! What is known of a request before it is authorized.

use std::{
    borrow::Cow,
    net::IpAddr,
    time::{SystemTime, UNIX_EPOCH},
};

use http::{HeaderName, HeaderValue, Uri, header, request::Parts, uri::Authority};
use jiff::Timestamp;

use super::{Arrival, ContextVariable, NotUtf8, RequestIds};
use crate::{api::Api, resource::ResourceMatch, settings::Settings};

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
            ContextVariable::ExtendedRequestId => self.ids().extended_request_id.to_string().into(),
            ContextVariable::HttpMethod => self.parts.method.as_str().into(),
            ContextVariable::Path => format!("/{}{}", self.api().stage(), self.path()).into(),
            ContextVariable::Protocol => format!("{:?}", self.parts.version).into(),
            ContextVariable::RequestId => self.ids().request_id.to_string().into(),
            ContextVariable::RequestTime => self.request_time()?.into(),
            ContextVariable::RequestTimeEpoch => {
                let since_epoch = self.time().duration_since(UNIX_EPOCH).ok()?;
                since_epoch.as_millis().to_string().into()
            }
            ContextVariable::ResourcePath => self.matched?.resource()?.into(),
            ContextVariable::SourceIp => self.source_ip()?.to_string().into(),
            ContextVariable::Stage => self.api().stage().into(),
            ContextVariable::UserAgent => self.header(&header::USER_AGENT).ok()??,
            ContextVariable::Absent(_) => return None,
        };
        Some(value)
    }

    /// The value of a header without the blanks around it: of a repeated header the last. Only cookies
    /// are joined, because HTTP/2 clients send them in pieces (RFC 9113, section 8.2.3).
    pub(crate) fn header(&self, name: &HeaderName) -> Result<Option<Cow<'_, str>>, NotUtf8> {
        let mut values = self.parts.headers.get_all(name).iter();
        if name == header::COOKIE {
            let crumbs = values.map(header_text).collect::<Result<Vec<_>, _>>()?;
            return Ok((!crumbs.is_empty()).then(|| crumbs.join("; ").into()));
        }
        let last = values.next_back().map(header_text).transpose()?;
        Ok(last.map(Cow::Borrowed))
    }

    /// The host without its port: of the request's target where it has one (HTTP/2), else of `Host`.
    fn domain_name(&self) -> Option<String> {
        if let Some(host) = self.parts.uri.host() {
            return Some(host.to_owned());
        }
        let authority: Authority = self.header(&header::HOST).ok()??.parse().ok()?;
        Some(authority.host().to_owned())
    }

    /// The common log format in UTC: `01/Dec/2021:18:42:35 +0000`.
    fn request_time(&self) -> Option<String> {
        let timestamp = Timestamp::try_from(self.time()).ok()?;
        Some(timestamp.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string())
    }
}

fn header_text(value: &HeaderValue) -> Result<&str, NotUtf8> {
    let text = std::str::from_utf8(value.as_bytes()).map_err(|_| NotUtf8)?;
    Ok(text.trim_matches([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::*;
    use crate::{
        client_ip::ClientIp, clock::ManualClock, identity::IdentitySources,
        settings::AuthorizerKind,
    };

    #[test]
    fn every_variable_has_its_recorded_form() {
        let (parts, ()) = http::Request::get("/pets/1?q=2")
            .header("host", "api.example.com:8080")
            .header("user-agent", "curl/8")
            .body(())
            .unwrap()
            .into_parts();
        let time = UNIX_EPOCH + Duration::from_millis(1_638_384_155_035);
        let sources = IdentitySources::none();
        let settings = Settings {
            api: Arc::new(Api::new("eu-west-1", "123456789012", "a1b2", "prod").unwrap()),
            client_ip: ClientIp::from_fn(|_| Some([203, 0, 113, 7].into())),
            clock: ManualClock::new(time).clock(),
            ..Settings::new(AuthorizerKind::Request { sources })
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
