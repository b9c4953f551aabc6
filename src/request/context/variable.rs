//! The `$context` variables, and those of them that a request can have before it is authorized.

use crate::api::{documented_variable, is_documented_of_rest};

/// A `$context` variable that API Gateway documents.
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
    /// A documented variable that exists only inside AWS or only later. No request has it.
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
    /// Parses the name after `context.`, which is case-sensitive. Variables of all types of APIs are accepted.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let documented = documented_variable(name)?;
        let present = PRESENT.iter().find(|(known, _)| *known == name);
        Some(present.map_or(Self::Absent(documented), |(_, variable)| *variable))
    }

    /// Like [`parse`](Self::parse), but accepts only variables of REST APIs.
    pub(crate) fn parse_of_rest(name: &str) -> Option<Self> {
        Self::parse(name).filter(|_| is_documented_of_rest(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_case_sensitive() {
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
