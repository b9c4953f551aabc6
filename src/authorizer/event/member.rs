//! The members of an event, written for one request.

use serde::{Serialize, Serializer};

use super::fact::Fact;
use crate::authorizer::AuthorizerRequest;

/// A member of an object: its name, and which fact about the request is its value.
#[derive(Clone, Copy)]
pub(super) struct Member {
    name: &'static str,
    value: Fact,
    left_out_if_empty: bool,
}

pub(super) const fn always(name: &'static str, value: Fact) -> Member {
    Member {
        name,
        value,
        left_out_if_empty: false,
    }
}

pub(super) const fn unless_empty(name: &'static str, value: Fact) -> Member {
    Member {
        name,
        value,
        left_out_if_empty: true,
    }
}

impl Member {
    fn is_written(&self, request: &AuthorizerRequest) -> bool {
        !(self.left_out_if_empty && self.value.is_empty(request))
    }
}

/// Writes these members for this request, in this order.
pub(super) fn write<S: Serializer>(
    members: &[Member],
    request: &AuthorizerRequest,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let members = members.iter().filter(|member| member.is_written(request));
    serializer.collect_map(members.map(|member| {
        let value = member.value;
        (member.name, FactOf { value, request })
    }))
}

/// A fact about this request.
struct FactOf<'r> {
    value: Fact,
    request: &'r AuthorizerRequest,
}

impl Serialize for FactOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.write(self.request, serializer)
    }
}
