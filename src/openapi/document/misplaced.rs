//! Members that look as if they guarded something, in places where API Gateway does not read them.

use super::extensions::{AUTH_TYPE, AUTHORIZER};
use crate::openapi::{error::DefinitionError, guard_name, node::Node};

/// Where members are.
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

/// What guards at each level, and only there.
fn allowed(level: Level) -> &'static [&'static str] {
    match level {
        Level::Document => &["security", "x-amazon-apigateway-policy"],
        Level::Components => &["securitySchemes"],
        // The last is where OAuth 2.0 has its tokens from.
        Level::Scheme => &[AUTHORIZER, AUTH_TYPE, "authorizationUrl"],
        Level::Operation => &["security", "x-amazon-apigateway-auth"],
        Level::Info | Level::Paths | Level::Path | Level::Integration => &[],
    }
}

const REMEDY: &str = "write `security` at the operation or at the root, in lower case, and the authorizer into a security \
                      scheme";

const REMEDY_OF_SCHEME: &str = "a scheme has its authorizer in `x-amazon-apigateway-authorizer`, and its label in \
                                `x-amazon-apigateway-authtype`, in lower case";

pub(super) fn check(node: &Node<'_>, level: Level) -> Result<(), DefinitionError> {
    let remedy = match level {
        Level::Scheme => REMEDY_OF_SCHEME,
        _ => REMEDY,
    };
    guard_name::check(node, allowed(level), remedy)
}

/// The same for a member, if it is there.
pub(super) fn check_member(
    node: &Node<'_>,
    name: &str,
    level: Level,
) -> Result<(), DefinitionError> {
    let member = node.written(name);
    member.map_or(Ok(()), |member| check(&member, level))
}
