//! What the properties of a method or a route say about who may call it.

use serde_json::json;

use super::dialect::Dialect;
use crate::openapi::{
    error::DefinitionError,
    model::{Definition, IAM},
    node::Node,
};

/// The error for an `AuthorizerId` or scopes without a type that uses them.
const NOT_ASKED: &str = "without `AuthorizationType: CUSTOM` (or another type that has an authorizer) API Gateway does \
                         not use this, and anyone may call the operation; remove it, or set the type";

/// The names of the schemes that `AuthorizationType` and `AuthorizerId` select.
pub(super) fn schemes(
    definition: &mut Definition,
    dialect: &Dialect,
    properties: &Node<'_>,
) -> Result<Vec<String>, DefinitionError> {
    check_unused(properties)?;
    let id = properties.member("AuthorizerId");
    let Some(kind) = properties.member("AuthorizationType") else {
        return Ok(Vec::new());
    };
    match kind.text()? {
        "NONE" => Ok(Vec::new()),
        IAM => {
            definition.add_iam();
            Ok(vec![IAM.to_owned()])
        }
        kind if kind == "CUSTOM" || kind == dialect.managed_authorization => match id {
            Some(id) => Ok(vec![authorizer_named(&id, dialect)?]),
            None => Err(properties.error("its property `AuthorizerId` is missing")),
        },
        _ => Err(kind.unexpected(dialect.authorization_types)),
    }
}

/// Refuses the settings of an authorizer if the type says that there is no authorizer.
fn check_unused(properties: &Node<'_>) -> Result<(), DefinitionError> {
    let kind = properties.member("AuthorizationType");
    if kind.is_some_and(|kind| kind.value() != "NONE") {
        return Ok(());
    }
    let scopes = properties.written("AuthorizationScopes");
    let scopes = scopes.filter(|scopes| *scopes.value() != json!([]));
    match properties.member("AuthorizerId").or(scopes) {
        Some(unused) => Err(unused.error(NOT_ASKED)),
        None => Ok(()),
    }
}

/// The logical id of the authorizer that an `AuthorizerId` names.
fn authorizer_named(id: &Node<'_>, dialect: &Dialect) -> Result<String, DefinitionError> {
    let attribute = id.attribute().filter(|(_, name)| *name == "AuthorizerId");
    match id.reference().or(attribute.map(|(resource, _)| resource)) {
        Some(name) => Ok(name.to_owned()),
        None => Err(id.error(format!(
            "name an `{}` of this template here, as in `Ref: Authorizer`",
            dialect.authorizer.kind
        ))),
    }
}
