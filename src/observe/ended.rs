//! How a decision ended, with what is known then.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;

use super::outcome::Outcome;
use crate::{cache::Cached, explanation::Denial, pipeline::Asked};

/// How a decision ended.
#[derive(Clone, Copy)]
pub(super) enum Ended<'d> {
    Allowed {
        result: &'d Arc<Cached>,
        asked: Asked,
    },
    Refused {
        denial: &'d Denial,
        response: &'d Response<Bytes>,
    },
    Shadowed(&'d Denial),
    /// Let through without a result, or cancelled.
    Without(Outcome),
}

impl<'d> Ended<'d> {
    #[inline]
    pub(super) fn outcome(&self) -> Outcome {
        match *self {
            Self::Allowed { .. } => Outcome::Allowed,
            Self::Refused { .. } => Outcome::Refused,
            Self::Shadowed(_) => Outcome::Shadowed,
            Self::Without(outcome) => outcome,
        }
    }

    /// Why the request is refused, or would be if the layer were not in shadow.
    pub(super) fn denial(&self) -> Option<&'d Denial> {
        match *self {
            Self::Refused { denial, .. } | Self::Shadowed(denial) => Some(denial),
            Self::Allowed { .. } | Self::Without(_) => None,
        }
    }

    /// The gateway response, as it is sent.
    pub(super) fn response(&self) -> Option<&'d Response<Bytes>> {
        match *self {
            Self::Refused { response, .. } => Some(response),
            Self::Shadowed(_) | Self::Allowed { .. } | Self::Without(_) => None,
        }
    }

    /// How the authorizer's result was obtained.
    #[inline]
    pub(super) fn asked(&self) -> Asked {
        match *self {
            Self::Allowed { asked, .. } => asked,
            Self::Refused { denial, .. } | Self::Shadowed(denial) => denial.circumstances().asked,
            Self::Without(_) => Asked::Not,
        }
    }

    /// The authorizer's result, if one was used.
    #[inline]
    pub(super) fn result(&self) -> Option<&'d Arc<Cached>> {
        match *self {
            Self::Allowed { result, .. } => Some(result),
            Self::Refused { denial, .. } | Self::Shadowed(denial) => {
                denial.circumstances().result.as_ref()
            }
            Self::Without(_) => None,
        }
    }
}
