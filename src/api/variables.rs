//! The `$context` variables that each type of API allows as identity sources. `request/context/` knows their values.

use self::State::{Absent, Present, Undocumented};

/// What a variable is for one type of API, before a request is authorized.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    /// It can have a value.
    Present,
    /// It never has a value, or has one only inside AWS.
    Absent,
    /// API Gateway does not document it for this type of API.
    Undocumented,
}

/// The variables that API Gateway documents, and what they are for REST, HTTP and WebSocket APIs.
///
/// As recorded, `eventType` and `messageDirection` never have a value, although the event of a WebSocket API contains them.
const VARIABLES: [(&str, [State; 3]); 54] = [
    ("accountId", [Present, Present, Absent]),
    ("apiId", [Present, Present, Present]),
    ("awsEndpointRequestId", [Absent, Absent, Undocumented]),
    (
        "awsEndpointRequestId2",
        [Undocumented, Absent, Undocumented],
    ),
    ("connectedAt", [Undocumented, Undocumented, Present]),
    ("connectionId", [Undocumented, Undocumented, Present]),
    (
        "customDomain.basePathMatched",
        [Undocumented, Absent, Undocumented],
    ),
    ("deploymentId", [Absent, Undocumented, Undocumented]),
    ("disconnectReason", [Undocumented, Undocumented, Absent]),
    ("domainName", [Present, Present, Present]),
    ("domainPrefix", [Present, Present, Absent]),
    ("error.message", [Undocumented, Absent, Absent]),
    ("error.messageString", [Undocumented, Absent, Absent]),
    ("error.responseType", [Undocumented, Absent, Absent]),
    ("eventType", [Undocumented, Undocumented, Absent]),
    ("extendedRequestId", [Present, Present, Present]),
    ("httpMethod", [Present, Present, Absent]),
    ("identity.accessKey", [Absent, Undocumented, Undocumented]),
    ("identity.accountId", [Absent, Absent, Absent]),
    ("identity.apiKey", [Absent, Undocumented, Absent]),
    ("identity.apiKeyId", [Absent, Undocumented, Absent]),
    ("identity.caller", [Absent, Absent, Absent]),
    (
        "identity.clientCert.clientCertPem",
        [Absent, Absent, Undocumented],
    ),
    (
        "identity.clientCert.issuerDN",
        [Absent, Absent, Undocumented],
    ),
    (
        "identity.clientCert.serialNumber",
        [Absent, Absent, Undocumented],
    ),
    (
        "identity.clientCert.subjectDN",
        [Absent, Absent, Undocumented],
    ),
    (
        "identity.clientCert.validity.notAfter",
        [Absent, Absent, Undocumented],
    ),
    (
        "identity.clientCert.validity.notBefore",
        [Absent, Absent, Undocumented],
    ),
    (
        "identity.cognitoAuthenticationProvider",
        [Absent, Absent, Absent],
    ),
    (
        "identity.cognitoAuthenticationType",
        [Absent, Absent, Absent],
    ),
    ("identity.cognitoIdentityId", [Absent, Absent, Absent]),
    ("identity.cognitoIdentityPoolId", [Absent, Absent, Absent]),
    ("identity.principalOrgId", [Absent, Absent, Absent]),
    ("identity.sourceIp", [Present, Present, Present]),
    ("identity.user", [Absent, Absent, Absent]),
    ("identity.userAgent", [Present, Present, Present]),
    ("identity.userArn", [Absent, Absent, Absent]),
    ("identity.vpcId", [Absent, Undocumented, Undocumented]),
    ("identity.vpceId", [Absent, Undocumented, Undocumented]),
    (
        "integrationErrorMessage",
        [Undocumented, Absent, Undocumented],
    ),
    ("isCanaryRequest", [Absent, Undocumented, Undocumented]),
    ("messageDirection", [Undocumented, Undocumented, Absent]),
    ("messageId", [Undocumented, Undocumented, Absent]),
    ("path", [Present, Present, Absent]),
    ("protocol", [Present, Present, Absent]),
    ("requestId", [Present, Present, Present]),
    ("requestTime", [Present, Present, Present]),
    ("requestTimeEpoch", [Present, Present, Present]),
    ("resourceId", [Absent, Undocumented, Undocumented]),
    ("resourcePath", [Present, Undocumented, Absent]),
    ("routeKey", [Undocumented, Present, Absent]),
    ("stage", [Present, Present, Present]),
    ("status", [Undocumented, Undocumented, Absent]),
    ("webaclArn", [Absent, Undocumented, Undocumented]),
];

/// The variables of one type of API: a column of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Variables(usize);

pub(super) const REST: Variables = Variables(0);
pub(super) const HTTP: Variables = Variables(1);
pub(super) const WEBSOCKET: Variables = Variables(2);

impl Variables {
    /// The names of those that can have a value before a request is authorized, in a sentence.
    pub(crate) fn present(self) -> String {
        let present = documented_variables().filter(|name| self.state(name) == Present);
        present.collect::<Vec<_>>().join(", ")
    }

    /// Returns the name if the variable never has a value before a request is authorized.
    pub(crate) fn absent(self, name: &str) -> Option<&'static str> {
        documented_variable(name).filter(|name| self.state(name) == Absent)
    }

    pub(crate) fn contains(self, name: &str) -> bool {
        self.state(name) != Undocumented
    }

    fn state(self, name: &str) -> State {
        let row = VARIABLES.iter().find(|(known, _)| *known == name);
        let state = row.and_then(|(_, states)| states.get(self.0));
        state.copied().unwrap_or(Undocumented)
    }
}

/// The names that API Gateway documents for any type of API.
pub(crate) fn documented_variables() -> impl Iterator<Item = &'static str> {
    VARIABLES.iter().map(|(name, _)| *name)
}

/// Returns the name if API Gateway documents a variable of this name for any type of API.
pub(crate) fn documented_variable(name: &str) -> Option<&'static str> {
    documented_variables().find(|known| *known == name)
}

/// Whether REST APIs have this variable. Gateway responses can contain only their variables.
pub(crate) fn is_documented_of_rest(name: &str) -> bool {
    REST.contains(name)
}
