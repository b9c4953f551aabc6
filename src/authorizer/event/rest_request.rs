//! The event of a REST API's REQUEST authorizer.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;

use super::{headers, ordered_map::OrderedMap, query, where_and_when::PLACEHOLDER};
use crate::authorizer::AuthorizerRequest;

/// Maps that are empty are there, in contrast to the event of a service behind.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event<'r> {
    r#type: &'static str,
    method_arn: &'r str,
    resource: &'r str,
    path: &'r str,
    http_method: &'r str,
    headers: OrderedMap<String, String>,
    multi_value_headers: OrderedMap<String, Vec<String>>,
    query_string_parameters: OrderedMap<Cow<'r, str>, Cow<'r, str>>,
    multi_value_query_string_parameters: OrderedMap<Cow<'r, str>, Vec<Cow<'r, str>>>,
    path_parameters: OrderedMap<&'r str, &'r str>,
    stage_variables: &'r BTreeMap<String, String>,
    request_context: RequestContext<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'r> {
    resource_id: &'static str,
    resource_path: &'r str,
    http_method: &'r str,
    extended_request_id: String,
    request_time: Option<String>,
    path: String,
    account_id: &'r str,
    protocol: String,
    stage: &'r str,
    domain_prefix: String,
    request_time_epoch: Option<u64>,
    request_id: String,
    identity: Identity<'r>,
    domain_name: String,
    deployment_id: &'static str,
    api_id: &'r str,
}

/// All but two exist only inside AWS.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Identity<'r> {
    cognito_identity_pool_id: (),
    account_id: (),
    cognito_identity_id: (),
    caller: (),
    source_ip: Option<String>,
    principal_org_id: (),
    access_key: (),
    cognito_authentication_type: (),
    cognito_authentication_provider: (),
    user_arn: (),
    user_agent: Option<Cow<'r, str>>,
    user: (),
}

impl<'r> Event<'r> {
    pub(super) fn of(request: &'r AuthorizerRequest) -> Self {
        Self {
            r#type: "REQUEST",
            method_arn: request.method_arn().as_str(),
            resource: request.resource_or_path(),
            path: request.path(),
            http_method: request.method().as_str(),
            headers: headers::last(request.headers(), headers::capitalized),
            multi_value_headers: headers::values(request.headers(), headers::capitalized),
            query_string_parameters: query::last(request),
            multi_value_query_string_parameters: query::values(request),
            path_parameters: request.path_parameters().collect(),
            stage_variables: request.stage_variables(),
            request_context: RequestContext::of(request),
        }
    }
}

impl<'r> RequestContext<'r> {
    fn of(request: &'r AuthorizerRequest) -> Self {
        let api = request.api();
        Self {
            resource_id: PLACEHOLDER,
            resource_path: request.resource_or_path(),
            http_method: request.method().as_str(),
            extended_request_id: request.extended_request_id(),
            request_time: request.request_time(),
            path: request.path_with_stage(),
            account_id: api.account_id(),
            protocol: request.protocol(),
            stage: api.stage(),
            domain_prefix: request.domain_prefix(),
            request_time_epoch: request.request_time_epoch(),
            request_id: request.request_id(),
            identity: Identity::of(request),
            domain_name: request.domain_name(),
            deployment_id: PLACEHOLDER,
            api_id: api.api_id(),
        }
    }
}

impl<'r> Identity<'r> {
    fn of(request: &'r AuthorizerRequest) -> Self {
        Self {
            source_ip: request.source_ip_text(),
            user_agent: request.user_agent(),
            ..Self::default()
        }
    }
}
