//! The document of a case: one authorizer as JSON, or an OpenAPI document if the case has gateway responses.

use serde_json::{Map, Value, json};
use tower_lambda_authorizer::ApiType;

use super::case::Case;

pub(super) fn document(case: &Case) -> Result<Value, &'static str> {
    let is_rest = case.api.api_type().unwrap() == ApiType::Rest;
    let has_responses = !case.gateway_responses.is_empty();
    match has_responses || needs_resources(case) {
        false => Ok(Value::Object(case.authorizer.clone())),
        true if has_responses && !is_rest => {
            Err("only documents of REST APIs have gateway responses")
        }
        true => Ok(openapi(case)),
    }
}

/// One authorizer by itself does not know which resource a path belongs to.
fn needs_resources(case: &Case) -> bool {
    let of_resources = ["routeKey", "resourcePath"];
    let names = sources(case).into_iter();
    names
        .filter_map(|source| source.rsplit('.').next().map(str::to_owned))
        .any(|name| of_resources.contains(&&*name))
}

pub(super) fn api_type(case: &Case) -> &'static str {
    match case.api.api_type().unwrap() {
        ApiType::Http => "http",
        ApiType::WebSocket => "websocket",
        _ => "rest",
    }
}

pub(super) fn api_arn(case: &Case) -> String {
    let api = &case.api;
    let (partition, region, account, id) =
        (&api.partition, &api.region, &api.account_id, &api.api_id);
    let stage = api.stage().unwrap();
    format!("arn:{partition}:execute-api:{region}:{account}:{id}/{stage}")
}

fn openapi(case: &Case) -> Value {
    let guarded = json!({"x-amazon-apigateway-any-method": {"security": [{"it": []}]}});
    let resources = case
        .exchanges
        .iter()
        .map(|exchange| exchange.request.resource.clone());
    let paths: Map<String, Value> = resources
        .map(|resource| (resource, guarded.clone()))
        .collect();
    let sources = sources(case);
    let is_token = case
        .authorizer
        .get("type")
        .is_some_and(|kind| kind == "TOKEN");
    let mut authorizer = case.authorizer.clone();
    authorizer.insert(
        "type".into(),
        if is_token { "token" } else { "request" }.into(),
    );
    authorizer.insert("authorizerUri".into(), "it".into());
    authorizer.insert("identitySource".into(), sources.join(", ").into());
    let header = sources
        .first()
        .and_then(|source| source.strip_prefix("method.request.header."));
    if is_token {
        authorizer.remove("identitySource");
    }
    let mut document = json!({
        "openapi": "3.0.1",
        "info": {"title": "case", "version": "1"},
        "paths": paths,
        "components": {"securitySchemes": {"it": {
            "type": "apiKey", "in": "header", "name": header.unwrap_or("Authorization"),
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": authorizer
        }}}
    });
    if !case.gateway_responses.is_empty() {
        document["x-amazon-apigateway-gateway-responses"] =
            Value::Object(case.gateway_responses.clone());
    }
    document
}

/// The identity sources, which are a list or one string.
pub(super) fn sources(case: &Case) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match case.authorizer.get("identitySource") {
        Some(Value::Array(sources)) => sources.iter().map(text).collect(),
        Some(source) => text(source)
            .split(',')
            .map(|source| source.trim().to_owned())
            .collect(),
        None => vec!["method.request.header.Authorization".into()],
    }
}
