//! The layer in apps of three frameworks, each with its tests. `examples/` of the crate has more: axum, hyper, tonic and
//! Lambda.

pub mod axum_nested;
pub mod salvo;
pub mod warp;
