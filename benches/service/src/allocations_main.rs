//! Counts allocations in a separate program, because the counting allocator takes instructions and time.

fn main() {
    service_bench::print_allocations(|work| allocation_counter::measure(work).count_total);
}
