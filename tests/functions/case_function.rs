//! An authorizer function that does what a gateway case says: the file in `CASE_ANSWERS` has its `answers`.

#[path = "../gateway_cases/case.rs"]
#[expect(dead_code, reason = "the function looks at the answers only")]
mod case;
mod case_handler;

use lambda_runtime::{Error, run, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let answers = std::env::var_os("CASE_ANSWERS").ok_or("CASE_ANSWERS is not set")?;
    run(service_fn(|event| {
        case_handler::handler(answers.as_ref(), event)
    }))
    .await
}
