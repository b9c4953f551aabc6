//! What a client receives instead of the service's response, and the reasons that the application can log.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/empty_service.rs"]
mod empty_service;

mod explanations;
mod gateway_responses;
mod properties;
