//! What an authorizer receives, and what each of its responses means.

mod answers_by_api;
mod events;
mod policy_conditions;
mod response;
