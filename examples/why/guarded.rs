//! What is guarded and how, read from an authorizer's configuration or from the document of a whole API.

use std::{collections::BTreeSet, time::SystemTime};

use http::Request;
use serde_json::{Value, json};
use tower_lambda_authorizer::{
    ApiType, AuthorizerConfig, BoxAuthorizer, ConfigError, LambdaAuthorizerLayer, ManualClock,
    explanations::Explanation,
    openapi::{
        ApiAuthorizerLayer, ApiDefinition, AuthorizerDefinition, AuthorizerType, DefinitionError,
    },
};

use crate::{
    arguments::{Options, Setup},
    failure::{Failure, read},
    recorded::Recorded,
};

type OneLayer = LambdaAuthorizerLayer<BoxAuthorizer>;

pub(crate) enum Guarded {
    /// One authorizer for every path.
    ByOne(OneLayer),
    /// An authorizer for each operation.
    AsDocumented(ApiAuthorizerLayer),
}

impl Guarded {
    pub(crate) fn read(setup: &Setup, recorded: &Recorded) -> Result<Self, Failure> {
        let (file, options) = (setup.config.as_str(), &setup.options);
        let text = read(file)?;
        let Some(definition) = definition(file, &text, options)? else {
            let config = serde_json::from_str(&text).map_err(|error| {
                Failure::of(file, format_args!("{error}; the file must be an input of `CreateAuthorizer`, an OpenAPI document or a CloudFormation template"))
            })?;
            let api_type = options.api_type.unwrap_or_else(|| type_of(&text));
            return by_one(file, config, api_type, recorded, options);
        };
        match &options.authorizer {
            Some(name) => {
                let api_type = definition.api_type();
                let config = config_of(file, &definition, name)?;
                by_one(file, config, api_type, recorded, options)
            }
            None => as_documented(file, definition, recorded, options),
        }
    }

    pub(crate) async fn explain(&self, request: Request<()>) -> Explanation {
        match self {
            Self::ByOne(layer) => layer.explain(request).await,
            Self::AsDocumented(layer) => layer.explain(request).await,
        }
    }
}

/// `None` if the file is the configuration of one authorizer.
fn definition(file: &str, text: &str, options: &Options) -> Result<Option<ApiDefinition>, Failure> {
    let json = serde_json::from_str::<Value>(text).ok();
    let has = |member: &str| match &json {
        Some(json) => json.get(member).is_some(),
        None => text.lines().any(|line| line.starts_with(member)),
    };
    let definition = if has("Resources") {
        match &options.logical_id {
            Some(id) => ApiDefinition::from_cloudformation_api(text, id),
            None => ApiDefinition::from_cloudformation(text),
        }
    } else if has("openapi") || has("swagger") {
        ApiDefinition::from_openapi(text)
    } else {
        return Ok(None);
    };
    let definition = definition.and_then(|definition| match options.api_type {
        Some(api_type) => definition.for_api_type(api_type),
        None => Ok(definition),
    });
    let definition = definition.map_err(|error| Failure::of(file, error))?;
    for note in definition.notes() {
        eprintln!("note: {file}: {note}");
    }
    Ok(Some(definition))
}

fn by_one(
    file: &str,
    config: AuthorizerConfig,
    api_type: ApiType,
    recorded: &Recorded,
    options: &Options,
) -> Result<Guarded, Failure> {
    let config = config.for_api_type(api_type);
    let layer = LambdaAuthorizerLayer::from_config(config, recorded.authorizer());
    let layer = layer.map_err(|error| Failure::of(file, error))?;
    let layer = match &options.api {
        Some(api) => layer.api(api.clone()),
        None => layer,
    };
    Ok(Guarded::ByOne(as_on_api_gateway(layer)))
}

fn as_documented(
    file: &str,
    definition: ApiDefinition,
    recorded: &Recorded,
    options: &Options,
) -> Result<Guarded, Failure> {
    let operations = definition.operations();
    let names = operations.filter_map(|operation| operation.authorizer().map(str::to_owned));
    let names: BTreeSet<_> = names.collect();
    let layer = |mut definition: ApiDefinition| {
        for name in names {
            definition = definition.authorizer(&name, recorded.authorizer())?;
        }
        for scheme in &options.left_unchecked {
            definition = definition.leave_unchecked(scheme)?;
        }
        if let Some(api) = &options.api {
            definition = definition.api(api.clone());
        }
        definition
            .configure(|_, layer| Ok::<_, ConfigError>(as_on_api_gateway(layer)))
            .into_layer()
    };
    let layer = layer(definition).map_err(|error| {
        let here = match error {
            DefinitionError::UnsupportedScheme { .. } => "; here: --leave-unchecked NAME",
            _ => "",
        };
        Failure::of(file, format_args!("{error}{here}"))
    })?;
    Ok(Guarded::AsDocumented(layer))
}

/// API Gateway's clients use TLS. The clock stands still, since a recorded answer takes no time.
fn as_on_api_gateway(layer: OneLayer) -> OneLayer {
    let clock = ManualClock::new(SystemTime::now());
    layer.secure_transport(true).clock(clock.clock())
}

/// Only the authorizer with this name.
fn config_of(
    file: &str,
    definition: &ApiDefinition,
    name: &str,
) -> Result<AuthorizerConfig, Failure> {
    let found = definition.authorizers().find(|(known, _)| *known == name);
    let Some((_, authorizer)) = found else {
        let known: Vec<_> = definition.authorizers().map(|(known, _)| known).collect();
        return Err(Failure::of(
            file,
            format_args!(
                "it has no authorizer `{name}`; its authorizers are {}",
                known.join(", ")
            ),
        ));
    };
    serde_json::from_value(members(authorizer)).map_err(|error| Failure::of(file, error))
}

fn members(authorizer: &AuthorizerDefinition) -> Value {
    let kind = match authorizer.authorizer_type() {
        AuthorizerType::Token => "TOKEN",
        _ => "REQUEST",
    };
    let mut members = json!({
        "type": kind,
        "identitySource": authorizer.identity_source(),
        "identityValidationExpression": authorizer.identity_validation_expression(),
        "authorizerResultTtlInSeconds": authorizer.result_ttl_in_seconds(),
        "authorizerPayloadFormatVersion": authorizer.payload_format_version(),
        "enableSimpleResponses": authorizer.enable_simple_responses(),
    });
    if let Some(members) = members.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    members
}

/// Detects the type of API by members that only one type has. They may begin with a small or a capital letter.
fn type_of(config: &str) -> ApiType {
    match config {
        _ if config.contains("uthorizerPayloadFormatVersion") => ApiType::Http,
        _ if config.contains("route.request.") => ApiType::WebSocket,
        _ => ApiType::Rest,
    }
}
