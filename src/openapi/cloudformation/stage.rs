//! The name of the stage that a template deploys. Nothing here decides who may call what, so a name that is not known is neither
//! recorded nor an error.

use std::collections::BTreeSet;

use super::{
    dialect::{Dialect, Kind},
    resource::Resource,
    template::Template,
};
use crate::{
    api::DEFAULT_STAGE,
    openapi::node::{Node, text_of},
};

/// The stage of the API that SAM creates for events that name none.
const IMPLICIT_STAGE: &str = "Prod";

/// The name, if the template deploys the API to one stage only and the name is known.
pub(super) fn name(template: &Template<'_>, dialect: &Dialect, api: &str) -> Option<String> {
    let own = match template.resource(api) {
        None => Some(of_implicit(dialect.kind)),
        Some(resource) if resource.kind == dialect.serverless => {
            Some(of_serverless(resource, dialect.kind))
        }
        Some(_) => None,
    };
    let others = dialect.stages.iter().flat_map(|kind| {
        let resources = template.of_type(kind).map(|(_, resource)| resource);
        let of_api = resources.filter(|it| is_of(it, dialect, api));
        // A deployment need not create a stage.
        of_api.filter_map(|resource| Some(text_of(written(resource, "StageName")?.value())))
    });
    let names: BTreeSet<_> = own.into_iter().chain(others).collect();
    match names.into_iter().collect::<Vec<_>>() {
        mut only if only.len() == 1 => only.pop().flatten(),
        _ => None,
    }
}

fn of_implicit(kind: Kind) -> Option<String> {
    Some(match kind {
        Kind::Rest => IMPLICIT_STAGE.to_owned(),
        Kind::Http => DEFAULT_STAGE.to_owned(),
    })
}

fn of_serverless(resource: &Resource<'_>, kind: Kind) -> Option<String> {
    match (written(resource, "StageName"), kind) {
        (Some(name), _) => text_of(name.value()),
        (None, Kind::Http) => Some(DEFAULT_STAGE.to_owned()),
        (None, Kind::Rest) => None,
    }
}

fn is_of(resource: &Resource<'_>, dialect: &Dialect, api: &str) -> bool {
    let Some(id) = written(resource, dialect.api_id) else {
        return false;
    };
    let attribute = id.attribute().map(|(resource, _)| resource);
    let text = id.value().as_str();
    id.reference().or(attribute).or(text) == Some(api)
}

fn written<'d>(resource: &Resource<'d>, name: &str) -> Option<Node<'d>> {
    resource.node.written("Properties")?.written(name)
}
