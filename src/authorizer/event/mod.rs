//! The JSON that API Gateway sends an authorizer function, in the recorded order and casing. `formats.rs` is the table of
//! what each format calls each fact about a request.

mod domain_name;
mod fact;
mod formats;
mod headers;
mod member;
mod ordered_map;
mod query;
mod spelling;

use std::fmt;

use serde::{Serialize, Serializer};

use self::member::Member;
use crate::{api::EventFormat, authorizer::AuthorizerRequest};

/// The event that API Gateway sends an authorizer function.
///
/// [`AuthorizerRequest::to_event`] creates it. [`Display`](fmt::Display) and serde write it as JSON, with its members in
/// the order in which API Gateway sends them.
///
/// Some members have values that exist only on API Gateway, or that could be written in several ways. Here they have
/// these values:
///
/// | member | value |
/// |---|---|
/// | names of headers | capitalized, since the client's spelling is not known: `Authorization`, `X-Api-Key`; in lower case with the payload format 2.0, as recorded |
/// | `resource`, `resourcePath` | the [resource](AuthorizerRequest::resource), with axum's `{*rest}` written as `{rest+}`; the path if no resource is known |
/// | `rawPath`, `path` of an HTTP API | percent-decoded, with the stage before it unless the stage is `$default`, as users report it |
/// | `routeKey` of an HTTP API | the method and the resource; `$default` if no resource is known |
/// | `resourceId` of a REST API, `deploymentId` | `placeholder` |
/// | `domainName` | the host that the client asked for, or API Gateway's own host for this API if the client named none |
/// | `sourceIp` | the [client's address](AuthorizerRequest::source_ip), or `null` |
/// | headers that a gateway adds, such as `X-Forwarded-For` | present if a proxy in front added them |
///
/// The ids of requests and connections distinguish requests. They are not secret: from one id, others can be guessed.
///
/// `Debug` does not show the event, since it contains credentials.
#[derive(Clone)]
pub struct AuthorizerEvent {
    request: AuthorizerRequest,
}

impl AuthorizerEvent {
    pub(crate) fn new(request: AuthorizerRequest) -> Self {
        Self { request }
    }
}

impl Serialize for AuthorizerEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = members(self.request.facts().differences.event);
        member::write(members, &self.request, serializer)
    }
}

fn members(format: EventFormat) -> &'static [Member] {
    match format {
        EventFormat::Token => formats::TOKEN,
        EventFormat::Request => formats::REST_REQUEST,
        EventFormat::HttpV1 => formats::HTTP_V1,
        EventFormat::HttpV2 => formats::HTTP_V2,
        EventFormat::Connect => formats::CONNECT,
    }
}

/// Whether an event of this format can have this member.
pub(crate) fn has_member(format: EventFormat, name: &str) -> bool {
    members(format).iter().any(|member| member.name() == name)
}

impl fmt::Display for AuthorizerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl fmt::Debug for AuthorizerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizerEvent")
            .field("request", &self.request)
            .finish()
    }
}
