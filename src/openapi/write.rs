//! Writes a definition as OpenAPI 3.0.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    document::{ANY_METHOD, CORS, DEFAULT_AUTH_TYPE, EXPORT_VERSION, IS_DEFAULT_ROUTE, NO_HEADER},
    model::{AuthorizerDefinition, AuthorizerType, Definition, Operation},
};
use crate::gateway_response::GatewayResponses;

/// Writes a fragment. Reading it gives the same definition.
pub(super) fn write(definition: &Definition, responses: &GatewayResponses) -> Value {
    let api = definition.api();
    let responses = responses.to_openapi();
    let responses = (api.has_gateway_responses && responses != json!({})).then_some(responses);
    let authorizers = definition.authorizers.iter();
    let authorizers = authorizers.map(|(name, authorizer)| (name.clone(), scheme(authorizer)));
    let others = definition.other_schemes.iter();
    let others = others.filter(|(_, other)| !other.is_undefined());
    let others = others.map(|(name, other)| (name.clone(), other.scheme.clone()));
    let schemes: Map<_, _> = authorizers.chain(others).collect();
    let document = json!({
        "openapi": "3.0.1",
        "info": {"title": definition.title, "version": "1"},
        "paths": paths(&definition.operations),
        "components": {"securitySchemes": schemes},
        "x-amazon-apigateway-gateway-responses": responses,
        CORS: definition.cors,
        EXPORT_VERSION: api.export_version,
    });
    without_null(document)
}

fn scheme(definition: &AuthorizerDefinition) -> Value {
    let kind = match definition.kind {
        AuthorizerType::Token => "token",
        AuthorizerType::Request => "request",
    };
    let authorizer = json!({
        "type": kind,
        "authorizerUri": definition.uri,
        "authorizerCredentials": definition.credentials,
        "identitySource": definition.identity_source,
        "identityValidationExpression": definition.identity_validation_expression,
        "authorizerResultTtlInSeconds": definition.result_ttl,
        "authorizerPayloadFormatVersion": definition.payload_format_version,
        "enableSimpleResponses": definition.enable_simple_responses,
    });
    let scheme = json!({
        "type": "apiKey",
        "name": definition.header.as_deref().unwrap_or(NO_HEADER),
        "in": "header",
        // Some imports drop the authorizer if this is missing.
        "x-amazon-apigateway-authtype": definition.auth_type.as_deref().unwrap_or(DEFAULT_AUTH_TYPE),
        "x-amazon-apigateway-authorizer": without_null(authorizer),
    });
    without_null(scheme)
}

fn paths(operations: &[Operation]) -> Map<String, Value> {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in operations {
        let method = match &operation.method {
            Some(method) => method.as_str().to_ascii_lowercase(),
            None => ANY_METHOD.into(),
        };
        let content = json!({
            // OpenAPI requires `responses`.
            "responses": {},
            "security": operation.security.as_deref().map(security),
            IS_DEFAULT_ROUTE: operation.path.is_default_route().then_some(true),
        });
        paths
            .entry(operation.path())
            .or_default()
            .insert(method, without_null(content));
    }
    let paths = paths.into_iter();
    paths
        .map(|(path, item)| (path.to_owned(), item.into()))
        .collect()
}

/// Writes one combination of all names, even if the document had alternatives: API Gateway checks all of them.
fn security(names: &[String]) -> Value {
    if names.is_empty() {
        json!([])
    } else {
        let combination: Map<_, _> = names.iter().map(|name| (name.clone(), json!([]))).collect();
        json!([combination])
    }
}

fn without_null(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}
