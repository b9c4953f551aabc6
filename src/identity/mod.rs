//! The identity check: what has to be in a request before the authorizer is asked at all.

mod anonymous;
mod authorizer_kind;
mod source;
mod sources;
mod validation;

pub use self::{
    anonymous::AnonymousRequests, source::IdentitySource, sources::IdentitySources,
    validation::ExpressionMatch,
};
pub(crate) use self::{
    authorizer_kind::AuthorizerKind,
    source::{IdentityProblem, SourcePlace},
    validation::ValidationExpression,
};
