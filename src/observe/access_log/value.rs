//! The values of variables for one decision.

use std::borrow::Cow;

use http::header;

use super::variable::Variable;
use crate::{
    decision::{DenialReason, without_credentials},
    identity::IdentitySource,
    observe::{Decision, Outcome, ResultSource},
    request::context::{ContextVariable, RequestContext},
};

/// What the variables read.
pub(super) struct Facts<'f> {
    decision: &'f Decision<'f>,
    request: RequestContext<'f>,
}

impl Facts<'_> {
    /// Lends the facts of a decision. A hit does not need the request's resource, so it is not known then.
    pub(super) fn with(
        decision: &Decision<'_>,
        needs_resource: bool,
        look: impl FnOnce(&Facts<'_>),
    ) {
        let reader = &decision.settings.reader;
        let resolver = &reader.resource_resolver;
        let is_needed = needs_resource || resolver.is_custom();
        let resolved = (decision.matched.is_none() && is_needed)
            .then(|| resolver.resolve(&mut decision.parts.clone()));
        let matched = decision.matched.or(resolved.as_ref());
        let request = reader.context(decision.parts, matched, decision.arrival);
        look(&Facts { decision, request });
    }

    fn reason(&self) -> Option<&DenialReason> {
        Some(self.decision.denial()?.reason())
    }

    /// The reason as a sentence, if it comes from there.
    fn reason_from(&self, origin: Origin) -> Option<Cow<'_, str>> {
        let reason = self.reason();
        let reason = reason.filter(|reason| Origin::of(reason) == origin)?;
        let sources = self.decision.settings.kind.sources();
        Some(without_credentials(reason, sources, &self.request).into())
    }

    fn authorizer_status(&self) -> Option<&'static str> {
        match self.reason() {
            Some(DenialReason::AuthorizerSaidUnauthorized { .. }) => Some("401"),
            Some(reason) if Origin::of(reason) == Origin::Authorizer => Some("500"),
            _ => self.decision.caller().map(|_| "200"),
        }
    }

    fn authorize_status(&self) -> Option<&'static str> {
        match (self.decision.outcome(), self.reason()) {
            (Outcome::Allowed, _) => Some("200"),
            (_, Some(reason)) if Origin::of(reason) == Origin::Policy => Some("403"),
            _ => None,
        }
    }

    /// In milliseconds. The shared tier's latency is not the authorizer's.
    fn authorizer_latency(&self) -> Option<String> {
        let has_called = self.decision.source() == ResultSource::Missed;
        let waited = self.decision.waited().filter(|_| has_called)?;
        Some(waited.as_millis().to_string())
    }

    fn message(&self) -> Option<&str> {
        let settings = self.decision.settings;
        let row = settings.kind.differences();
        settings.gateway_responses.message(self.reason()?, row)
    }

    /// A layer in shadow refuses nothing, so the status is the service's.
    fn status(&self) -> Option<String> {
        let is_refused = self.decision.outcome() == Outcome::Refused;
        let status = self.decision.status().filter(|_| is_refused)?;
        Some(status.as_u16().to_string())
    }

    /// The user agent may be what the authorizer identifies callers by.
    fn is_credential(&self, variable: ContextVariable) -> bool {
        let sources = self.decision.settings.kind.sources().iter();
        let mut places = sources.flat_map(IdentitySource::places);
        variable == ContextVariable::UserAgent
            && places.any(|source| {
                source.header_name() == Some(&header::USER_AGENT)
                    || source.context_variable() == Some(variable)
            })
    }
}

impl Variable {
    /// Its value, if it has one.
    pub(super) fn value<'f>(&self, facts: &'f Facts<'_>) -> Option<Cow<'f, str>> {
        match self {
            Self::Request(variable) if facts.is_credential(*variable) => None,
            Self::Request(variable) => facts.request.variable(*variable),
            Self::PrincipalId => facts.decision.caller()?.principal_id().map(Cow::Borrowed),
            Self::Context(key) => facts.decision.caller()?.get(key).map(Cow::Borrowed),
            Self::AuthorizerError => facts.reason_from(Origin::Authorizer),
            Self::AuthorizerLatency => facts.authorizer_latency().map(Cow::Owned),
            Self::AuthorizerStatus => facts.authorizer_status().map(Cow::Borrowed),
            Self::AuthorizeError => facts.reason_from(Origin::Policy),
            Self::AuthorizeStatus => facts.authorize_status().map(Cow::Borrowed),
            Self::ErrorMessage => facts.message().map(Cow::Borrowed),
            Self::ErrorMessageString => {
                let message = facts.message()?;
                Some(serde_json::Value::from(message).to_string().into())
            }
            Self::ResponseType => Some(facts.decision.response_type()?.as_str().into()),
            Self::Status => facts.status().map(Cow::Owned),
            Self::Absent => None,
        }
    }
}

/// What a refusal comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The request itself: the authorizer was not needed.
    Request,
    /// The authorizer, which gave no result that can be used.
    Authorizer,
    /// The authorizer's result.
    Policy,
}

impl Origin {
    fn of(reason: &DenialReason) -> Self {
        match reason {
            DenialReason::IdentitySourceMissing { .. }
            | DenialReason::IdentitySourceEmpty { .. }
            | DenialReason::IdentitySourceNotUtf8 { .. }
            | DenialReason::IdentitySourceAmbiguous { .. }
            | DenialReason::RefusedByValidationExpression { .. }
            | DenialReason::SeveralAuthorizationHeaders
            | DenialReason::AmbiguousPath { .. }
            | DenialReason::AmbiguousHost { .. }
            | DenialReason::NoSuchOperation
            | DenialReason::MethodArnTooLong { .. }
            | DenialReason::RequestBodyTooLarge { .. }
            | DenialReason::RequestBodyBroken
            | DenialReason::RequestBodyNotRead => Self::Request,
            DenialReason::AuthorizerSaidUnauthorized { .. }
            | DenialReason::AuthorizerFailed { .. }
            | DenialReason::FunctionNotInvoked { .. }
            | DenialReason::AuthorizerPanicked { .. }
            | DenialReason::AuthorizerTimedOut { .. }
            | DenialReason::AuthorizerPaused { .. }
            | DenialReason::NoTimer
            | DenialReason::MalformedResponse { .. } => Self::Authorizer,
            DenialReason::NotAuthorized { .. }
            | DenialReason::ExplicitDeny { .. }
            | DenialReason::ImplicitDeny { .. }
            | DenialReason::ReadingNotAllowed { .. } => Self::Policy,
        }
    }
}
