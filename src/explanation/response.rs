//! What is answered.

use std::fmt;

use http::StatusCode;
use serde::{Serialize, Serializer};

use super::Circumstances;
use crate::{decision::DenialReason, gateway_response::ResponseType};

/// The gateway response that a refused request gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResponseExplanation {
    #[serde(serialize_with = "super::text")]
    response_type: ResponseType,
    #[serde(serialize_with = "status")]
    status: StatusCode,
    entry: EntryUsed,
}

/// Which entry of the gateway responses made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum EntryUsed {
    /// None: it is API Gateway's default.
    None,
    /// The type's own.
    Own,
    /// That of its family, `DEFAULT_4XX` or `DEFAULT_5XX`.
    Family,
}

impl ResponseExplanation {
    pub(super) fn of(circumstances: &Circumstances, reason: &DenialReason) -> Self {
        let responses = &circumstances.settings.gateway_responses;
        let response_type = responses.response_type(reason);
        Self {
            response_type,
            status: responses.status(reason, &circumstances.settings.kind),
            entry: responses.entry_used(response_type),
        }
    }

    /// The type of the gateway response.
    #[must_use]
    pub fn response_type(&self) -> ResponseType {
        self.response_type
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Which entry made it.
    #[must_use]
    pub fn entry(&self) -> EntryUsed {
        self.entry
    }
}

impl fmt::Display for ResponseExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry {
            EntryUsed::None => f.write_str("API Gateway's default"),
            EntryUsed::Own => write!(f, "by the entry of {}", self.response_type),
            EntryUsed::Family => {
                let family = self.response_type.family().default_type();
                write!(f, "by the entry of {family}")
            }
        }
    }
}

fn status<S: Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}
