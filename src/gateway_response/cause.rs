//! The kinds of refusals. There are only as many as there are different responses.

use super::response_type::ResponseType;
use crate::decision::DenialReason;

/// A kind of refusal. Two reasons of one kind get the same response, apart from the values of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    Unauthorized,
    NotAuthorized,
    ExplicitDeny,
    ImplicitDeny,
    AuthorizerFailed,
    AuthorizerMisconfigured,
    MalformedResponse,
    BodyTooLarge,
    BadRequest,
    SeveralAuthorizationHeaders,
    MethodArnTooLong,
    NoSuchOperation,
}

impl Cause {
    /// The number of kinds.
    pub(super) const COUNT: usize = Self::NoSuchOperation as usize + 1;

    pub(super) fn of(reason: &DenialReason) -> Self {
        match reason {
            DenialReason::IdentitySourceMissing { .. }
            | DenialReason::IdentitySourceEmpty { .. }
            | DenialReason::IdentitySourceNotUtf8 { .. }
            | DenialReason::IdentitySourceAmbiguous { .. }
            | DenialReason::RefusedByValidationExpression { .. }
            | DenialReason::AuthorizerSaidUnauthorized { .. } => Self::Unauthorized,
            DenialReason::NotAuthorized { .. } => Self::NotAuthorized,
            DenialReason::ExplicitDeny { .. } => Self::ExplicitDeny,
            DenialReason::ImplicitDeny { .. } | DenialReason::ReadingNotAllowed { .. } => {
                Self::ImplicitDeny
            }
            DenialReason::AuthorizerFailed { .. }
            | DenialReason::AuthorizerPanicked { .. }
            | DenialReason::AuthorizerTimedOut { .. }
            | DenialReason::AuthorizerPaused { .. } => Self::AuthorizerFailed,
            DenialReason::FunctionNotInvoked { .. }
            | DenialReason::NoTimer
            | DenialReason::RequestBodyNotRead => Self::AuthorizerMisconfigured,
            DenialReason::MalformedResponse { .. } => Self::MalformedResponse,
            DenialReason::RequestBodyTooLarge { .. } => Self::BodyTooLarge,
            DenialReason::RequestBodyBroken
            | DenialReason::AmbiguousPath { .. }
            | DenialReason::AmbiguousHost { .. } => Self::BadRequest,
            DenialReason::SeveralAuthorizationHeaders => Self::SeveralAuthorizationHeaders,
            DenialReason::MethodArnTooLong { .. } => Self::MethodArnTooLong,
            DenialReason::NoSuchOperation => Self::NoSuchOperation,
        }
    }

    pub(super) fn response_type(self) -> ResponseType {
        match self {
            Self::Unauthorized => ResponseType::Unauthorized,
            Self::NotAuthorized | Self::ExplicitDeny | Self::ImplicitDeny => {
                ResponseType::AccessDenied
            }
            Self::AuthorizerFailed | Self::AuthorizerMisconfigured | Self::MalformedResponse => {
                ResponseType::AuthorizerConfigurationError
            }
            Self::BodyTooLarge => ResponseType::RequestTooLarge,
            Self::BadRequest | Self::SeveralAuthorizationHeaders | Self::MethodArnTooLong => {
                ResponseType::Default4xx
            }
            Self::NoSuchOperation => ResponseType::MissingAuthenticationToken,
        }
    }
}

impl DenialReason {
    /// The type of the gateway response for this reason: 401 if the caller is unknown, 403 if the caller is refused,
    /// 500 if the authorizer is broken.
    #[must_use]
    pub fn response_type(&self) -> ResponseType {
        Cause::of(self).response_type()
    }
}
