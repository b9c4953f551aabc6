//! The document of a case: one authorizer as JSON, or a whole API if the case depends on more than that.

use serde_json::{Map, Value, json};
use tower_lambda_authorizer::ApiType;

use super::{
    Reason,
    case::{Case, Exchange},
};

pub(super) enum Document {
    /// For every path.
    Authorizer(Map<String, Value>, ApiType),
    /// An OpenAPI document.
    Api(Value, ApiType),
}

impl Document {
    pub(super) fn into_json(self) -> Value {
        match self {
            Self::Authorizer(authorizer, _) => Value::Object(authorizer),
            Self::Api(document, _) => document,
        }
    }
}

pub(super) fn document(case: &Case) -> Result<Document, Reason> {
    let api_type = case.api.api_type().unwrap();
    let has_responses = !case.gateway_responses.is_empty();
    if has_responses && api_type != ApiType::Rest {
        return Err("only documents of REST APIs have gateway responses");
    }
    Ok(if has_responses || needs_resources(case) {
        Document::Api(openapi(case), api_type)
    } else {
        Document::Authorizer(case.authorizer.clone(), api_type)
    })
}

/// One authorizer by itself does not know which resource a path belongs to.
fn needs_resources(case: &Case) -> bool {
    let names_resource =
        |source: &String| source.ends_with(".routeKey") || source.ends_with(".resourcePath");
    let expects_resource = |exchange: &Exchange| {
        let event = exchange.expect.event.as_ref();
        event
            .is_some_and(|event| event.get("resource").is_some() || event.get("routeKey").is_some())
    };
    sources(case).iter().any(names_resource) || case.exchanges.iter().any(expects_resource)
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
    let mut paths = Map::new();
    for exchange in &case.exchanges {
        let request = &exchange.request;
        let operations = paths.entry(&request.resource).or_insert_with(|| json!({}));
        operations[request.method.to_ascii_lowercase()] = json!({"security": [{"it": []}]});
    }
    let sources = sources(case);
    let header = sources
        .first()
        .and_then(|source| source.strip_prefix("method.request.header."));
    let mut document = json!({
        "openapi": "3.0.1",
        "info": {"title": "case", "version": "1"},
        "paths": paths,
        "components": {"securitySchemes": {"it": {
            "type": "apiKey", "in": "header", "name": header.unwrap_or("Authorization"),
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": authorizer(case, &sources)
        }}}
    });
    if !case.gateway_responses.is_empty() {
        document["x-amazon-apigateway-gateway-responses"] =
            Value::Object(case.gateway_responses.clone());
    }
    document
}

/// The members as OpenAPI documents have them.
fn authorizer(case: &Case, sources: &[String]) -> Map<String, Value> {
    let mut authorizer = case.authorizer.clone();
    let is_token = case.authorizer["type"] == "TOKEN";
    authorizer["type"] = if is_token { "token" } else { "request" }.into();
    authorizer.insert("authorizerUri".into(), "function".into());
    authorizer.remove("identitySource");
    if !is_token && !sources.is_empty() {
        authorizer.insert("identitySource".into(), sources.join(", ").into());
    }
    authorizer
}

/// A template with the document and its function.
pub(super) fn template(document: Document, function: &Value) -> Result<Value, Reason> {
    let (kind, mut resources) = match document {
        Document::Authorizer(_, ApiType::WebSocket) | Document::Api(_, ApiType::WebSocket) => {
            return Err("templates of WebSocket APIs are not read");
        }
        Document::Authorizer(authorizer, api_type) => {
            (api_type, of_authorizer(authorizer, api_type))
        }
        Document::Api(mut document, api_type) => {
            let arn = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Function.Arn}/invocations";
            let scheme = &mut document["components"]["securitySchemes"]["it"];
            scheme["x-amazon-apigateway-authorizer"]["authorizerUri"] = json!({"Fn::Sub": arn});
            (api_type, json!({"Api": {"Properties": {"Body": document}}}))
        }
    };
    resources["Api"]["Type"] = match kind {
        ApiType::Http => "AWS::ApiGatewayV2::Api".into(),
        _ => "AWS::ApiGateway::RestApi".into(),
    };
    resources["Function"] = function.clone();
    Ok(json!({"Resources": resources}))
}

/// CloudFormation's names begin with a capital letter.
fn of_authorizer(authorizer: Map<String, Value>, api_type: ApiType) -> Value {
    let is_http = api_type == ApiType::Http;
    let mut properties = json!({"AuthorizerUri": {"Fn::GetAtt": "Function.Arn"}, "Name": "gate"});
    for (name, value) in authorizer {
        match (name.as_str(), value) {
            ("type", value) if is_http => properties["AuthorizerType"] = value,
            ("identitySource", Value::Array(sources)) if !is_http => {
                let sources: Vec<_> = sources.iter().filter_map(Value::as_str).collect();
                properties["IdentitySource"] = sources.join(", ").into();
            }
            (name, value) => properties[name[..1].to_uppercase() + &name[1..]] = value,
        }
    }
    let (kind, api, of_api) = if is_http {
        (
            "AWS::ApiGatewayV2::Authorizer",
            "ApiId",
            json!({"ProtocolType": "HTTP", "Name": "a"}),
        )
    } else {
        (
            "AWS::ApiGateway::Authorizer",
            "RestApiId",
            json!({"Name": "a"}),
        )
    };
    properties[api] = json!({"Ref": "Api"});
    json!({"Api": {"Properties": of_api}, "Gate": {"Type": kind, "Properties": properties}})
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
        None => Vec::new(),
    }
}
