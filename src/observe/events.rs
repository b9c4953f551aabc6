//! One `tracing` event for each decision. Fields are computed only if the event is enabled.

use http::{HeaderName, request::Parts};
use tracing::{Level, debug, enabled, error, trace, warn};

use crate::{
    explanation::{Denial, Remedy},
    gateway_response::ResponseType,
    pipeline::{Asked, Target, settings::Settings},
    policy::OneLine,
    request::resource::ResourceMatch,
};

const TARGET: &str = "tower_lambda_authorizer";

/// A request is let through.
pub(crate) fn allowed(
    settings: &Settings,
    parts: &Parts,
    matched: Option<&ResourceMatch>,
    asked: impl FnOnce() -> Asked,
) {
    if !enabled!(target: TARGET, Level::TRACE) {
        return;
    }
    let uri = matched.map_or(&parts.uri, |matched| matched.original_uri(&parts.uri));
    let method_arn = Target::new(settings, &parts.method, uri).method_arn();
    trace!(
        target: TARGET,
        decision = "allow",
        method_arn = %OneLine(method_arn.as_str()),
        cache = name(asked()),
        "let through"
    );
}

/// A preflight is let through without authorization.
pub(crate) fn exempt() {
    trace!(target: TARGET, decision = "exempt", "a CORS preflight was let through");
}

/// A request without credentials is let through.
pub(crate) fn anonymous() {
    trace!(target: TARGET, decision = "anonymous", "a request without credentials was let through");
}

/// A request is refused. If the client is at fault the level is `DEBUG`, and if the authorizer is broken it is `ERROR`.
pub(crate) fn refused(denial: &Denial) {
    let is_broken = matches!(
        denial.response_type(),
        ResponseType::AuthorizerConfigurationError | ResponseType::AuthorizerFailure
    );
    let is_wanted = match is_broken {
        true => enabled!(target: TARGET, Level::ERROR),
        false => enabled!(target: TARGET, Level::DEBUG),
    };
    if !is_wanted {
        return;
    }
    let explanation = denial.short_explanation();
    let status = explanation
        .response()
        .map(|response| response.status().as_u16());
    let remedy = explanation.remedies().first().map(Remedy::text);
    macro_rules! refuse {
        ($level:ident) => {
            $level!(
                target: TARGET,
                decision = "refuse",
                response_type = denial.response_type().as_str(),
                status,
                method_arn = %OneLine(explanation.method_arn()),
                cache = name(denial.asked()),
                remedy,
                "{}",
                OneLine(denial)
            )
        };
    }
    match is_broken {
        true => refuse!(error),
        false => refuse!(debug),
    }
}

/// A mapped header is left out, because its value is not a valid header value.
pub(crate) fn header_left_out(header: &HeaderName) {
    warn!(target: TARGET, %header, "a mapped header is left out, because its value is not a valid header value");
}

fn name(asked: Asked) -> &'static str {
    match asked {
        Asked::Not => "not_asked",
        Asked::Kept { .. } => "hit",
        Asked::Called { .. } => "missed",
        Asked::Joined => "joined",
    }
}
