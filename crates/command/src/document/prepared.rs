//! What a document guards, with its authorizers. The caller adds the clock and the client's address.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tower_lambda_authorizer::{
    AmbiguousPaths, Api, ApiType, AuthorizerConfig, BoxAuthorizer, LambdaAuthorizerLayer,
    openapi::{ApiDefinition, AuthorizerDefinition, AuthorizerType, DefinitionError},
};

use super::{Document, in_words_of_the_command};
use crate::{
    cli::{ApiSettings, Source},
    failure::Failure,
    functions::Functions,
};

pub(crate) type OneLayer = LambdaAuthorizerLayer<BoxAuthorizer>;

/// Which part of a document is used, and for which API.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Selection<'s> {
    pub(crate) source: &'s Source,
    pub(crate) settings: &'s ApiSettings,
}

impl<'s> Selection<'s> {
    pub(super) fn file(self) -> &'s str {
        &self.source.file
    }

    fn paths(self) -> AmbiguousPaths {
        if self.settings.ignore_case {
            AmbiguousPaths::IgnoreCase
        } else {
            AmbiguousPaths::Refuse
        }
    }

    /// The API with its stage. Without `--api`, it has no ARN of its own, but the stage of the document. A `Deny` for that
    /// stage should count here, too.
    fn api_of(self, api_type: ApiType, stage: Option<&str>) -> Result<Api, Failure> {
        let settings = self.settings;
        let api = match (&settings.api, settings.stage.as_deref().or(stage)) {
            (Some(named), _) => named.api.clone(),
            (None, None) => Api::placeholder(api_type),
            (None, Some(stage)) => Api::placeholder(api_type)
                .with_stage(stage)
                .map_err(|error| Failure::of(self.file(), error))?,
        };
        let mut variables = settings.stage_variables.iter();
        variables
            .try_fold(api, |api, (name, value)| {
                api.with_stage_variable(name, value)
            })
            .map_err(Failure::new)
    }
}

pub(crate) enum Prepared {
    /// One authorizer for every path.
    ByOne(Box<OneLayer>),
    /// An authorizer for each operation.
    AsDocumented(Box<ApiDefinition>),
}

impl Prepared {
    pub(crate) fn new(
        document: Document,
        selection: Selection<'_>,
        functions: &Functions,
    ) -> Result<Self, Failure> {
        let file = selection.file();
        let definition = match document {
            Document::Authorizer(config, _) => {
                return by_one(*config, "", None, selection, functions);
            }
            Document::Api(definition) => *definition,
        };
        match &selection.settings.authorizer {
            Some(name) => {
                let api_type = definition.api_type();
                let config = config_of(file, &definition, name)?.for_api_type(api_type);
                by_one(config, name, definition.stage_name(), selection, functions)
            }
            None => as_documented(definition, selection, functions),
        }
    }

    pub(crate) fn api_type(&self) -> ApiType {
        match self {
            Self::ByOne(layer) => layer.api_type(),
            Self::AsDocumented(definition) => definition.api_type(),
        }
    }
}

fn by_one(
    config: AuthorizerConfig,
    name: &str,
    stage: Option<&str>,
    selection: Selection<'_>,
    functions: &Functions,
) -> Result<Prepared, Failure> {
    let layer = LambdaAuthorizerLayer::from_config(config, functions.authorizer(name));
    let layer =
        layer.map_err(|error| Failure::of(selection.file(), in_words_of_the_command(error)))?;
    let api = selection.api_of(layer.api_type(), stage)?;
    let layer = layer.api(api).ambiguous_paths(selection.paths());
    Ok(Prepared::ByOne(Box::new(layer)))
}

fn as_documented(
    definition: ApiDefinition,
    selection: Selection<'_>,
    functions: &Functions,
) -> Result<Prepared, Failure> {
    let operations = definition.operations();
    let names = operations.filter_map(|operation| operation.authorizer().map(str::to_owned));
    let names: BTreeSet<_> = names.collect();
    let api = selection.api_of(definition.api_type(), definition.stage_name())?;
    let supplied = |mut definition: ApiDefinition| {
        for name in names {
            definition = definition.authorizer(&name, functions.authorizer(&name))?;
        }
        for scheme in &selection.source.reading.left_unchecked {
            definition = definition.leave_unchecked(scheme)?;
        }
        Ok(definition.api(api).ambiguous_paths(selection.paths()))
    };
    let definition = supplied(definition).map_err(|error| misfit(selection.file(), &error))?;
    Ok(Prepared::AsDocumented(Box::new(definition)))
}

/// Why a definition does not become a layer.
pub(crate) fn misfit(file: &str, error: &DefinitionError) -> Failure {
    Failure::of(file, in_words_of_the_command(error))
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
        "authorizerResultTtlInSeconds": authorizer.result_ttl().map(|ttl| ttl.as_secs()),
        "authorizerPayloadFormatVersion": authorizer.payload_format_version(),
        "enableSimpleResponses": authorizer.enable_simple_responses(),
    });
    if let Some(members) = members.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    members
}
