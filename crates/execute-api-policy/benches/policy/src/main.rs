//! Times and instructions, without a counting allocator.

fn main() {
    policy_bench::main();
}
