//! Ready-made responses: what all responses to one failure have in common, and the place where it is kept.

use std::{fmt, sync::OnceLock};

use bytes::Bytes;
use http::StatusCode;

use super::{cause::Cause, failure::GatewayFailure, standard_headers::StandardHeaders};
use crate::api::ResponseStyle;

/// What does not depend on the request.
#[derive(Debug)]
pub(super) struct ReadyMade {
    pub(super) failure: GatewayFailure,
    pub(super) status: StatusCode,
    /// Values that depend on the request are left open.
    pub(super) headers: StandardHeaders,
    /// How many of the entry's mappings are among the headers. To keep their order, these are only the first ones.
    pub(super) mapped: usize,
    /// `None` if the body depends on the request.
    pub(super) body: Option<Bytes>,
    /// Whether nothing depends on the request but the values that are left open.
    pub(super) is_whole: bool,
}

/// The responses to the refusals of layers, made when they are first needed. Every change of the configuration begins
/// with a clone or a new value, and a clone is empty, so nothing here is older than the configuration.
#[derive(Default)]
pub(super) struct ReadyMadeResponses {
    by_response_type: Slots,
    status_phrase: Slots,
    with_connection: Slots,
}

type Slots = [OnceLock<ReadyMade>; Cause::COUNT];

impl ReadyMadeResponses {
    /// The response to this kind of refusal. It is made by the first call.
    pub(super) fn get_or_make(
        &self,
        cause: Cause,
        style: ResponseStyle,
        make: impl FnOnce() -> ReadyMade,
    ) -> &ReadyMade {
        let slots = match style {
            ResponseStyle::ByResponseType => &self.by_response_type,
            ResponseStyle::StatusPhrase => &self.status_phrase,
            ResponseStyle::WithConnection => &self.with_connection,
        };
        let slot = slots.get(cause as usize).expect("every cause has a slot");
        slot.get_or_init(make)
    }
}

impl Clone for ReadyMadeResponses {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for ReadyMadeResponses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadyMadeResponses").finish_non_exhaustive()
    }
}
