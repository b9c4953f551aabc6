//! Where a template says that the code of a function or a layer is.

use serde_json::Value;

use crate::openapi::node::Node;

const ON_S3: &str = "it is an object on S3";
pub(super) const UNKNOWN: &str = "its location is not known";

/// The folder that the CDK notes for tools on this machine.
pub(super) fn asset(resource: &Node<'_>, of_property: &str) -> Option<String> {
    let metadata = resource.written("Metadata")?;
    let property = metadata.written("aws:asset:property")?;
    let path = metadata.written("aws:asset:path")?;
    match (property.value().as_str(), path.value().as_str()) {
        (Some(property), Some(path)) if property == of_property => Some(path.to_owned()),
        _ => None,
    }
}

/// A path on this machine, or why it is not one.
pub(super) fn local_path(location: &Node<'_>) -> Result<String, &'static str> {
    match location.value() {
        Value::String(path) if path.contains("://") => Err(ON_S3),
        Value::String(path) => Ok(path.clone()),
        Value::Object(_) if !location.is_function() => Err(ON_S3),
        _ => Err(UNKNOWN),
    }
}
