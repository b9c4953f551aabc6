//! The compiled policy, which is ready for evaluation.

mod builder;
mod few;
mod index;
mod policy;
mod resources;
mod statement;
mod table;

pub use self::policy::Policy;
