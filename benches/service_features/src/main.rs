//! The scenarios of `service-bench` with the features `axum` and `tracing` of the layer. No subscriber is installed, so
//! `tracing` is disabled at run time. `service-bench` starts it to count instructions.

use tower_lambda_authorizer as _;

fn main() {
    service_bench::main();
}
