//! Starts the service benchmark of `benches/service`, for the same reasons a package of its own.

mod start;

use std::process::ExitCode;

fn main() -> ExitCode {
    start::package("service-bench", &["service-features-bench"])
}
