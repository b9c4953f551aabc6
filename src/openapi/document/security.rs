//! `security`: which schemes guard something.

use crate::openapi::{error::DefinitionError, node::Node};

/// The names of all schemes in a list of security requirements, sorted.
///
/// OpenAPI has alternatives (the list) of combinations (the objects). API Gateway has one authorizer for a
/// method, so all names count, and two authorizers among them are an error later on.
pub(super) fn scheme_names(security: &Node<'_>) -> Result<Vec<String>, DefinitionError> {
    let mut names = Vec::new();
    for requirement in security.items()? {
        for (name, scopes) in requirement.members()? {
            // They are nothing to a Lambda authorizer, so a function may make them.
            if !scopes.is_function() {
                let _scopes = scopes.items()?;
            }
            names.push(name.to_owned());
        }
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}
