//! Describes the gateway response of a refused request without making it.

use std::fmt;

use http::{StatusCode, header};
use serde::{Serialize, Serializer};

use super::{
    cause::Cause, gateway_responses::GatewayResponses, header_mapping::HeaderMapping,
    response_type::ResponseType,
};
use crate::{api::Differences, decision::DenialReason};

/// The gateway response of a refused request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResponseExplanation {
    #[serde(serialize_with = "name")]
    response_type: ResponseType,
    #[serde(serialize_with = "status")]
    status: StatusCode,
    entry: EntryUsed,
}

/// The entry of the gateway responses that was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum EntryUsed {
    /// None, so the response is API Gateway's default.
    None,
    /// The entry of the response's type.
    Own,
    /// The entry of the type's family, `DEFAULT_4XX` or `DEFAULT_5XX`.
    Family,
}

impl GatewayResponses {
    /// Describes what [`refuse`](Self::refuse) answers for a reason.
    pub(crate) fn explain(&self, reason: &DenialReason, row: &Differences) -> ResponseExplanation {
        let ready = self.ready_made(Cause::of(reason), row.responses);
        let response_type = ready.failure.response_type();
        ResponseExplanation {
            response_type,
            status: ready.status,
            entry: self.entry_used(response_type),
        }
    }

    /// The message of the response for a reason, `$context.error.message`. `None` for `null`.
    pub(crate) fn message(&self, reason: &DenialReason, row: &Differences) -> Option<&str> {
        let ready = self.ready_made(Cause::of(reason), row.responses);
        ready.failure.message()
    }

    /// Whether responses of this type may have CORS headers. Always true if there is a function in `map_response`,
    /// because it may add them.
    pub(crate) fn has_cors_headers(&self, response_type: ResponseType) -> bool {
        let own = self.entry(response_type).into_iter();
        let own = own.flat_map(|entry| entry.headers.iter());
        let of_family = self.additions.headers.iter();
        let of_family = of_family
            .filter(|(family, _)| *family == response_type.family())
            .map(|(_, mapping)| mapping);
        let mut names = own.chain(of_family).map(HeaderMapping::name);
        let is_mapped = names.any(|name| *name == header::ACCESS_CONTROL_ALLOW_ORIGIN);
        is_mapped || self.additions.cors.is_some() || self.custom.is_some()
    }

    fn entry_used(&self, response_type: ResponseType) -> EntryUsed {
        let family = response_type.family().default_type();
        if self.entries.contains_key(&response_type) {
            EntryUsed::Own
        } else if self.entries.contains_key(&family) {
            EntryUsed::Family
        } else {
            EntryUsed::None
        }
    }
}

impl ResponseExplanation {
    /// The type of the gateway response.
    #[must_use]
    pub fn response_type(&self) -> ResponseType {
        self.response_type
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The entry that was used.
    #[must_use]
    pub fn entry(&self) -> EntryUsed {
        self.entry
    }
}

impl fmt::Display for ResponseExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry {
            EntryUsed::None => f.write_str("API Gateway's default"),
            EntryUsed::Own => write!(f, "from the entry {}", self.response_type),
            EntryUsed::Family => {
                let family = self.response_type.family().default_type();
                write!(f, "from the entry {family}")
            }
        }
    }
}

fn name<S: Serializer>(response_type: &ResponseType, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(response_type.as_str())
}

fn status<S: Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}
