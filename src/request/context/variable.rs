//! The names of `$context` variables that a request has before it is authorized.

use crate::api::{documented_variable, is_documented_of_rest};

/// A `$context` variable, by the name that API Gateway documents for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ContextVariable {
    AccountId,
    ApiId,
    ConnectedAt,
    ConnectionId,
    DomainName,
    DomainPrefix,
    ExtendedRequestId,
    HttpMethod,
    Path,
    Protocol,
    RequestId,
    RequestTime,
    RequestTimeEpoch,
    ResourcePath,
    RouteKey,
    SourceIp,
    Stage,
    UserAgent,
    /// A documented name for something that exists only inside API Gateway: absent from every request.
    Absent(&'static str),
}

const PRESENT: [(&str, ContextVariable); 18] = [
    ("accountId", ContextVariable::AccountId),
    ("apiId", ContextVariable::ApiId),
    ("connectedAt", ContextVariable::ConnectedAt),
    ("connectionId", ContextVariable::ConnectionId),
    ("domainName", ContextVariable::DomainName),
    ("domainPrefix", ContextVariable::DomainPrefix),
    ("extendedRequestId", ContextVariable::ExtendedRequestId),
    ("httpMethod", ContextVariable::HttpMethod),
    ("identity.sourceIp", ContextVariable::SourceIp),
    ("identity.userAgent", ContextVariable::UserAgent),
    ("path", ContextVariable::Path),
    ("protocol", ContextVariable::Protocol),
    ("requestId", ContextVariable::RequestId),
    ("requestTime", ContextVariable::RequestTime),
    ("requestTimeEpoch", ContextVariable::RequestTimeEpoch),
    ("resourcePath", ContextVariable::ResourcePath),
    ("routeKey", ContextVariable::RouteKey),
    ("stage", ContextVariable::Stage),
];

impl ContextVariable {
    /// Parses the part behind `context.`; names are case-sensitive. It may be a variable of any type of API.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let documented = documented_variable(name)?;
        let present = PRESENT.iter().find(|(known, _)| *known == name);
        Some(present.map_or(Self::Absent(documented), |(_, variable)| *variable))
    }

    /// As [`parse`](Self::parse), of a REST API's only.
    pub(crate) fn parse_of_rest(name: &str) -> Option<Self> {
        Self::parse(name).filter(|_| is_documented_of_rest(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_their_own_case() {
        assert_eq!(
            ContextVariable::parse("identity.sourceIp"),
            Some(ContextVariable::SourceIp)
        );
        assert_eq!(
            ContextVariable::parse("identity.user"),
            Some(ContextVariable::Absent("identity.user"))
        );
        assert_eq!(ContextVariable::parse("identity.sourceip"), None);
        assert_eq!(ContextVariable::parse("authorizer.principalId"), None);
        assert_eq!(ContextVariable::parse(""), None);
    }
}
