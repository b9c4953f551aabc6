//! `Layers` of functions, with `AWS::Serverless::LayerVersion` and `AWS::Lambda::LayerVersion`.

use super::code_location::{asset, local_path};
use crate::openapi::{
    function_layer::{FunctionLayer, LayerContent},
    function_target::written,
    node::{Node, text_of},
};

/// A layer as a function names it.
pub(super) fn read(entry: &Node<'_>, resources: &Node<'_>) -> FunctionLayer {
    let name = text_of(entry.value()).or_else(|| written(entry.value()));
    let Some(name) = name else {
        return FunctionLayer {
            name: "?".to_owned(),
            content: LayerContent::Elsewhere("the template leaves open which one that is"),
        };
    };
    let of_template =
        logical_id(&name).and_then(|id| Some((id, content(&resources.written(id)?)?)));
    match of_template {
        Some((id, content)) => FunctionLayer {
            name: id.to_owned(),
            content,
        },
        None => FunctionLayer {
            name,
            content: LayerContent::Elsewhere("it is not in the template"),
        },
    }
}

/// `${Id}` or `${Id.Attribute}`.
fn logical_id(reference: &str) -> Option<&str> {
    let inside = reference.strip_prefix("${")?.strip_suffix('}')?;
    inside.split('.').next()
}

/// `None`: the resource is not a layer.
fn content(resource: &Node<'_>) -> Option<LayerContent> {
    let property = match resource.written("Type")?.value().as_str()? {
        "AWS::Serverless::LayerVersion" => "ContentUri",
        "AWS::Lambda::LayerVersion" => "Content",
        _ => return None,
    };
    if let Some(path) = asset(resource, property) {
        return Some(LayerContent::Local(path));
    }
    let properties = resource.written("Properties");
    let location = properties.and_then(|properties| properties.written(property));
    Some(match location.map(|location| local_path(&location)) {
        Some(Ok(path)) => LayerContent::Local(path),
        Some(Err(why)) => LayerContent::Elsewhere(why),
        None => LayerContent::Elsewhere("it has no content in the template"),
    })
}
