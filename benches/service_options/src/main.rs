//! What each option costs. It starts itself to count instructions.

fn main() {
    service_bench::options::main();
}
