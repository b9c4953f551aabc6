//! What guards each operation in the translator's output, read without this crate.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What guards an operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Guards {
    /// Lambda authorizers.
    pub(super) authorizers: BTreeSet<String>,
    /// All other names, defined or not.
    pub(super) others: BTreeSet<String>,
    pub(super) has_integration: bool,
    /// Whether the document does not define one of the names.
    pub(super) names_are_undefined: bool,
}

impl Guards {
    pub(super) fn is_open(&self) -> bool {
        self.authorizers.is_empty() && self.others.is_empty()
    }
}

/// `GET /pets`, and what guards it.
pub(super) type Operations = BTreeMap<String, Guards>;

/// The settings of a Lambda authorizer that matter.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) kind: String,
    pub(super) sources: String,
    pub(super) expression: Option<String>,
    pub(super) ttl: Option<u64>,
    pub(super) version: Option<String>,
}

/// An API.
pub(super) struct Api {
    pub(super) operations: Operations,
    pub(super) authorizers: BTreeMap<String, Settings>,
}

/// The APIs of the output by logical id.
pub(super) fn apis(output: &Value) -> BTreeMap<String, Api> {
    let conditions = &output["Conditions"];
    let mut apis = BTreeMap::new();
    for (id, resource) in output["Resources"].as_object().unwrap() {
        let is_api = ["AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"];
        if !is_api.iter().any(|kind| resource["Type"] == *kind) {
            continue;
        }
        let condition = resource["Condition"].as_str();
        if condition.is_none_or(|name| holds(conditions, &conditions[name])) {
            let body = &resource["Properties"]["Body"];
            let api = Api {
                operations: operations(conditions, body),
                authorizers: authorizers(schemes(body)),
            };
            apis.insert(id.clone(), api);
        }
    }
    apis
}

fn holds(conditions: &Value, condition: &Value) -> bool {
    let (function, arguments) = condition.as_object().unwrap().iter().next().unwrap();
    match &**function {
        "Condition" => holds(conditions, &conditions[arguments.as_str().unwrap()]),
        "Fn::Equals" => arguments[0] == arguments[1],
        "Fn::Or" => {
            let mut any = arguments.as_array().unwrap().iter();
            any.any(|condition| holds(conditions, condition))
        }
        other => panic!("{other}"),
    }
}

/// The chosen branch of an `Fn::If`. None: there is nothing.
fn taken<'v>(conditions: &Value, value: &'v Value) -> Option<&'v Value> {
    let Some(branches) = value.get("Fn::If") else {
        return (value.get("Ref").and_then(Value::as_str) != Some("AWS::NoValue")).then_some(value);
    };
    let condition = &conditions[branches[0].as_str().unwrap()];
    let index = if holds(conditions, condition) { 1 } else { 2 };
    taken(conditions, &branches[index])
}

fn schemes(body: &Value) -> &Value {
    match body.get("openapi") {
        Some(_) => &body["components"]["securitySchemes"],
        None => &body["securityDefinitions"],
    }
}

fn authorizers(schemes: &Value) -> BTreeMap<String, Settings> {
    let schemes = schemes.as_object().into_iter().flatten();
    let authorizers = schemes.filter_map(|(name, scheme)| {
        let authorizer = &scheme["x-amazon-apigateway-authorizer"];
        let kind = authorizer["type"].as_str()?;
        let text = |name: &str| authorizer[name].as_str().map(str::to_owned);
        let sources = match (&authorizer["identitySource"], kind) {
            (Value::Array(sources), _) => {
                let sources: Vec<_> = sources.iter().filter_map(Value::as_str).collect();
                sources.join(", ")
            }
            (Value::String(sources), _) => sources.clone(),
            (_, "token") => format!("method.request.header.{}", scheme["name"].as_str()?),
            _ => String::new(),
        };
        let settings = Settings {
            kind: kind.to_ascii_uppercase(),
            sources,
            expression: text("identityValidationExpression"),
            ttl: authorizer["authorizerResultTtlInSeconds"].as_u64(),
            version: text("authorizerPayloadFormatVersion"),
        };
        ["token", "request"]
            .contains(&kind)
            .then(|| (name.clone(), settings))
    });
    authorizers.collect()
}

fn operations(conditions: &Value, body: &Value) -> Operations {
    let schemes = schemes(body);
    let mut operations = Operations::new();
    for (path, item) in body["paths"].as_object().unwrap() {
        let Some(item) = taken(conditions, item) else {
            continue;
        };
        for (method, operation) in item.as_object().unwrap() {
            if method == "parameters" {
                continue;
            }
            let Some(operation) = taken(conditions, operation) else {
                continue;
            };
            let method = match method.to_ascii_lowercase().as_str() {
                "any" | "x-amazon-apigateway-any-method" => "ANY".to_owned(),
                method => method.to_ascii_uppercase(),
            };
            let key = match path.trim_start_matches('/') {
                "$default" => "$default".to_owned(),
                "" => format!("{method} /"),
                path => format!("{method} /{}", path.trim_end_matches('/')),
            };
            let mut guards = guards(operation.get("security").or(body.get("security")), schemes);
            guards.has_integration = operation.get("x-amazon-apigateway-integration").is_some();
            if operation["x-amazon-apigateway-auth"]["type"] == "AWS_IAM" {
                guards.others.insert("AWS_IAM".into());
            }
            operations.insert(key, guards);
        }
    }
    operations
}

fn guards(security: Option<&Value>, schemes: &Value) -> Guards {
    let mut guards = Guards::default();
    let requirements = security.and_then(Value::as_array).into_iter().flatten();
    for name in requirements.flat_map(|requirement| requirement.as_object().unwrap().keys()) {
        let kind = &schemes[name]["x-amazon-apigateway-authorizer"]["type"];
        match kind.as_str() {
            Some("token" | "request") => {
                guards.authorizers.insert(name.clone());
            }
            // SAM's marker for no authorizer.
            _ if name == "NONE" && schemes.get(name).is_none() => {}
            _ => {
                guards.names_are_undefined |= schemes.get(name).is_none();
                guards.others.insert(name.clone());
            }
        }
    }
    guards
}
