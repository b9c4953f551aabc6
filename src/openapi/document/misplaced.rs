//! Refuses members that look as if they guarded something, in places where API Gateway does not read them.

use super::extensions::{AUTH_TYPE, AUTHORIZER};
use crate::openapi::{error::DefinitionError, guard_name, node::Node};

/// The kinds of objects in a document.
#[derive(Clone, Copy)]
pub(super) enum Level {
    Document,
    Info,
    Components,
    Scheme,
    Paths,
    Path,
    Operation,
    Integration,
}

/// The members that guard something at each level.
fn allowed(level: Level) -> &'static [&'static str] {
    match level {
        Level::Document => &["security", "x-amazon-apigateway-policy"],
        Level::Components => &["securitySchemes"],
        // OAuth 2.0 gets its tokens at `authorizationUrl`.
        Level::Scheme => &[AUTHORIZER, AUTH_TYPE, "authorizationUrl"],
        Level::Operation => &["security", "x-amazon-apigateway-auth"],
        Level::Info | Level::Paths | Level::Path | Level::Integration => &[],
    }
}

const REMEDY: &str = "`security` belongs in each operation or at the root, in lower case, and the authorizer in a \
                      security scheme";

const REMEDY_OF_SCHEME: &str = "write the authorizer of a scheme in `x-amazon-apigateway-authorizer`, and its label in \
                                `x-amazon-apigateway-authtype`, in lower case";

pub(super) fn check(node: &Node<'_>, level: Level) -> Result<(), DefinitionError> {
    let remedy = match level {
        Level::Scheme => REMEDY_OF_SCHEME,
        _ => REMEDY,
    };
    guard_name::refuse_unread(node, allowed(level), remedy)
}

/// Checks a member, if it exists.
pub(super) fn check_member(
    node: &Node<'_>,
    name: &str,
    level: Level,
) -> Result<(), DefinitionError> {
    let member = node.written(name);
    member.map_or(Ok(()), |member| check(&member, level))
}
