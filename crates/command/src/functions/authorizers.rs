//! The authorizers of a document, each with the function that the document names.

use std::path::{Path, PathBuf};

use tower_lambda_authorizer::openapi::{ApiDefinition, FunctionDefinition};

use super::ONLY;
use crate::document::{Document, folder_of};

/// An authorizer of the document.
pub(super) struct Authorizer<'d> {
    pub(super) name: &'d str,
    /// Its function in the template.
    pub(super) function: Option<&'d FunctionDefinition>,
    /// Its function elsewhere.
    pub(super) deployed: Option<&'d str>,
    /// The folder of the template.
    pub(super) folder: PathBuf,
}

impl Authorizer<'_> {
    /// The name under which emulators know the function.
    pub(super) fn name_for_invoke(&self) -> &str {
        let deployed = self
            .deployed
            .and_then(|arn| arn.rsplit(":function:").next());
        let logical_id = self.function.map(FunctionDefinition::logical_id);
        logical_id.or(deployed).unwrap_or(match self.name {
            ONLY => "function",
            name => name,
        })
    }

    /// Whether an option with this name means it.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let logical_id = self.function.map(FunctionDefinition::logical_id);
        self.name == name || logical_id == Some(name)
    }
}

pub(super) fn authorizers_of<'d>(file: &str, document: &'d Document) -> Vec<Authorizer<'d>> {
    let folder = folder_of(file);
    match document {
        Document::Api(definition) => of_api(definition, &folder),
        Document::Authorizer(..) => vec![Authorizer {
            name: ONLY,
            function: None,
            deployed: None,
            folder,
        }],
    }
}

fn of_api<'d>(definition: &'d ApiDefinition, folder: &Path) -> Vec<Authorizer<'d>> {
    let authorizers = definition.authorizers();
    authorizers
        .map(|(name, authorizer)| Authorizer {
            name,
            function: definition.function_of(name),
            deployed: authorizer.function_name(),
            folder: folder.to_owned(),
        })
        .collect()
}
