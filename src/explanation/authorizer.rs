//! What the authorizer did.

use std::{fmt, time::Duration};

use serde::Serialize;

use super::{Circumstances, Conclusion};
use crate::{
    cache::Origin,
    decision::{DenialReason, without_credentials},
    pipeline::Asked,
    policy::OneLine,
    seconds,
};

/// What the authorizer did for a request.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::Request;
/// use tower_lambda_authorizer::{
///     AuthorizerError, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
///     explanations::AuthorizerExplanation,
/// };
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///     Err::<AuthorizerResponse, _>(AuthorizerError::new("no database"))
/// }));
/// let why = layer.explain(Request::get("/pets").header("authorization", "t").body(())?).await;
/// let AuthorizerExplanation::Failed { problem, .. } = why.authorizer() else { unreachable!() };
/// assert!(problem.contains("no database"), "{problem}");
/// # Ok::<(), http::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "state")]
#[non_exhaustive]
pub enum AuthorizerExplanation {
    /// It was not invoked, and no earlier answer was used.
    NotInvoked,
    /// It was not invoked, because an earlier answer was used.
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    Reused {
        /// The method ARN that it was asked about, if that is known.
        made_for: Option<String>,
    },
    /// It was invoked and gave a valid answer.
    #[non_exhaustive]
    Answered {
        /// How long it took. `None` if this request waited for another request's call, or if the layer's clock stood
        /// still, as a [`ManualClock`](crate::ManualClock) does.
        #[serde(rename = "tookSeconds", serialize_with = "seconds::serialize_optional")]
        took: Option<Duration>,
    },
    /// It was invoked and gave no valid answer.
    #[non_exhaustive]
    Failed {
        /// How long it took. `None` if this request waited for another request's call, or if the layer's clock stood
        /// still, as a [`ManualClock`](crate::ManualClock) does.
        #[serde(rename = "tookSeconds", serialize_with = "seconds::serialize_optional")]
        took: Option<Duration>,
        /// What went wrong.
        problem: String,
    },
}

pub(super) fn explained(
    circumstances: &Circumstances,
    conclusion: Conclusion<'_>,
) -> AuthorizerExplanation {
    let reused = || AuthorizerExplanation::Reused {
        made_for: made_for(circumstances),
    };
    let (took, origin) = match circumstances.asked {
        Asked::Not => return AuthorizerExplanation::NotInvoked,
        Asked::Kept { .. } => return reused(),
        Asked::Called { took, origin } => (Some(took).filter(|took| !took.is_zero()), origin),
        Asked::Joined { origin } => (None, origin),
    };
    match (circumstances.result.as_deref(), conclusion) {
        _ if origin == Origin::SharedTier => reused(),
        (None, Conclusion::Refused(DenialReason::AuthorizerPaused { .. })) => {
            AuthorizerExplanation::NotInvoked
        }
        (None, Conclusion::Refused(reason)) => AuthorizerExplanation::Failed {
            took,
            problem: problem(circumstances, reason),
        },
        _ => AuthorizerExplanation::Answered { took },
    }
}

fn made_for(circumstances: &Circumstances) -> Option<String> {
    let verified = circumstances.result.as_deref()?.as_verified()?;
    Some(verified.made_for.as_str().to_owned())
}

pub(super) fn problem(circumstances: &Circumstances, reason: &DenialReason) -> String {
    let sources = circumstances.settings.kind.sources();
    circumstances.with_request(|request| without_credentials(reason, sources, request))
}

impl fmt::Display for AuthorizerExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInvoked => f.write_str("not invoked"),
            Self::Reused { made_for: None } => {
                f.write_str("not invoked; an earlier answer was used")
            }
            Self::Reused {
                made_for: Some(arn),
            } => write!(
                f,
                "not invoked; its earlier answer for {} was used",
                OneLine(arn)
            ),
            Self::Answered { took } => {
                f.write_str("invoked, answered")?;
                write_duration(f, *took)
            }
            Self::Failed { took, .. } => {
                f.write_str("invoked, failed")?;
                write_duration(f, *took)
            }
        }
    }
}

fn write_duration(f: &mut fmt::Formatter<'_>, took: Option<Duration>) -> fmt::Result {
    match took {
        Some(took) => write!(f, " in {:.0} ms", took.as_secs_f64() * 1000.0),
        None => Ok(()),
    }
}
