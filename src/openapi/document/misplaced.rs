//! Members that look as if they guarded something, in places where API Gateway does not read them.

use crate::openapi::{error::DefinitionError, guard_name, node::Node};

/// Where members are.
#[derive(Clone, Copy)]
pub(super) enum Level {
    Document,
    Info,
    Components,
    Path,
    Operation,
    Integration,
}

/// What guards at each level, and only there.
fn allowed(level: Level) -> &'static [&'static str] {
    match level {
        Level::Document => &["security", "x-amazon-apigateway-policy"],
        Level::Components => &["securitySchemes"],
        Level::Operation => &["security", "x-amazon-apigateway-auth"],
        Level::Info | Level::Path | Level::Integration => &[],
    }
}

const REMEDY: &str = "write `security` at the operation or at the root, in lower case, and the authorizer into a security \
                      scheme";

pub(super) fn check(node: &Node<'_>, level: Level) -> Result<(), DefinitionError> {
    guard_name::check(node, allowed(level), REMEDY)
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
