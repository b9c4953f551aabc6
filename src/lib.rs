//! Amazon API Gateway's Lambda authorizer as a tower layer. So far: the policy language.

pub mod policy;
mod strict_json;
