//! A whole API from the document that describes it, in front of real services.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod axum;
mod bad_documents;
mod bad_templates;
mod cdk;
mod differential;
mod functions;
mod http_api;
mod http_templates;
mod ignoring_case;
mod macros;
mod misplaced;
mod misplaced_in_templates;
mod names;
mod never_opened;
mod notes;
mod one_authorizer;
mod open_operations;
mod outer_context;
mod petstore;
mod readings;
mod report;
mod results;
mod rewritten;
mod round_trip;
mod sam;
mod sam_bodies;
mod sam_translator;
mod server;
mod several_authorizers;
mod similar;
#[path = "../support/skipped.rs"]
mod skipped;
mod spellings;
mod stages;
#[path = "../support/mod.rs"]
mod support;
mod template;
mod template_errors;
mod template_limits;
mod template_overlooked;
#[path = "../../crates/execute-api-policy/src/thread_time.rs"]
mod thread_time;
mod tower;
mod types;
mod unknown_api;
