//! The JSON that API Gateway sends an authorizer function, member for member, in the recorded order and casing.

mod connect;
mod headers;
mod http_v1;
mod http_v2;
mod ordered_map;
mod query;
mod rest_request;
mod token;
mod where_and_when;

use std::fmt;

use serde::{Serialize, Serializer};

use crate::{api::EventFormat, authorizer::AuthorizerRequest};

/// What an authorizer function is sent. Made by [`AuthorizerRequest::to_event`]; [`Display`](fmt::Display) and serde
/// write it as JSON, members in the order in which API Gateway sends them.
///
/// What this crate cannot know stands in it as follows:
///
/// | | |
/// |---|---|
/// | the client's spelling of header names | `Authorization`, `X-Api-Key`; in the payload format 2.0 lower case, as recorded |
/// | `resource`, `resourcePath` | the [resource](AuthorizerRequest::resource), with axum's `{*rest}` as `{rest+}`; else the path |
/// | `rawPath`, `path` of an HTTP API | percent-decoded, behind the stage unless that is `$default`, as users report it |
/// | `routeKey` of an HTTP API | the method and the resource, else `$default` |
/// | `resourceId` of a REST API, `deploymentId` | `placeholder` |
/// | `domainName` | the host that the client asked for, else API Gateway's for this API |
/// | `sourceIp` | the [client's address](AuthorizerRequest::source_ip), else `null` |
/// | `X-Forwarded-For` and what else a gateway adds | as far as a proxy in front added it |
///
/// Request ids and connection ids are there to be told apart. They are no secrets: who has seen one can work out others.
///
/// `Debug` shows none of it, for it holds credentials.
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
        let request = &self.request;
        match request.facts().differences.event {
            EventFormat::Token => token::Event::of(request).serialize(serializer),
            EventFormat::Request => rest_request::Event::of(request).serialize(serializer),
            EventFormat::HttpV1 => http_v1::Event::of(request).serialize(serializer),
            EventFormat::HttpV2 => http_v2::Event::of(request).serialize(serializer),
            EventFormat::Connect => connect::Event::of(request).serialize(serializer),
        }
    }
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
