//! `AWS::Serverless::Function` and `AWS::Lambda::Function`: what a deployment would run.
//!
//! Nothing here decides who may call what, so unknown values are neither recorded nor errors.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    code_location::{UNKNOWN, asset, local_path},
    layers,
};
use crate::openapi::{
    function_definition::{FunctionCode, FunctionDefinition},
    function_layer::FunctionLayer,
    function_target::{FunctionTarget, written},
    node::{Node, text_of},
};

const SERVERLESS: &str = "AWS::Serverless::Function";
const PLAIN: &str = "AWS::Lambda::Function";
const ALIASES: [&str; 2] = ["AWS::Lambda::Alias", "AWS::Lambda::Version"];

/// The functions of a template, by logical id.
pub(in crate::openapi) fn read(root: &Node<'_>) -> BTreeMap<String, FunctionDefinition> {
    let Some(resources) = root.written("Resources") else {
        return BTreeMap::new();
    };
    let globals = root
        .written("Globals")
        .and_then(|globals| globals.written("Function"));
    let mut functions = BTreeMap::new();
    for (id, resource) in resources.each_member() {
        let properties = Properties::of(&resource, globals.as_ref());
        // SAM reads the events of a function whose condition is false, so it is still here.
        let is_absent = resource
            .written("Condition")
            .is_some_and(|it| it.value() == &Value::Bool(false));
        let function = match kind(&resource).filter(|_| !is_absent) {
            Some(SERVERLESS) => properties.function(id, &resources, serverless_code),
            Some(PLAIN) => properties.function(id, &resources, |properties| {
                plain_code(properties, &resource)
            }),
            _ => continue,
        };
        functions.insert(id.to_owned(), function);
    }
    for (id, resource) in resources.each_member() {
        if kind(&resource).is_some_and(|kind| ALIASES.contains(&kind)) {
            let name = Properties::of(&resource, None).get("FunctionName");
            let target = name.map(|name| FunctionTarget::read(name.value()));
            let target = target.unwrap_or_default();
            let mut named = functions.values_mut();
            if let Some(function) = named.find(|function| target.is_of(function)) {
                function.ids.insert(id.to_owned());
            }
        }
    }
    functions
}

fn kind<'d>(resource: &Node<'d>) -> Option<&'d str> {
    resource.written("Type")?.value().as_str()
}

/// The properties of a function, followed by those of `Globals`.
struct Properties<'d> {
    own: Option<Node<'d>>,
    global: Option<Node<'d>>,
    ignored: BTreeSet<&'d str>,
    unknown: Vec<String>,
}

impl<'d> Properties<'d> {
    fn of(resource: &Node<'d>, globals: Option<&Node<'d>>) -> Self {
        let ignored = resource.written("IgnoreGlobals");
        let ignores_all = ignored.as_ref().is_some_and(|it| it.value() == "*");
        let is_serverless = kind(resource) == Some(SERVERLESS);
        let names = ignored.iter().flat_map(Node::each_item);
        Self {
            own: resource.written("Properties"),
            global: globals.filter(|_| is_serverless && !ignores_all).cloned(),
            ignored: names.filter_map(|name| name.value().as_str()).collect(),
            unknown: Vec::new(),
        }
    }

    /// A property, or its value in `Globals`.
    fn get(&self, name: &str) -> Option<Node<'d>> {
        let own = self.own.as_ref().and_then(|own| own.written(name));
        own.or_else(|| self.global(name))
    }

    fn global(&self, name: &str) -> Option<Node<'d>> {
        let global = self.global.as_ref()?;
        global
            .written(name)
            .filter(|_| !self.ignored.contains(name))
    }

    fn function(
        mut self,
        id: &str,
        resources: &Node<'_>,
        code: impl FnOnce(&mut Self) -> FunctionCode,
    ) -> FunctionDefinition {
        FunctionDefinition {
            ids: [id.to_owned()].into(),
            logical_id: id.to_owned(),
            name: self
                .get("FunctionName")
                .and_then(|name| written(name.value())),
            handler: self.text("Handler"),
            runtime: self.text("Runtime"),
            code: code(&mut self),
            layers: self.layers(resources),
            environment: self.environment(),
            timeout: self.integer("Timeout"),
            memory_size: self.integer("MemorySize"),
            unknown: self.unknown,
        }
    }

    fn text(&mut self, name: &str) -> Option<String> {
        let node = self.get(name)?;
        let text = text_of(node.value());
        if text.is_none() {
            self.unknown.push(name.to_owned());
        }
        text
    }

    fn integer(&mut self, name: &str) -> Option<u64> {
        let text = self.text(name)?;
        let integer = text.parse().ok();
        if integer.is_none() {
            self.unknown.push(name.to_owned());
        }
        integer
    }

    /// Those of `Globals` come first, as SAM merges them.
    fn layers(&mut self, resources: &Node<'_>) -> Vec<FunctionLayer> {
        let own = self.own.as_ref().and_then(|own| own.written("Layers"));
        let mut found = Vec::new();
        for layers in [self.global("Layers"), own].into_iter().flatten() {
            if !layers.value().is_array() {
                self.unknown.push("Layers".to_owned());
            }
            found.extend(
                layers
                    .each_item()
                    .map(|layer| layers::read(&layer, resources)),
            );
        }
        found
    }

    /// The variables of the function and those of `Globals`, which SAM merges.
    fn environment(&mut self) -> BTreeMap<String, Option<String>> {
        let own = self.own.as_ref().and_then(|own| own.written("Environment"));
        let mut variables = BTreeMap::new();
        for environment in [self.global("Environment"), own].into_iter().flatten() {
            let Some(node) = environment.written("Variables") else {
                continue;
            };
            for (name, value) in node.each_member() {
                variables.insert(name.to_owned(), text_of(value.value()));
            }
            if node.is_function() {
                self.unknown.push("Environment.Variables".to_owned());
                variables.retain(|name, _| !name.starts_with("Fn::"));
            }
        }
        let unknown = variables.iter().filter(|(_, value)| value.is_none());
        let places = unknown.map(|(name, _)| format!("Environment.Variables.{name}"));
        self.unknown.extend(places);
        variables
    }
}

fn serverless_code(properties: &mut Properties<'_>) -> FunctionCode {
    if let Some(source) = properties.get("InlineCode") {
        return inline(&source);
    }
    if is_image(properties) {
        return FunctionCode::Elsewhere(IMAGE);
    }
    match properties.get("CodeUri") {
        Some(location) => location_of(&location),
        // As the SAM CLI reads it.
        None => FunctionCode::Local(".".to_owned()),
    }
}

fn plain_code(properties: &mut Properties<'_>, resource: &Node<'_>) -> FunctionCode {
    if let Some(path) = asset(resource, "Code") {
        return FunctionCode::Local(path);
    }
    let Some(code) = properties.get("Code") else {
        return FunctionCode::Elsewhere(UNKNOWN);
    };
    match code.written("ZipFile") {
        Some(source) => inline(&source),
        None if is_image(properties) || code.written("ImageUri").is_some() => {
            FunctionCode::Elsewhere(IMAGE)
        }
        None => location_of(&code),
    }
}

const IMAGE: &str = "it is a container image";

fn is_image(properties: &Properties<'_>) -> bool {
    let kind = properties.get("PackageType");
    kind.is_some_and(|kind| kind.value() == "Image")
}

fn inline(source: &Node<'_>) -> FunctionCode {
    match source.value() {
        Value::String(source) => FunctionCode::Inline(source.clone()),
        _ => FunctionCode::Elsewhere(UNKNOWN),
    }
}

fn location_of(location: &Node<'_>) -> FunctionCode {
    local_path(location).map_or_else(FunctionCode::Elsewhere, FunctionCode::Local)
}
