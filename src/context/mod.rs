//! The `$context`, `$stageVariables` and `method.request.*` values of one request, which identity
//! sources and gateway responses read.

mod arrival;
mod parameter_name;
mod query;
mod request_context;
mod request_id;
mod variable;

pub(crate) use self::{
    arrival::Arrival,
    parameter_name::is_parameter_name,
    query::{decoded_pairs, last_value},
    request_context::RequestContext,
    request_id::RequestIds,
    variable::ContextVariable,
};

/// A value of a request is not UTF-8: an error rather than a guess, for two guesses might be one identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotUtf8;
