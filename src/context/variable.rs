//! The names of `$context` variables that a request has before it is authorized.

use std::fmt;

/// A `$context` variable, by the name that API Gateway documents for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ContextVariable {
    AccountId,
    ApiId,
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
    SourceIp,
    Stage,
    UserAgent,
    /// A documented name for something that exists only inside API Gateway: absent from every request.
    Absent(&'static str),
}

const PRESENT: [(&str, ContextVariable); 15] = [
    ("accountId", ContextVariable::AccountId),
    ("apiId", ContextVariable::ApiId),
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
    ("stage", ContextVariable::Stage),
];

const ABSENT: [&str; 25] = [
    "awsEndpointRequestId",
    "deploymentId",
    "identity.accessKey",
    "identity.accountId",
    "identity.apiKey",
    "identity.apiKeyId",
    "identity.caller",
    "identity.clientCert.clientCertPem",
    "identity.clientCert.issuerDN",
    "identity.clientCert.serialNumber",
    "identity.clientCert.subjectDN",
    "identity.clientCert.validity.notAfter",
    "identity.clientCert.validity.notBefore",
    "identity.cognitoAuthenticationProvider",
    "identity.cognitoAuthenticationType",
    "identity.cognitoIdentityId",
    "identity.cognitoIdentityPoolId",
    "identity.principalOrgId",
    "identity.user",
    "identity.userArn",
    "identity.vpcId",
    "identity.vpceId",
    "isCanaryRequest",
    "resourceId",
    "webaclArn",
];

impl ContextVariable {
    /// Parses the part behind `context.`; names are case-sensitive.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let present = PRESENT.iter().find(|(known, _)| *known == name);
        let absent = || ABSENT.iter().find(|known| **known == name);
        present
            .map(|(_, variable)| *variable)
            .or_else(|| absent().map(|known| Self::Absent(known)))
    }

    /// The names that can have a value here, for an error message.
    pub(crate) fn known_names() -> impl fmt::Display {
        PRESENT.map(|(name, _)| name).join(", ")
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
