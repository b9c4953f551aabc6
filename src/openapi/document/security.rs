//! `security`: the schemes that guard an operation.

use crate::openapi::{error::DefinitionError, node::Node};

/// The names of all schemes in a list of security requirements, sorted.
///
/// In OpenAPI the list contains alternatives, and each object in it a combination. API Gateway allows one authorizer
/// per method. So all names count, and two authorizers among them are an error later on.
pub(super) fn scheme_names(security: &Node<'_>) -> Result<Vec<String>, DefinitionError> {
    let mut names = Vec::new();
    for requirement in security.items()? {
        for (name, scopes) in requirement.members()? {
            // A Lambda authorizer does not use the scopes, so they may be a function.
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
