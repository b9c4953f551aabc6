//! Starts the service benchmark, which is a separate package (`benches/service`).

mod start;

use std::process::ExitCode;

fn main() -> ExitCode {
    start::package("service-bench", &["service-features-bench"])
}
