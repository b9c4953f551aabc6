//! The event of a WebSocket API's authorizer: the handshake.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;

use super::{headers, ordered_map::OrderedMap, query};
use crate::{authorizer::AuthorizerRequest, request::arn::CONNECT};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event<'r> {
    r#type: &'static str,
    method_arn: &'r str,
    headers: OrderedMap<String, String>,
    multi_value_headers: OrderedMap<String, Vec<String>>,
    query_string_parameters: OrderedMap<Cow<'r, str>, Cow<'r, str>>,
    multi_value_query_string_parameters: OrderedMap<Cow<'r, str>, Vec<Cow<'r, str>>>,
    stage_variables: &'r BTreeMap<String, String>,
    request_context: RequestContext<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'r> {
    route_key: &'static str,
    event_type: &'static str,
    extended_request_id: String,
    request_time: Option<String>,
    message_direction: &'static str,
    stage: &'r str,
    connected_at: Option<u64>,
    request_time_epoch: Option<u64>,
    identity: Identity<'r>,
    request_id: String,
    domain_name: String,
    connection_id: String,
    api_id: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'r> {
    source_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<Cow<'r, str>>,
}

impl<'r> Event<'r> {
    pub(super) fn of(request: &'r AuthorizerRequest) -> Self {
        let last = headers::last(request.headers(), headers::capitalized);
        let values = headers::values(request.headers(), headers::capitalized);
        Self {
            r#type: "REQUEST",
            method_arn: request.method_arn().as_str(),
            headers: headers::with_no_content(last, "0".to_owned()),
            multi_value_headers: headers::with_no_content(values, vec!["0".to_owned()]),
            query_string_parameters: query::last(request),
            multi_value_query_string_parameters: query::values(request),
            stage_variables: request.stage_variables(),
            request_context: RequestContext::of(request),
        }
    }
}

impl<'r> RequestContext<'r> {
    fn of(request: &'r AuthorizerRequest) -> Self {
        let api = request.api();
        Self {
            route_key: CONNECT,
            event_type: "CONNECT",
            extended_request_id: request.extended_request_id(),
            request_time: request.request_time(),
            message_direction: "IN",
            stage: api.stage(),
            connected_at: request.request_time_epoch(),
            request_time_epoch: request.request_time_epoch(),
            identity: Identity {
                source_ip: request.source_ip_text(),
                user_agent: request.user_agent(),
            },
            // Both are one, as recorded.
            request_id: request.extended_request_id(),
            domain_name: request.domain_name(),
            connection_id: request.connection_id(),
            api_id: api.api_id(),
        }
    }
}
