//! A policy made ready for evaluation.

mod index;
mod policy;
mod resources;
mod statement;

pub use self::policy::Policy;
