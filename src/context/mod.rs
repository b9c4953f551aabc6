//! The `$context`, `$stageVariables` and `method.request.*` values of one request, which identity
//! sources read.

mod query;
mod request_context;
mod request_id;
mod variable;

pub(crate) use self::{
    query::{InvalidQuery, decoded_pairs, last_value},
    request_context::RequestContext,
    request_id::RequestIds,
    variable::ContextVariable,
};
