//! Requests about which the guard has not decided. They are refused, too.

use std::fmt;

use envoy_types::ext_authz::v3::pb::CheckResponse;
use http::{HeaderName, Request, Response};
use http_body_util::BodyExt;
use tower_lambda_authorizer::gateway_responses::{GatewayFailure, ResponseType};

use super::answer::answer;
use crate::{live::Guard, log};

/// Why nothing was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Undecided {
    /// The client's request is not one that is served.
    BadRequest(&'static str),
    /// Some servers take one for the other.
    LookAlike([HeaderName; 2]),
    /// The server may not get a header that the guard has judged.
    NamedInConnection(HeaderName),
    /// The check is not what Envoy's HTTP filter sends, so something is configured wrongly.
    BadCheck(&'static str),
    /// The check is larger than what is read.
    TooLarge,
    /// Envoy would not have waited longer.
    TooLate,
    Failed(&'static str),
}

impl Undecided {
    fn response_type(&self) -> ResponseType {
        match self {
            Self::BadRequest(_) | Self::LookAlike(_) | Self::NamedInConnection(_) => {
                ResponseType::Default4xx
            }
            Self::BadCheck(_) => ResponseType::ApiConfigurationError,
            Self::TooLarge => ResponseType::RequestTooLarge,
            Self::TooLate | Self::Failed(_) => ResponseType::AuthorizerConfigurationError,
        }
    }

    /// The gateway response. A line on the standard error has the reason.
    pub(super) async fn refuse(self, guard: &Guard) -> CheckResponse {
        let failure = GatewayFailure::new(self.response_type());
        let (mut parts, ()) = Request::new(()).into_parts();
        let response = guard.responder().respond(&failure, &mut parts);
        log::refusal(&log::Refusal {
            status: response.status(),
            method: None,
            path: "",
            reason: format_args!("{self}"),
        });
        let (parts, body) = response.into_parts();
        let Ok(body) = body.collect().await;
        answer(Response::from_parts(parts, body.to_bytes()))
    }
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadRequest(reason) | Self::BadCheck(reason) | Self::Failed(reason) => {
                f.write_str(reason)
            }
            Self::LookAlike([one, other]) => write!(
                f,
                "the request has `{one}` and `{other}`, whose names differ only in characters such as `-` and `_`, and some \
                 servers take one for the other"
            ),
            Self::NamedInConnection(name) => write!(
                f,
                "`Connection` names `{name}`, which the server may not get"
            ),
            Self::TooLarge => f.write_str("the check is larger than 1 MiB"),
            Self::TooLate => f.write_str(
                "the authorizer did not answer as long as Envoy waits; give the filter's `grpc_service` a longer \
                 `timeout`",
            ),
        }
    }
}
