//! An authorizer function as it is deployed to AWS Lambda: a TOKEN authorizer, on `lambda_runtime`.
//!
//! It does not use this crate. Its handler is in a separate file, because the tests also call it in their own process.
//! A Lambda environment starts this program; here, the example `lambda_function` does.

mod pets;

use lambda_runtime::{Error, run, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(pets::handler)).await
}
