//! Which gateway response answers which reason.

use super::{gateway_responses::GatewayResponses, response_type::ResponseType};
use crate::decision::DenialReason;

impl DenialReason {
    /// The type of the gateway response for this reason: 401 if the caller is unknown, 403 if the caller is refused,
    /// 500 if the authorizer is broken.
    #[must_use]
    pub fn response_type(&self) -> ResponseType {
        match self {
            Self::IdentitySourceMissing { .. }
            | Self::IdentitySourceEmpty { .. }
            | Self::IdentitySourceNotUtf8 { .. }
            | Self::IdentitySourceAmbiguous { .. }
            | Self::RefusedByValidationExpression { .. }
            | Self::AuthorizerSaidUnauthorized => ResponseType::Unauthorized,
            Self::NotAuthorized { .. } | Self::ExplicitDeny { .. } | Self::ImplicitDeny { .. } => {
                ResponseType::AccessDenied
            }
            Self::AuthorizerFailed { .. }
            | Self::FunctionNotInvoked { .. }
            | Self::AuthorizerPanicked { .. }
            | Self::AuthorizerTimedOut { .. }
            | Self::NoTimer
            | Self::RequestBodyNotRead
            | Self::MalformedResponse { .. } => ResponseType::AuthorizerConfigurationError,
            Self::RequestBodyTooLarge { .. } => ResponseType::RequestTooLarge,
            Self::SeveralAuthorizationHeaders
            | Self::RequestBodyBroken
            | Self::AmbiguousPath { .. }
            | Self::AmbiguousHost { .. }
            | Self::MethodArnTooLong { .. } => ResponseType::Default4xx,
            Self::NoSuchOperation => ResponseType::MissingAuthenticationToken,
        }
    }
}

impl GatewayResponses {
    /// The type of the response for a reason.
    pub(crate) fn response_type(&self, reason: &DenialReason) -> ResponseType {
        match reason {
            DenialReason::AuthorizerFailed { .. }
            | DenialReason::AuthorizerPanicked { .. }
            | DenialReason::AuthorizerTimedOut { .. }
                if self.authorizer_failures =>
            {
                ResponseType::AuthorizerFailure
            }
            reason => reason.response_type(),
        }
    }
}
