//! The request's path in all its spellings.
//!
//! A policy matches the path as a string, but the service behind the layer reads the path by its own rules. If the two
//! can read a path differently, a client can bypass the policy. So ambiguous paths are refused. For all others the
//! other spellings are computed, so that a policy that excludes a resource excludes it in every spelling.

mod ambiguity;
mod decoding;
mod plain;
mod readings;
mod spellings;

pub use self::ambiguity::{AmbiguousPaths, PathAmbiguity};
#[cfg(feature = "openapi")]
pub(crate) use self::spellings::after_host;
pub(crate) use self::{
    decoding::{check_is_literal, decode, decode_as_received},
    plain::{is_literal_method, is_plain, is_plain_method, is_read_as_get},
    readings::readings,
    spellings::{merge_slashes, spellings, without_parameters},
};
