//! How many calls an authorizer has to bear: by a formula, by a simulation, and with the library itself.
//! `docs/scaling.md` explains it.

pub mod fleet;
pub mod measure;
pub mod model;
pub mod plot;
pub mod population;
pub mod simulation;
pub mod table;
