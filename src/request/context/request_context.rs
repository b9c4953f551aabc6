//! The values of a request before it is authorized.

use std::{borrow::Cow, net::IpAddr, time::SystemTime};

use http::{HeaderName, Uri, header, request::Parts};

use super::{
    Arrival, ContextVariable, NotUtf8, RequestIds, domain_name, header_bytes, host_in_target,
    joined_values, last_value, request_time, request_time_epoch, text,
};
use crate::{
    api::{Api, Repeated},
    request::{reader::RequestReader, resource::ResourceMatch},
};

/// One request, with everything that identity sources can read.
#[derive(Debug)]
pub(crate) struct RequestContext<'r> {
    pub(crate) reader: &'r RequestReader,
    pub(crate) parts: &'r Parts,
    /// The URI that the client sent.
    pub(crate) uri: &'r Uri,
    /// `None` if the resource was not resolved.
    pub(crate) matched: Option<&'r ResourceMatch>,
    pub(crate) arrival: &'r Arrival,
}

impl RequestContext<'_> {
    /// The path that the client sent, without decoding.
    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    /// The query that the client sent, without the question mark.
    pub(crate) fn query(&self) -> &str {
        self.uri.query().unwrap_or_default()
    }

    pub(crate) fn api(&self) -> &Api {
        &self.reader.api
    }

    pub(crate) fn ids(&self) -> RequestIds {
        self.arrival.noted(&self.reader.clock).ids
    }

    pub(crate) fn time(&self) -> SystemTime {
        self.arrival.noted(&self.reader.clock).time
    }

    pub(crate) fn source_ip(&self) -> Option<IpAddr> {
        self.reader.client_ip.of(self.parts)
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
            ContextVariable::ExtendedRequestId => {
                self.ids().extended_request_id().to_string().into()
            }
            ContextVariable::HttpMethod => self.parts.method.as_str().into(),
            ContextVariable::Path => {
                let row = self.reader.differences;
                row.path_with_stage(self.api().stage(), self.path()).into()
            }
            ContextVariable::Protocol => format!("{:?}", self.parts.version).into(),
            ContextVariable::RequestId => {
                let form = self.reader.differences.request_id;
                self.ids().in_form(form).into()
            }
            ContextVariable::RequestTime => request_time(self.time())?.into(),
            ContextVariable::RequestTimeEpoch => {
                request_time_epoch(self.time())?.to_string().into()
            }
            ContextVariable::ResourcePath => self.matched?.resource()?.into(),
            ContextVariable::RouteKey => self.matched?.route_key(&self.parts.method)?,
            ContextVariable::SourceIp => self.source_ip()?.to_string().into(),
            ContextVariable::Stage => self.api().stage().into(),
            ContextVariable::UserAgent => self.header(&header::USER_AGENT).ok()??,
            ContextVariable::Absent(_) => return None,
        };
        Some(value)
    }

    /// The value of a header, as this type of API reads repeated headers. The target's authority replaces `Host`.
    pub(crate) fn header(&self, name: &HeaderName) -> Result<Option<Cow<'_, str>>, NotUtf8> {
        self.header_bytes(name).map(text).transpose()
    }

    /// The same as bytes, which may not be UTF-8.
    #[inline] // Otherwise a hit pays for the call.
    pub(crate) fn header_bytes(&self, name: &HeaderName) -> Option<Cow<'_, [u8]>> {
        if name == header::HOST {
            if let Some(host) = host_in_target(self.uri, &self.parts.uri) {
                return Some(Cow::Borrowed(host.as_str().as_bytes()));
            }
        }
        let repeated = self.reader.differences.repeated_header;
        header_bytes(&self.parts.headers, name, repeated)
    }

    /// The decoded value of a query parameter, as this type of API reads repeated parameters.
    pub(crate) fn query_parameter(&self, name: &str) -> Result<Option<Cow<'_, str>>, NotUtf8> {
        match self.reader.differences.repeated_query_parameter {
            Repeated::Last => last_value(self.query(), name),
            Repeated::JoinedByCommas => joined_values(self.query(), name),
        }
    }

    fn domain_name(&self) -> Option<String> {
        domain_name(&self.header(&header::HOST).ok()??)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::{api::Differences, clock::ManualClock, request::client_ip::ClientIp};

    #[test]
    fn every_variable_has_its_recorded_form() {
        let (parts, ()) = http::Request::get("/pets/1?q=2")
            .header("host", "api.example.com:8080")
            .header("user-agent", "curl/8")
            .body(())
            .unwrap()
            .into_parts();
        let time = UNIX_EPOCH + Duration::from_millis(1_638_384_155_035);
        let api = Api::new("eu-west-1", "123456789012", "a1b2", "prod").unwrap();
        let mut reader = RequestReader::new(Differences::rest());
        reader.set_api(api);
        reader.client_ip = ClientIp::from_fn(|_| Some([203, 0, 113, 7].into()));
        reader.clock = ManualClock::new(time).clock();
        let matched = ResourceMatch::new().with_resource("/pets/{petId}");
        let context = RequestContext {
            reader: &reader,
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
