//! Lambda functions and their handlers as authorizers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/cargo_lambda.rs"]
mod cargo_lambda;
#[path = "../support/lambda/mod.rs"]
#[expect(dead_code, reason = "other tests set variables of functions")]
mod fake_lambda;
#[path = "../support/pets.rs"]
mod pets;

mod function;
mod handler;
mod load;
mod runtimes;
