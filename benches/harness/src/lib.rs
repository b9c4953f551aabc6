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

pub mod arguments;
pub mod callgrind;
pub mod measure;
#[cfg(feature = "plots")]
pub mod plots;
pub mod programs;
pub mod targets;
pub mod yardstick;
