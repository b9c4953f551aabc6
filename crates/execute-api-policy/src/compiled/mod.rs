//! A policy made ready for evaluation.

mod few;
mod index;
mod policy;
mod resources;
mod statement;

pub use self::policy::Policy;
