//! From a definition and its authorizers to routes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    definition::ApiDefinition,
    error::{DefinitionError, quoted, quoted_list},
    model::{Definition, Operation},
    routing::{Resources, Route, Routes},
};
use crate::{
    authorizer::BoxAuthorizer, error::ConfigError, guard::Guard, layer::LambdaAuthorizerLayer,
    settings::Settings,
};

type NamedGuard<'n> = (&'n str, Guard<BoxAuthorizer>);

/// Checks that document and code fit together, and makes one guard of each authorizer.
pub(super) fn assemble(parts: &ApiDefinition) -> Result<Routes, DefinitionError> {
    let definition = &parts.definition;
    let used = used_authorizers(definition);
    check_schemes(definition, &parts.checked_elsewhere)?;
    check_names(&used, &parts.supplied)?;
    let resources = resources(&definition.operations)?;
    let guards = guards(parts)?;
    let operations = definition.operations.iter();
    let operations = operations.map(|operation| route(operation, &guards));
    Ok(Routes {
        resources,
        operations: operations.collect::<Result<_, _>>()?,
        guards: guards.into_iter().map(|(_, guard)| guard).collect(),
        unknown_routes: parts.unknown_routes,
        route_choice: definition.api().routes,
        ambiguous_paths: parts.ambiguous_paths,
        settings: Arc::new(settings(parts)),
    })
}

/// What refusals need that no authorizer is asked for.
fn settings(parts: &ApiDefinition) -> Settings {
    let mut settings = Settings::new(parts.definition.api().kind());
    settings.api = Arc::new(parts.api.clone());
    settings.derive();
    settings.gateway_responses = Arc::new(parts.gateway_responses.clone());
    settings
}

/// An authorizer without a guard must not make an open route.
fn route(operation: &Operation, guards: &[NamedGuard<'_>]) -> Result<Route, DefinitionError> {
    let guard = match &operation.authorizer {
        None => None,
        Some(name) => {
            let place = guards.iter().position(|(guard, _)| guard == name);
            Some(place.ok_or_else(|| DefinitionError::AuthorizersDiffer {
                missing: vec![name.clone()],
                unknown: Vec::new(),
            })?)
        }
    };
    Ok(Route {
        path: operation.path.clone(),
        route_key: operation.to_string().into(),
        guard,
    })
}

fn used_authorizers(definition: &Definition) -> BTreeSet<&String> {
    let operations = definition.operations.iter();
    operations
        .filter_map(|operation| operation.authorizer.as_ref())
        .collect()
}

/// What this crate cannot check, something else has to.
fn check_schemes(
    definition: &Definition,
    checked_elsewhere: &BTreeSet<String>,
) -> Result<(), DefinitionError> {
    let mut guarded: BTreeMap<&String, Vec<&Operation>> = BTreeMap::new();
    for operation in &definition.operations {
        for name in operation.security.iter().flatten() {
            guarded.entry(name).or_default().push(operation);
        }
    }
    for (name, operations) in guarded {
        let Some(scheme) = definition.other_schemes.get(name) else {
            continue;
        };
        if !checked_elsewhere.contains(name) {
            let operations: Vec<_> = operations.into_iter().map(Operation::to_string).collect();
            return Err(DefinitionError::UnsupportedScheme {
                scheme: quoted(name),
                kind: scheme.kind.clone(),
                operations: quoted_list(&operations),
            });
        }
    }
    Ok(())
}

fn check_names(
    used: &BTreeSet<&String>,
    supplied: &BTreeMap<String, BoxAuthorizer>,
) -> Result<(), DefinitionError> {
    let missing = used.iter().filter(|name| !supplied.contains_key(**name));
    let missing: Vec<_> = missing.map(|name| (*name).clone()).collect();
    let unknown = supplied.keys().filter(|name| !used.contains(name));
    let unknown: Vec<_> = unknown.cloned().collect();
    match missing.is_empty() && unknown.is_empty() {
        true => Ok(()),
        false => Err(DefinitionError::AuthorizersDiffer { missing, unknown }),
    }
}

fn resources(operations: &[Operation]) -> Result<Resources, DefinitionError> {
    let mut resources = Resources::default();
    for (index, operation) in operations.iter().enumerate() {
        let inserted = resources.insert(&operation.path, operation.method.as_ref(), index);
        inserted.map_err(|problem| DefinitionError::Conflict {
            operation: quoted(&operation.to_string()),
            problem,
        })?;
    }
    Ok(resources)
}

fn guards(parts: &ApiDefinition) -> Result<Vec<NamedGuard<'_>>, DefinitionError> {
    let api_type = parts.definition.api().api_type();
    let supplied = parts.supplied.iter().filter_map(|(name, authorizer)| {
        let definition = parts.definition.authorizers.get(name)?;
        let layer =
            LambdaAuthorizerLayer::from_config(definition.config(api_type), authorizer.clone());
        Some((name.as_str(), layer))
    });
    let guards = supplied.map(|(name, layer)| {
        let layer = layer.and_then(|layer| configured(parts, name, layer));
        match layer {
            Ok(layer) => Ok((name, layer.guard())),
            Err(problem) => Err(DefinitionError::Authorizer {
                name: quoted(name),
                problem,
            }),
        }
    });
    guards.collect()
}

/// The one place where a layer gets what is not its authorizer's own: what the application sets, and what
/// belongs to the API as a whole.
fn configured(
    parts: &ApiDefinition,
    name: &str,
    layer: LambdaAuthorizerLayer<BoxAuthorizer>,
) -> Result<LambdaAuthorizerLayer<BoxAuthorizer>, ConfigError> {
    // The API before the application's turn, too: results that it asks for there are those of this API.
    let layer = layer
        .api(parts.api.clone())
        .ambiguous_paths(parts.ambiguous_paths)
        .gateway_responses(parts.gateway_responses.clone());
    let layer = match &parts.configure {
        Some(configure) => configure(name, layer)?,
        None => layer,
    };
    Ok(layer
        .api(parts.api.clone())
        .ambiguous_paths(parts.ambiguous_paths))
}
