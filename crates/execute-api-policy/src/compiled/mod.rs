//! The compiled policy, which is ready for evaluation.

mod builder;
mod evaluate;
mod few;
mod index;
mod policy;
mod resources;
mod statement;
mod table;
#[cfg(test)]
mod tests;

pub use self::policy::Policy;
