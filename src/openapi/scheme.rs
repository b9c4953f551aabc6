//! A security scheme, and the names of schemes that documents use without defining them.

use super::{authorizer_definition::AuthorizerDefinition, other_scheme::OtherScheme};

/// A security scheme as it was read.
#[allow(
    clippy::large_enum_variant,
    reason = "it exists only while a document is read; its size depends on features of serde_json"
)]
pub(super) enum Scheme {
    Lambda(AuthorizerDefinition),
    Other(OtherScheme),
}

/// The scheme that `x-amazon-apigateway-auth: {type: AWS_IAM}` and CloudFormation's `AWS_IAM` select.
pub(super) const IAM: &str = "AWS_IAM";

/// The scheme that CloudFormation's `ApiKeyRequired` selects. SAM uses this name.
pub(super) const API_KEY: &str = "api_key";

/// SAM writes this name among an operation's schemes to say that the operation has no authorizer.
pub(super) const NONE: &str = "NONE";
