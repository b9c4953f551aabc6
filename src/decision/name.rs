//! The name of a reason, for labels of metrics and for logs.

use super::DenialReason;

impl DenialReason {
    /// The name for labels and logs: that of the variant, as `identity_source_missing` for
    /// [`IdentitySourceMissing`](Self::IdentitySourceMissing).
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::IdentitySourceMissing { .. } => "identity_source_missing",
            Self::IdentitySourceEmpty { .. } => "identity_source_empty",
            Self::IdentitySourceNotUtf8 { .. } => "identity_source_not_utf8",
            Self::IdentitySourceAmbiguous { .. } => "identity_source_ambiguous",
            Self::RefusedByValidationExpression { .. } => "refused_by_validation_expression",
            Self::SeveralAuthorizationHeaders => "several_authorization_headers",
            Self::AmbiguousPath { .. } => "ambiguous_path",
            Self::AmbiguousHost { .. } => "ambiguous_host",
            Self::NoSuchOperation => "no_such_operation",
            Self::MethodArnTooLong { .. } => "method_arn_too_long",
            Self::RequestBodyTooLarge { .. } => "request_body_too_large",
            Self::RequestBodyBroken => "request_body_broken",
            Self::RequestBodyNotRead => "request_body_not_read",
            Self::AuthorizerSaidUnauthorized { .. } => "authorizer_said_unauthorized",
            Self::AuthorizerFailed { .. } => "authorizer_failed",
            Self::FunctionNotInvoked { .. } => "function_not_invoked",
            Self::AuthorizerPanicked { .. } => "authorizer_panicked",
            Self::AuthorizerTimedOut { .. } => "authorizer_timed_out",
            Self::AuthorizerPaused { .. } => "authorizer_paused",
            Self::NoTimer => "no_timer",
            Self::MalformedResponse { .. } => "malformed_response",
            Self::NotAuthorized { .. } => "not_authorized",
            Self::ExplicitDeny { .. } => "explicit_deny",
            Self::ImplicitDeny { .. } => "implicit_deny",
            Self::ReadingNotAllowed { .. } => "reading_not_allowed",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        authorizer::AnswerProblem,
        identity::IdentitySource,
        lambda::InvokeErrorKind,
        request::{host::HostAmbiguity, path::PathAmbiguity},
    };

    /// The name of the variant, as `Debug` writes it, in small letters with underscores.
    fn written(reason: &DenialReason) -> String {
        let variant = format!("{reason:?}");
        let variant = variant.split([' ', '(']).next().unwrap();
        let mut name = String::new();
        for character in variant.chars() {
            if character.is_ascii_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(character.to_ascii_lowercase());
        }
        name
    }

    #[test]
    fn the_name_is_that_of_the_variant() {
        use DenialReason as R;

        let source = || "method.request.header.A".parse::<IdentitySource>().unwrap();
        let (message, limit) = (String::new, Duration::ZERO);
        for reason in [
            R::IdentitySourceMissing { source: source() },
            R::IdentitySourceEmpty { source: source() },
            R::IdentitySourceNotUtf8 { source: source() },
            R::IdentitySourceAmbiguous { source: source() },
            R::RefusedByValidationExpression { source: source() },
            R::SeveralAuthorizationHeaders,
            R::AmbiguousPath {
                ambiguity: PathAmbiguity::Method,
            },
            R::AmbiguousHost {
                ambiguity: HostAmbiguity::SeveralHeaders,
            },
            R::NoSuchOperation,
            R::MethodArnTooLong {
                length: 2,
                limit: 1,
            },
            R::RequestBodyTooLarge { limit: 1 },
            R::RequestBodyBroken,
            R::RequestBodyNotRead,
            R::AuthorizerSaidUnauthorized { cause: None },
            R::AuthorizerFailed { message: message() },
            R::FunctionNotInvoked {
                kind: InvokeErrorKind::Throttled,
                message: message(),
            },
            R::AuthorizerPanicked { message: message() },
            R::AuthorizerTimedOut { limit },
            R::AuthorizerPaused {
                failures: 1,
                remaining: limit,
            },
            R::NoTimer,
            R::MalformedResponse {
                kind: AnswerProblem::AnswerInString,
                problem: message(),
            },
            R::NotAuthorized { cached_for: None },
            R::ExplicitDeny {
                statement: 0,
                sid: None,
                method_arn: message(),
                cached_for: None,
                unknown_key: None,
            },
            R::ImplicitDeny {
                method_arn: message(),
                cached_for: None,
                unknown_key: None,
            },
            R::ReadingNotAllowed {
                method_arn: message(),
                reading: message(),
            },
        ] {
            assert_eq!(reason.name(), written(&reason));
        }
    }
}
