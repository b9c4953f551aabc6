//! A whole API from the document that describes it, in front of real services.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "openapi/axum.rs"]
mod axum;
#[path = "openapi/bad_documents.rs"]
mod bad_documents;
#[path = "openapi/bad_templates.rs"]
mod bad_templates;
#[path = "openapi/cdk.rs"]
mod cdk;
#[path = "openapi/differential/mod.rs"]
mod differential;
#[path = "openapi/http_api.rs"]
mod http_api;
#[path = "openapi/http_templates.rs"]
mod http_templates;
#[path = "openapi/macros.rs"]
mod macros;
#[path = "openapi/misplaced.rs"]
mod misplaced;
#[path = "openapi/misplaced_in_templates.rs"]
mod misplaced_in_templates;
#[path = "openapi/names.rs"]
mod names;
#[path = "openapi/never_opened/mod.rs"]
mod never_opened;
#[path = "openapi/notes.rs"]
mod notes;
#[path = "openapi/outer_context.rs"]
mod outer_context;
#[path = "openapi/petstore.rs"]
mod petstore;
#[path = "openapi/readings.rs"]
mod readings;
#[path = "openapi/report.rs"]
mod report;
#[path = "openapi/results.rs"]
mod results;
#[path = "openapi/round_trip.rs"]
mod round_trip;
#[path = "openapi/sam.rs"]
mod sam;
#[path = "openapi/sam_bodies.rs"]
mod sam_bodies;
#[path = "openapi/sam_translator/mod.rs"]
mod sam_translator;
#[path = "openapi/server.rs"]
mod server;
#[path = "openapi/spellings.rs"]
mod spellings;
#[path = "support/mod.rs"]
mod support;
#[path = "openapi/template/mod.rs"]
mod template;
#[path = "openapi/template_errors.rs"]
mod template_errors;
#[path = "openapi/template_limits.rs"]
mod template_limits;
#[path = "openapi/template_overlooked.rs"]
mod template_overlooked;
#[path = "openapi/tower.rs"]
mod tower;
#[path = "openapi/types.rs"]
mod types;
