//! CloudFormation templates. SAM templates are read as SAM translates them.

mod access;
mod authorization;
mod authorizer_resource;
mod choice;
mod code_location;
mod cors;
mod dialect;
mod event_places;
mod event_security;
mod events;
mod flag;
mod functions;
mod gateway_responses;
mod layers;
mod macros;
mod markers;
mod methods;
mod misplaced;
mod other_resources;
mod preflights;
mod resource;
mod route;
mod routes;
mod serverless_api;
mod serverless_authorizer;
mod serverless_defaults;
mod serverless_events;
mod serverless_guard;
mod stage;
mod template;

pub(super) use self::functions::read as functions;
use self::{
    dialect::{Dialect, Kind},
    serverless_api::ServerlessApi,
    template::Template,
};
use super::{document, error::DefinitionError, model::Definition, node::Node};

/// The logical ids of a template's APIs.
pub(super) fn apis(root: Node<'_>) -> Result<Vec<String>, DefinitionError> {
    let template = Template::read(root)?;
    let apis = template.all_apis()?.into_iter();
    Ok(apis.map(|(id, _)| id.to_owned()).collect())
}

/// Reads one API of a template: the named one, or the only one.
pub(super) fn read(root: Node<'_>, api: Option<&str>) -> Result<Definition, DefinitionError> {
    let template = Template::read(root)?;
    let (api, dialect) = template.api(api)?;
    template.check_copies(api)?;
    let mut definition = Definition {
        title: api.to_owned(),
        stage_name: stage::name(&template, dialect, api),
        ..Definition::default()
    };
    definition
        .known_api
        .note(dialect.api, &template.place(api))?;
    misplaced::check(&mut definition, &template);
    let serverless = ServerlessApi::find(&template, dialect, api)?;
    template.note_access(&mut definition, api)?;
    other_resources::note(&mut definition, &template, api);
    other_resources::note_elsewhere(&mut definition, &template);
    authorizer_resource::add_authorizers(&mut definition, &template, dialect, api)?;
    serverless.add_authorizers(&mut definition)?;
    // Operations refer to authorizers, so the errors so far would cause more.
    definition.fail_on_errors()?;
    if let Some(body) = template.body(api, dialect)? {
        document::read_into(&mut definition, &body)?;
    }
    serverless.check_scheme_names(&definition, &template.place(api))?;
    // The order of these steps is SAM's.
    let events = serverless_events::add_operations(&mut definition, &template, &serverless, api)?;
    template.check_other_events(dialect, api)?;
    let first_preflight = definition.operations.len();
    serverless.add_preflights(&mut definition, &events, &template.place(api))?;
    serverless.guard(&mut definition, &events.places)?;
    ServerlessApi::remove_preflights(&mut definition, &events, first_preflight);
    add_resources(&mut definition, &template, dialect, api);
    definition.fail_on_errors()?;
    definition.complete_operations();
    definition.sort_operations();
    Ok(definition)
}

/// Adds the parts of the API, other than authorizers, that are resources of their own.
fn add_resources(
    definition: &mut Definition,
    template: &Template<'_>,
    dialect: &Dialect,
    api: &str,
) {
    let added = match dialect.kind {
        Kind::Rest => methods::add_operations(definition, template, dialect, api),
        Kind::Http => routes::add_operations(definition, template, dialect, api),
    };
    definition.keep(added);
    let added = match dialect.kind {
        Kind::Rest => gateway_responses::add(definition, template, api),
        Kind::Http => cors::add_cors(definition, template, api),
    };
    definition.keep(added);
}
