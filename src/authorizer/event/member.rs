//! The members of an event, written for one request.

use serde::{Serialize, Serializer};

use super::fact::Fact;
use crate::authorizer::AuthorizerRequest;

/// A member of an object.
#[derive(Clone, Copy)]
pub(super) struct Member {
    name: &'static str,
    value: Value,
}

#[derive(Clone, Copy)]
enum Value {
    /// A fact about the request.
    Fact(Fact),
    /// The same, left out if it is empty.
    FactUnlessEmpty(Fact),
    /// An object with members of its own.
    Object(&'static [Member]),
}

pub(super) const fn always(name: &'static str, fact: Fact) -> Member {
    let value = Value::Fact(fact);
    Member { name, value }
}

pub(super) const fn unless_empty(name: &'static str, fact: Fact) -> Member {
    let value = Value::FactUnlessEmpty(fact);
    Member { name, value }
}

pub(super) const fn object(name: &'static str, members: &'static [Member]) -> Member {
    let value = Value::Object(members);
    Member { name, value }
}

impl Member {
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    fn is_written(&self, request: &AuthorizerRequest) -> bool {
        match self.value {
            Value::FactUnlessEmpty(fact) => !fact.is_empty(request),
            Value::Fact(_) | Value::Object(_) => true,
        }
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
        (member.name, ValueFor { value, request })
    }))
}

/// A value, to be written for this request.
struct ValueFor<'r> {
    value: Value,
    request: &'r AuthorizerRequest,
}

impl Serialize for ValueFor<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Fact(fact) | Value::FactUnlessEmpty(fact) => {
                fact.write(self.request, serializer)
            }
            Value::Object(members) => write(members, self.request, serializer),
        }
    }
}
