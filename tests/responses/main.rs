//! What a client receives instead of the service's response, and the reasons that the application can log.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod explanations;
mod gateway_responses;
mod properties;
