//! Builds routes from a definition and its authorizers.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    definition::ApiDefinition,
    error::DefinitionError,
    model::{Definition, Operation},
    quoting::{quoted, quoted_list},
    routing::{Resources, Route, Routes},
};
use crate::{
    authorizer::BoxAuthorizer, error::ConfigError, identity::AuthorizerKind,
    layer::LambdaAuthorizerLayer, pipeline::settings::Settings, service::guard::Guard,
};

type NamedGuard<'n> = (&'n str, Guard<BoxAuthorizer>);

/// Checks that the document and the code fit together, and builds one guard per authorizer.
pub(super) fn assemble(parts: &ApiDefinition) -> Result<Routes, DefinitionError> {
    let definition = &parts.definition;
    let used = used_authorizers(definition);
    let mut problems = unsupported_schemes(definition, &parts.left_unchecked);
    problems.extend(check_names(&used, &parts.supplied).err());
    let (resources, conflicts) = resources(&definition.operations);
    let (guards, bad_settings) = guards(parts);
    problems.extend(conflicts.into_iter().chain(bad_settings));
    if !problems.is_empty() {
        return Err(DefinitionError::all(problems));
    }
    let operations = definition.operations.iter();
    let operations = operations.map(|operation| route(operation, &guards));
    Ok(Routes {
        resources,
        operations: operations.collect::<Result<_, _>>()?,
        documented: definition.operations.clone(),
        guards: guards.into_iter().map(|(_, guard)| guard).collect(),
        unknown_routes: parts.unknown_routes,
        route_choice: definition.api().routes,
        ambiguous_paths: parts.ambiguous_paths,
        settings: Arc::new(settings(parts)),
    })
}

/// The settings for refusals without an authorizer.
fn settings(parts: &ApiDefinition) -> Settings {
    let mut settings = Settings::new(AuthorizerKind::without_sources(
        parts.definition.api().differences(),
    ));
    settings.reader.set_api(parts.api.clone());
    settings.reader.client_ip = parts.client_ip.clone();
    settings.derive();
    settings.gateway_responses = Arc::new(parts.gateway_responses.clone());
    settings.on_denial.clone_from(&parts.on_denial);
    settings.observers.clone_from(&parts.observers);
    settings.is_shadow = parts.is_shadow;
    settings
}

/// Fails if an authorizer has no guard: the route must not become open.
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

/// An error for each scheme that this crate cannot check, unless something else checks it.
fn unsupported_schemes(
    definition: &Definition,
    left_unchecked: &BTreeSet<String>,
) -> Vec<DefinitionError> {
    let mut guarded: BTreeMap<&String, Vec<&Operation>> = BTreeMap::new();
    for operation in &definition.operations {
        for name in operation.security.iter().flatten() {
            guarded.entry(name).or_default().push(operation);
        }
    }
    guarded.retain(|name, _| !left_unchecked.contains(*name));
    let known = definition.known_schemes();
    let unsupported = guarded.into_iter().filter_map(|(name, operations)| {
        let scheme = definition.other_schemes.get(name)?;
        let operations: Vec<_> = operations.into_iter().map(Operation::to_string).collect();
        Some(DefinitionError::UnsupportedScheme {
            scheme: quoted(name),
            kind: if scheme.is_undefined() {
                format!("{} (its schemes are {known})", scheme.kind)
            } else {
                scheme.kind.clone()
            },
            operations: quoted_list(&operations),
        })
    });
    unsupported.collect()
}

fn check_names(
    used: &BTreeSet<&String>,
    supplied: &BTreeMap<String, BoxAuthorizer>,
) -> Result<(), DefinitionError> {
    let missing = used.iter().filter(|name| !supplied.contains_key(**name));
    let missing: Vec<_> = missing.map(|name| (*name).clone()).collect();
    let unknown = supplied.keys().filter(|name| !used.contains(name));
    let unknown: Vec<_> = unknown.cloned().collect();
    if missing.is_empty() && unknown.is_empty() {
        Ok(())
    } else {
        Err(DefinitionError::AuthorizersDiffer { missing, unknown })
    }
}

fn resources(operations: &[Operation]) -> (Resources, Vec<DefinitionError>) {
    let (mut resources, mut conflicts) = (Resources::default(), Vec::new());
    for (index, operation) in operations.iter().enumerate() {
        let inserted = resources.insert(&operation.path, operation.method.as_ref(), index);
        conflicts.extend(inserted.err().map(|problem| DefinitionError::Conflict {
            operation: quoted(&operation.to_string()),
            problem,
        }));
    }
    (resources, conflicts)
}

fn guards(parts: &ApiDefinition) -> (Vec<NamedGuard<'_>>, Vec<DefinitionError>) {
    let api_type = parts.definition.api().api_type();
    let (mut guards, mut problems) = (Vec::new(), Vec::new());
    for (name, authorizer) in &parts.supplied {
        let Some(definition) = parts.definition.authorizers.get(name) else {
            continue;
        };
        let layer =
            LambdaAuthorizerLayer::from_config(definition.config(api_type), authorizer.clone());
        match layer.and_then(|layer| configured(parts, name, layer)) {
            Ok(layer) => guards.push((name.as_str(), layer.guard())),
            Err(problem) => problems.push(DefinitionError::Authorizer {
                name: quoted(name),
                problem,
            }),
        }
    }
    (guards, problems)
}

/// Applies what is not an authorizer's own: the application's settings, and those of the API as a whole.
fn configured(
    parts: &ApiDefinition,
    name: &str,
    layer: LambdaAuthorizerLayer<BoxAuthorizer>,
) -> Result<LambdaAuthorizerLayer<BoxAuthorizer>, ConfigError> {
    // Set the API before the application's closure runs as well, so that the closure's layer answers for this API.
    let layer = layer
        .api(parts.api.clone())
        .ambiguous_paths(parts.ambiguous_paths)
        .client_ip(parts.client_ip.clone())
        .gateway_responses(parts.gateway_responses.clone())
        .with_on_denial(parts.on_denial.clone())
        .with_observers(parts.observers.clone());
    let layer = match &parts.configure {
        Some(configure) => configure(name, layer)?,
        None => layer,
    };
    let layer = layer
        .api(parts.api.clone())
        .ambiguous_paths(parts.ambiguous_paths)
        .authorizer_name(name)
        .one_of_several(parts.supplied.len() > 1);
    Ok(if parts.is_shadow {
        layer.in_shadow()
    } else {
        layer
    })
}
