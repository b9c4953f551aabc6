//! The identity check: what a request must contain before the authorizer is called.

mod anonymous;
mod authorizer_kind;
mod by_name;
mod expression;
mod first_of;
mod read;
mod source;
mod sources;
mod validation;

pub use self::{
    anonymous::AnonymousRequests, source::IdentitySource, sources::IdentitySources,
    validation::ExpressionMatch,
};
pub(crate) use self::{
    authorizer_kind::AuthorizerKind,
    first_of::mark,
    read::{IdentityProblem, Unread},
    source::SourcePlace,
    sources::Alternatives,
    validation::ValidationExpression,
};
