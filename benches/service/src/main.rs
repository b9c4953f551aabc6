//! Times and instructions, without a counting allocator.

fn main() {
    service_bench::main();
}
