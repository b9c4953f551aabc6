//! An authorizer function that returns the answers of a gateway case. `CASE_ANSWERS` names the file with its `answers`.

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
