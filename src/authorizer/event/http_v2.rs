//! The event of an HTTP API's authorizer with the payload format 2.0.

use std::{borrow::Cow, collections::BTreeMap};

use http::header;
use serde::Serialize;

use super::{headers, ordered_map::OrderedMap, query};
use crate::authorizer::AuthorizerRequest;

/// Maps that are empty are left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event<'r> {
    version: &'static str,
    r#type: &'static str,
    route_arn: &'r str,
    /// `null` where no source is configured.
    identity_source: Option<&'r [String]>,
    route_key: Cow<'r, str>,
    raw_path: String,
    raw_query_string: &'r str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<String>,
    headers: OrderedMap<String, String>,
    #[serde(skip_serializing_if = "OrderedMap::is_empty")]
    query_string_parameters: OrderedMap<Cow<'r, str>, String>,
    request_context: RequestContext<'r>,
    #[serde(skip_serializing_if = "OrderedMap::is_empty")]
    path_parameters: OrderedMap<&'r str, &'r str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    stage_variables: &'r BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'r> {
    account_id: &'r str,
    api_id: &'r str,
    domain_name: String,
    domain_prefix: String,
    http: Http<'r>,
    request_id: String,
    route_key: Cow<'r, str>,
    stage: &'r str,
    time: Option<String>,
    time_epoch: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Http<'r> {
    method: &'r str,
    path: String,
    protocol: String,
    source_ip: Option<String>,
    user_agent: Option<Cow<'r, str>>,
}

impl<'r> Event<'r> {
    pub(super) fn of(request: &'r AuthorizerRequest) -> Self {
        let identity = request.identity();
        let headers = headers::joined(request.headers(), headers::lower_case);
        Self {
            version: "2.0",
            r#type: "REQUEST",
            route_arn: request.method_arn().as_str(),
            identity_source: (!identity.is_empty()).then_some(identity),
            route_key: request.route_key(),
            raw_path: request.path_with_stage(),
            raw_query_string: request.uri().query().unwrap_or_default(),
            cookies: cookies(request),
            headers: headers::with_content_length(request, headers, "content-length"),
            query_string_parameters: query::joined(request),
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
            http: Http {
                method: request.method().as_str(),
                path: request.path_with_stage(),
                protocol: request.protocol(),
                source_ip: request.source_ip_text(),
                user_agent: request.user_agent(),
            },
            request_id: request.extended_request_id(),
            route_key: request.route_key(),
            stage: api.stage(),
            time: request.request_time(),
            time_epoch: request.request_time_epoch(),
        }
    }
}

/// Each cookie of all `Cookie` headers.
fn cookies(request: &AuthorizerRequest) -> Vec<String> {
    let headers = request.headers().get_all(header::COOKIE).iter();
    let texts: Vec<_> = headers.map(headers::text).collect();
    let cookies = texts.iter().flat_map(|text| text.split(';'));
    let cookies = cookies.map(str::trim).filter(|cookie| !cookie.is_empty());
    cookies.map(str::to_owned).collect()
}
