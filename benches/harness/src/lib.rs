//! What the benchmarks measure with. Its figures are explained in `benches/README.md`.

#![allow(
    clippy::indexing_slicing,
    reason = "a benchmark that goes wrong may panic"
)]
#![allow(
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    reason = "nobody outside uses it"
)]

pub mod callgrind;
pub mod measure;
pub mod targets;
pub mod yardstick;

/// The allocations of one run of this.
pub fn allocated(work: impl FnOnce()) -> u64 {
    allocation_counter::measure(work).count_total
}
