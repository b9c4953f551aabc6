//! The `$context` variables that each type of API allows as identity sources. `request/context/` knows their values.

/// The names that API Gateway documents for one type of API.
#[derive(Debug, PartialEq)]
pub(crate) struct Variables {
    /// They can have a value before a request is authorized.
    pub(crate) present: &'static [&'static str],
    /// They never have a value before a request is authorized, or have one only inside AWS.
    pub(crate) absent: &'static [&'static str],
}

impl Variables {
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.present.contains(&name) || self.absent.contains(&name)
    }
}

/// The names that API Gateway documents for any type of API. Some appear more than once.
pub(crate) fn documented_variables() -> impl Iterator<Item = &'static str> {
    let all = [&REST, &HTTP, &WEBSOCKET].into_iter();
    let names = all.flat_map(|variables| variables.present.iter().chain(variables.absent));
    names.copied()
}

/// Returns the name if API Gateway documents a variable of this name for any type of API.
pub(crate) fn documented_variable(name: &str) -> Option<&'static str> {
    documented_variables().find(|known| *known == name)
}

/// Whether REST APIs have this variable. Gateway responses can contain only their variables.
pub(crate) fn is_documented_of_rest(name: &str) -> bool {
    REST.contains(name)
}

pub(super) const REST: Variables = Variables {
    present: &[
        "accountId",
        "apiId",
        "domainName",
        "domainPrefix",
        "extendedRequestId",
        "httpMethod",
        "identity.sourceIp",
        "identity.userAgent",
        "path",
        "protocol",
        "requestId",
        "requestTime",
        "requestTimeEpoch",
        "resourcePath",
        "stage",
    ],
    absent: &[
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
    ],
};

pub(super) const HTTP: Variables = Variables {
    present: &[
        "accountId",
        "apiId",
        "domainName",
        "domainPrefix",
        "extendedRequestId",
        "httpMethod",
        "identity.sourceIp",
        "identity.userAgent",
        "path",
        "protocol",
        "requestId",
        "requestTime",
        "requestTimeEpoch",
        "routeKey",
        "stage",
    ],
    absent: &[
        "awsEndpointRequestId",
        "awsEndpointRequestId2",
        "customDomain.basePathMatched",
        "error.message",
        "error.messageString",
        "error.responseType",
        "identity.accountId",
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
        "integrationErrorMessage",
    ],
};

/// As recorded, `eventType` and `messageDirection` never have a value, although the event contains them.
pub(super) const WEBSOCKET: Variables = Variables {
    present: &[
        "apiId",
        "connectedAt",
        "connectionId",
        "domainName",
        "extendedRequestId",
        "identity.sourceIp",
        "identity.userAgent",
        "requestId",
        "requestTime",
        "requestTimeEpoch",
        "stage",
    ],
    absent: &[
        "accountId",
        "disconnectReason",
        "domainPrefix",
        "error.message",
        "error.messageString",
        "error.responseType",
        "eventType",
        "httpMethod",
        "identity.accountId",
        "identity.apiKey",
        "identity.apiKeyId",
        "identity.caller",
        "identity.cognitoAuthenticationProvider",
        "identity.cognitoAuthenticationType",
        "identity.cognitoIdentityId",
        "identity.cognitoIdentityPoolId",
        "identity.principalOrgId",
        "identity.user",
        "identity.userArn",
        "messageDirection",
        "messageId",
        "path",
        "protocol",
        "resourcePath",
        "routeKey",
        "status",
    ],
};
