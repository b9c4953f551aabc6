//! Why the upstream has not answered, and what API Gateway answers then.

use std::{error::Error, fmt, time::Duration};

use http::StatusCode;
use hyper_util::client::legacy;
use tower_lambda_authorizer::{
    ApiType,
    gateway_responses::{GatewayFailure, ResponseType},
};

use crate::live::BoxError;

#[derive(Debug)]
pub(super) enum Failed {
    Late(Duration),
    Unreachable(BoxError),
    BrokeOff(BoxError),
    /// It answers 101, but not to WebSocket, or without being asked.
    WrongUpgrade,
}

impl Failed {
    pub(super) fn new(error: legacy::Error) -> Self {
        if error.is_connect() {
            Self::unreachable(error)
        } else {
            Self::broke_off(error)
        }
    }

    pub(super) fn unreachable(error: impl Into<BoxError>) -> Self {
        Self::Unreachable(error.into())
    }

    pub(super) fn broke_off(error: impl Into<BoxError>) -> Self {
        Self::BrokeOff(error.into())
    }

    /// An HTTP API has one answer to all of these. A template can set another status for a REST API's.
    pub(super) fn gateway_failure(&self, api_type: ApiType) -> GatewayFailure {
        let failure = match self {
            Self::Late(_) => GatewayFailure::new(ResponseType::IntegrationTimeout),
            _ => GatewayFailure::new(ResponseType::IntegrationFailure),
        };
        match (api_type, self) {
            (ApiType::Http, _) => failure.with_status(StatusCode::SERVICE_UNAVAILABLE),
            (_, Self::Late(_)) => failure,
            _ => failure
                .with_status(StatusCode::BAD_GATEWAY)
                .with_message("Network error communicating with endpoint"),
        }
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(limit) => write!(
                f,
                "it has not answered within {} s; `--upstream-timeout` sets this limit",
                limit.as_secs_f64()
            ),
            Self::Unreachable(error) => {
                write!(f, "it cannot be reached: {}", root_of(error.as_ref()))
            }
            Self::BrokeOff(error) => write!(
                f,
                "it broke off the connection: {}",
                root_of(error.as_ref())
            ),
            Self::WrongUpgrade => f.write_str("it changes to a protocol that it was not asked for"),
        }
    }
}

/// The last cause, which names the problem itself.
fn root_of(error: &dyn Error) -> &dyn Error {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root
}
