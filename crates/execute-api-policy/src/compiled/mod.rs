//! The compiled policy, which is ready for evaluation.

mod builder;
mod decision;
mod evaluate;
mod few;
mod index;
mod policy;
mod prepared_request;
mod readings;
mod resources;
mod search;
mod stage;
mod statement;
mod statements;
mod table;
#[cfg(test)]
mod tests;

pub use self::{
    policy::Policy,
    readings::reading_that_is_not_allowed,
    stage::{MethodName, Rest, RestDecision, Stage, StagePolicy, StageRequest},
};
pub(crate) use self::{prepared_request::PreparedRequest, statements::CompiledStatements};
