//! Layers that guard what a document says.

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

use super::{Document, in_words_of_the_command};
use crate::{cli::Guard, failure::Failure, functions::Functions, output::note};

type OneLayer = LambdaAuthorizerLayer<BoxAuthorizer>;

pub(crate) struct Guarded {
    api_type: ApiType,
    layer: Layer,
    functions: Functions,
}

enum Layer {
    /// One authorizer for every path.
    ByOne(Box<OneLayer>),
    /// An authorizer for each operation.
    AsDocumented(ApiAuthorizerLayer),
}

impl Guarded {
    pub(crate) fn read(guard: &Guard) -> Result<Self, Failure> {
        let file = guard.source.file.as_str();
        let document = Document::read(file, &guard.source.reading)?;
        let functions = Functions::recorded(&document, &guard.answer)?;
        let definition = match document {
            Document::Authorizer(config, api_type) => {
                return by_one(*config, api_type, "", guard, functions);
            }
            Document::Api(definition) => *definition,
        };
        for it in definition.notes() {
            note(file, &in_words_of_the_command(it));
        }
        match &guard.authorizer {
            Some(name) => {
                let api_type = definition.api_type();
                let config = config_of(file, &definition, name)?.for_api_type(api_type);
                by_one(config, api_type, name, guard, functions)
            }
            None => as_documented(definition, guard, functions),
        }
    }

    pub(crate) fn api_type(&self) -> ApiType {
        self.api_type
    }

    pub(crate) async fn explain(&self, request: Request<()>) -> Result<Explanation, Failure> {
        let explanation = match &self.layer {
            Layer::ByOne(layer) => layer.explain(request).await,
            Layer::AsDocumented(layer) => layer.explain(request).await,
        };
        self.functions.check()?;
        Ok(explanation)
    }
}

fn by_one(
    config: AuthorizerConfig,
    api_type: ApiType,
    name: &str,
    guard: &Guard,
    functions: Functions,
) -> Result<Guarded, Failure> {
    let layer = LambdaAuthorizerLayer::from_config(config, functions.authorizer(name));
    let layer = layer.map_err(|error| Failure::of(&guard.source.file, error))?;
    let layer = match &guard.api {
        Some(named) => layer.api(named.api.clone()),
        None => layer,
    };
    Ok(Guarded {
        api_type,
        layer: Layer::ByOne(Box::new(as_on_api_gateway(layer))),
        functions,
    })
}

fn as_documented(
    definition: ApiDefinition,
    guard: &Guard,
    functions: Functions,
) -> Result<Guarded, Failure> {
    let api_type = definition.api_type();
    let operations = definition.operations();
    let names = operations.filter_map(|operation| operation.authorizer().map(str::to_owned));
    let names: BTreeSet<_> = names.collect();
    let layer = |mut definition: ApiDefinition| {
        for name in names {
            definition = definition.authorizer(&name, functions.authorizer(&name))?;
        }
        for scheme in &guard.source.reading.left_unchecked {
            definition = definition.leave_unchecked(scheme)?;
        }
        if let Some(named) = &guard.api {
            definition = definition.api(named.api.clone());
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
        Failure::of(&guard.source.file, format_args!("{error}{here}"))
    })?;
    Ok(Guarded {
        api_type,
        layer: Layer::AsDocumented(layer),
        functions,
    })
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

/// The members of an authorizer in the format of `CreateAuthorizer`.
pub(crate) fn members(authorizer: &AuthorizerDefinition) -> Value {
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
