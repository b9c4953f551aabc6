//! Reading a request's path without being fooled by its spelling.
//!
//! A policy matches the path as text, the service behind the layer matches it by its own rules. Where
//! the two can read one path in two ways, a policy can be walked around. So a path that decodes to an
//! ambiguous one is refused, and for the rest the other spellings are worked out, so that what a policy
//! excludes stays excluded however it is spelled.

mod ambiguity;
mod decoding;
mod plain;
mod spellings;

pub use self::ambiguity::{AmbiguousPaths, PathAmbiguity};
pub(crate) use self::{
    decoding::{check_is_literal, decode, decode_as_received},
    plain::{is_plain, is_plain_method},
    spellings::spellings,
};
