//! `Transform`: the macros that CloudFormation runs before it deploys a template.

use serde_json::Value;

use crate::openapi::{error::DefinitionError, node::Node, quoting::quoted};

/// The macros that this crate implements: the readers implement SAM, and `template/` the language extensions.
const KNOWN: [&str; 2] = ["AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"];

/// Refuses macros that may change the APIs in ways that are not known, and files that are still to be included.
pub(super) fn check(root: &Node<'_>) -> Result<(), DefinitionError> {
    // An `Fn::Transform` at the top level changes the whole template, like a macro in `Transform`.
    let _members = root.object()?;
    let Some(transform) = root.member("Transform") else {
        return Ok(());
    };
    match transform.value() {
        Value::Array(_) => transform.items()?.try_for_each(|item| check_one(&item)),
        Value::Null => Ok(()),
        _ => check_one(&transform),
    }
}

fn check_one(transform: &Node<'_>) -> Result<(), DefinitionError> {
    let name = match transform.member("Name") {
        Some(name) => name,
        None => transform.clone(),
    };
    match name.text()? {
        name if KNOWN.contains(&name) => Ok(()),
        "AWS::Include" => {
            let parameters = transform.member("Parameters");
            let location = parameters.and_then(|parameters| parameters.member("Location"));
            let location = location.as_ref().and_then(|location| location.value().as_str());
            Err(transform.error(format!(
                "`AWS::Include` inserts {}, whose content is not known; supply it with `Template::include`",
                location.map_or("a file".into(), quoted)
            )))
        }
        name => Err(transform.error(format!(
            "it is not known how the macro {} changes the template; read the processed template (`aws cloudformation \
             get-template --template-stage Processed`)",
            quoted(name)
        ))),
    }
}
