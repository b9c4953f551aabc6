//! The policy language.

mod allocations;
mod corners;
mod document;
mod explanation;
mod peers;
mod properties;
