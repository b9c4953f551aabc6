//! Members that look as if they guarded something, in places where API Gateway does not read them.

use crate::openapi::{
    error::{DefinitionError, quoted},
    node::Node,
};

/// Where members are.
#[derive(Clone, Copy)]
pub(super) enum Level {
    Document,
    Path,
    Operation,
}

/// What guards at each level, and only there.
fn allowed(level: Level) -> &'static [&'static str] {
    match level {
        Level::Document => &["security"],
        Level::Path => &[],
        Level::Operation => &["security", "x-amazon-apigateway-auth"],
    }
}

/// As letters and digits alone, in lower case.
const GUARDS: [&str; 5] = [
    "security",
    "securities",
    "xamazonapigatewayauth",
    "xamazonapigatewayauthorizer",
    "xamazonapigatewayauthtype",
];

/// Refuses such members: who wrote them does not expect an open operation.
pub(super) fn check(node: &Node<'_>, level: Level) -> Result<(), DefinitionError> {
    for (name, member) in node.each_member() {
        if allowed(level).contains(&name) {
            continue;
        }
        let is_letter = |c: &char| c.is_ascii_alphanumeric();
        let plain = name.chars().filter(is_letter).take(40);
        let plain: String = plain.map(|c| c.to_ascii_lowercase()).collect();
        if GUARDS.contains(&&*plain) {
            return Err(member.error(format!(
                "API Gateway does not read {} here, so it would guard nothing; write `security` at the operation or at \
                 the root, in lower case, and the authorizer into a security scheme",
                quoted(name)
            )));
        }
    }
    Ok(())
}
