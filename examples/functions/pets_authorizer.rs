//! An authorizer function as it is deployed to AWS Lambda: a TOKEN authorizer, on `lambda_runtime`.
//!
//! It does not know of this crate. Its handler is in a file of its own, since the tests call it in their process, too.
//! A Lambda environment starts it; the example `lambda_function` does so here.

mod pets;

use lambda_runtime::{Error, run, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(pets::handler)).await
}
