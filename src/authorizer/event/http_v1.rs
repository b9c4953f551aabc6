//! The event of an HTTP API's authorizer with the payload format 1.0.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;

use super::{headers, ordered_map::OrderedMap, query};
use crate::{authorizer::AuthorizerRequest, request::resource::DEFAULT_ROUTE_KEY};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event<'r> {
    version: &'static str,
    r#type: &'static str,
    method_arn: &'r str,
    identity_source: Option<String>,
    authorization_token: Option<String>,
    resource: &'static str,
    path: String,
    http_method: &'r str,
    headers: OrderedMap<String, String>,
    query_string_parameters: OrderedMap<Cow<'r, str>, Cow<'r, str>>,
    request_context: RequestContext<'r>,
    path_parameters: OrderedMap<&'r str, &'r str>,
    stage_variables: &'r BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'r> {
    account_id: &'r str,
    api_id: &'r str,
    domain_name: String,
    domain_prefix: String,
    extended_request_id: String,
    http_method: &'r str,
    identity: Identity<'r>,
    path: String,
    protocol: String,
    request_id: String,
    request_time: Option<String>,
    request_time_epoch: Option<u64>,
    resource_id: Cow<'r, str>,
    resource_path: &'r str,
    stage: &'r str,
}

/// All but two exist only inside AWS.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Identity<'r> {
    access_key: (),
    account_id: (),
    caller: (),
    cognito_amr: (),
    cognito_authentication_provider: (),
    cognito_authentication_type: (),
    cognito_identity_id: (),
    cognito_identity_pool_id: (),
    principal_org_id: (),
    source_ip: Option<String>,
    user: (),
    user_agent: Option<Cow<'r, str>>,
    user_arn: (),
}

impl<'r> Event<'r> {
    pub(super) fn of(request: &'r AuthorizerRequest) -> Self {
        let identity = request.identity();
        let identity = (!identity.is_empty()).then(|| identity.join(","));
        let headers = headers::joined(request.headers(), headers::capitalized_but_two);
        Self {
            version: "1.0",
            r#type: "REQUEST",
            method_arn: request.method_arn().as_str(),
            identity_source: identity.clone(),
            authorization_token: identity,
            resource: "",
            path: request.path_with_stage(),
            http_method: request.method().as_str(),
            headers: headers::with_content_length(request, headers, "Content-Length"),
            query_string_parameters: query::last(request),
            request_context: RequestContext::of(request),
            path_parameters: request.path_parameters().collect(),
            stage_variables: request.stage_variables(),
        }
    }
}

impl<'r> RequestContext<'r> {
    fn of(request: &'r AuthorizerRequest) -> Self {
        let api = request.api();
        Self {
            account_id: api.account_id(),
            api_id: api.api_id(),
            domain_name: request.domain_name(),
            domain_prefix: request.domain_prefix(),
            extended_request_id: request.extended_request_id(),
            http_method: request.method().as_str(),
            identity: Identity::of(request),
            path: request.path_with_stage(),
            protocol: request.protocol(),
            // The short one, as recorded.
            request_id: request.extended_request_id(),
            request_time: request.request_time(),
            request_time_epoch: request.request_time_epoch(),
            resource_id: request.route_key(),
            resource_path: request.resource().unwrap_or(DEFAULT_ROUTE_KEY),
            stage: api.stage(),
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
