//! What an authorizer receives, and what each of its responses means.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

#[path = "../support/empty_service.rs"]
mod empty_service;

mod answers_by_api;
mod bearer_token;
mod events;
mod policy_conditions;
mod response;
