//! `Transform`: the macros that CloudFormation runs on a template before it deploys it.

use crate::openapi::{
    error::{DefinitionError, quoted},
    node::Node,
};

/// What is done here: SAM by the readers, the language extensions by `template/`.
const KNOWN: [&str; 2] = ["AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"];

/// Refuses macros of which it is not known what they make of the APIs, and files that are not included yet.
pub(super) fn check(root: &Node<'_>) -> Result<(), DefinitionError> {
    // A member of the template as a whole makes other members of it, as one in `Transform` does.
    let _members = root.object()?;
    let Some(transform) = root.member("Transform") else {
        return Ok(());
    };
    match transform.value().is_array() {
        true => transform.items()?.try_for_each(|item| check_one(&item)),
        false if transform.value().is_null() => Ok(()),
        false => check_one(&transform),
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
                "the text of {} is not known, which `AWS::Include` puts into the template; hand it over with \
                 `Template::include`",
                location.map_or("a file".into(), quoted)
            )))
        }
        name => Err(transform.error(format!(
            "what the macro {} makes of the template is not known; read the processed template (`aws cloudformation \
             get-template --template-stage Processed`)",
            quoted(name)
        ))),
    }
}
