//! What each option costs. It starts itself to count instructions.

use allocation_counter as _;

fn main() {
    service_bench::options::main();
}
