//! Members that OpenAPI does not have. Nothing reads them, and one of them may be a misspelt `security`.

use super::misplaced::Level;
use crate::openapi::{model::Definition, node::Node, quoting::quoted};

/// The most members that have a note each.
const MAX_NOTES: usize = 20;

/// The members of both versions.
fn known(level: Level) -> &'static [&'static str] {
    match level {
        Level::Document => &[
            "$self",
            "basePath",
            "components",
            "consumes",
            "definitions",
            "externalDocs",
            "host",
            "info",
            "jsonSchemaDialect",
            "openapi",
            "parameters",
            "paths",
            "produces",
            "responses",
            "schemes",
            "security",
            "securityDefinitions",
            "servers",
            "swagger",
            "tags",
            "webhooks",
        ],
        Level::Components => &[
            "callbacks",
            "examples",
            "headers",
            "links",
            "mediaTypes",
            "parameters",
            "pathItems",
            "requestBodies",
            "responses",
            "schemas",
            "securitySchemes",
        ],
        // The last is API Gateway's.
        Level::Operation => &[
            "callbacks",
            "consumes",
            "deprecated",
            "description",
            "externalDocs",
            "operationId",
            "parameters",
            "produces",
            "requestBody",
            "responses",
            "schemes",
            "security",
            "servers",
            "summary",
            "tags",
            "isDefaultRoute",
        ],
        Level::Info | Level::Scheme | Level::Paths | Level::Path | Level::Integration => &[],
    }
}

/// Collects them, for [`note`].
pub(super) fn collect(definition: &mut Definition, node: &Node<'_>, level: Level) {
    let is_known = |name: &str| {
        name.starts_with("x-") || name.starts_with("Fn::") || known(level).contains(&name)
    };
    let unread = node.each_member().filter(|(name, _)| !is_known(name));
    let unread = unread.map(|(name, _)| format!("{} at `{}`", quoted(name), node.place()));
    definition.unread.extend(unread);
}

/// Notes what has been collected.
pub(super) fn note(definition: &mut Definition) {
    let unread = std::mem::take(&mut definition.unread);
    let more = unread.len().saturating_sub(MAX_NOTES);
    let notes = unread.into_iter().take(MAX_NOTES);
    let notes = notes.map(|unread| format!("OpenAPI does not have {unread}, so nothing reads it"));
    definition.notes.extend(notes);
    if more > 0 {
        let note = format!(
            "OpenAPI does not have {more} more members of the document, so nothing reads them"
        );
        definition.notes.push(note);
    }
}
