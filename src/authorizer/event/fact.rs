//! The facts about a request that an event can contain, independent of the names that each format gives them.

use http::header;
use serde::{Serialize, Serializer};

use super::{domain_name, headers, query, spelling::Spelling};
use crate::{
    authorizer::AuthorizerRequest,
    request::{
        context::{Noted, request_time, request_time_epoch},
        resource::DEFAULT_ROUTE_KEY,
    },
};

#[derive(Clone, Copy)]
pub(super) enum Fact {
    // The same for every request.
    Text(&'static str),
    Null,

    // The API.
    AccountId,
    ApiId,
    Stage,
    StageVariables,
    DomainName,
    DomainPrefix,

    // The route.
    MethodArn,
    Method,
    Protocol,
    Path,
    /// The value of `$context.path`.
    PathWithStage,
    PathParameters,
    ResourceOrPath,
    /// `$default` if no router has found a resource.
    ResourceOrDefaultRoute,
    /// `$default` if no router has found a route.
    RouteKey,

    // The identity sources.
    Token,
    /// A list of the values; `null` if no source is configured.
    Identity,
    /// The values, separated by commas; `null` if no source is configured.
    JoinedIdentity,

    // The headers.
    LastHeaders,
    AllHeaders,
    LastHandshakeHeaders,
    AllHandshakeHeaders,
    JoinedHeaders(Spelling),
    Cookies,
    UserAgent,

    // The query.
    RawQuery,
    LastQueryParameters,
    AllQueryParameters,
    JoinedQueryParameters,

    // The client, the time and the ids.
    SourceIp,
    Time,
    TimeEpoch,
    RequestId,
    ExtendedRequestId,
    ConnectionId,
}

impl Fact {
    /// Whether the value is an empty list, an empty object or `null`. Only facts that a format may leave out can be empty.
    pub(super) fn is_empty(self, request: &AuthorizerRequest) -> bool {
        match self {
            Self::Cookies => headers::cookies(request).is_empty(),
            Self::JoinedQueryParameters => request.query_parameters().next().is_none(),
            Self::PathParameters => request.path_parameters().next().is_none(),
            Self::StageVariables => request.stage_variables().is_empty(),
            Self::UserAgent => request.header(header::USER_AGENT).is_none(),
            _ => false,
        }
    }

    pub(super) fn write<S: Serializer>(
        self,
        request: &AuthorizerRequest,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let (api, facts) = (request.api(), request.facts());
        let Noted { ids, time } = facts.arrival;
        match self {
            Self::Text(text) => text.serialize(to),
            Self::Null => to.serialize_unit(),
            Self::AccountId => api.account_id().serialize(to),
            Self::ApiId => api.api_id().serialize(to),
            Self::Stage => api.stage().serialize(to),
            Self::StageVariables => request.stage_variables().serialize(to),
            Self::DomainName => domain_name::of(request).serialize(to),
            Self::DomainPrefix => domain_name::prefix(&domain_name::of(request)).serialize(to),
            Self::MethodArn => request.method_arn().as_str().serialize(to),
            Self::Method => request.method().as_str().serialize(to),
            Self::Protocol => to.collect_str(&format_args!("{:?}", facts.parts.version)),
            Self::Path => request.path().serialize(to),
            Self::PathWithStage => {
                let path = facts
                    .differences
                    .path_with_stage(api.stage(), request.path());
                path.serialize(to)
            }
            Self::PathParameters => to.collect_map(request.path_parameters()),
            Self::ResourceOrPath => request.resource().unwrap_or(request.path()).serialize(to),
            Self::ResourceOrDefaultRoute => request
                .resource()
                .unwrap_or(DEFAULT_ROUTE_KEY)
                .serialize(to),
            Self::RouteKey => match facts.matched.route_key(request.method()) {
                Some(route_key) => route_key.serialize(to),
                None => DEFAULT_ROUTE_KEY.serialize(to),
            },
            Self::Token => request.token().unwrap_or_default().serialize(to),
            Self::Identity => identity(request).serialize(to),
            Self::JoinedIdentity => identity(request)
                .map(|values| values.join(","))
                .serialize(to),
            Self::LastHeaders => headers::last(request).serialize(to),
            Self::AllHeaders => headers::all(request).serialize(to),
            Self::LastHandshakeHeaders => headers::last_of_handshake(request).serialize(to),
            Self::AllHandshakeHeaders => headers::all_of_handshake(request).serialize(to),
            Self::JoinedHeaders(spelling) => headers::joined(request, spelling).serialize(to),
            Self::Cookies => headers::cookies(request).serialize(to),
            Self::UserAgent => request.header(header::USER_AGENT).serialize(to),
            Self::RawQuery => request.uri().query().unwrap_or_default().serialize(to),
            Self::LastQueryParameters => query::last(request).serialize(to),
            Self::AllQueryParameters => query::all(request).serialize(to),
            Self::JoinedQueryParameters => query::joined(request).serialize(to),
            Self::SourceIp => request
                .source_ip()
                .map(|address| address.to_string())
                .serialize(to),
            Self::Time => request_time(time).serialize(to),
            Self::TimeEpoch => request_time_epoch(time).serialize(to),
            Self::RequestId => to.collect_str(&ids.request_id()),
            Self::ExtendedRequestId => to.collect_str(&ids.extended_request_id()),
            Self::ConnectionId => to.collect_str(&ids.connection_id()),
        }
    }
}

/// The values of the identity sources. `None` if no source is configured.
fn identity(request: &AuthorizerRequest) -> Option<&[String]> {
    Some(request.identity()).filter(|values| !values.is_empty())
}
