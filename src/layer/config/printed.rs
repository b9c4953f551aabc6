//! Unwraps an authorizer from what tools print around it: a list of the API's authorizers, a template's resource, or
//! facts about the response.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, Error, IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer,
    },
};

use super::members::Members;
use crate::authorizer::{Ignored, Object};

/// The types of resources that are authorizers in a template.
const RESOURCES: [&str; 2] = [
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGatewayV2::Authorizer",
];

/// Reads one authorizer, by itself or inside of what is printed around it.
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Members, D::Error> {
    deserializer.deserialize_map(PrintedVisitor)
}

struct PrintedVisitor;

impl<'de> Visitor<'de> for PrintedVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Members, A::Error> {
        let mut wrapping = Wrapping::default();
        let members = Members::deserialize(MapAccessDeserializer::new(Printed {
            members,
            wrapping: &mut wrapping,
        }))?;
        let members = wrapping.unwrap(members)?;
        if members.authorizer_type.is_empty() {
            Err(Error::missing_field("type"))
        } else {
            Ok(members)
        }
    }
}

/// The members of an object, without those that do not belong to an authorizer.
struct Printed<'w, A> {
    members: A,
    wrapping: &'w mut Wrapping,
}

#[derive(Default)]
struct Wrapping {
    /// The list that `get-authorizers` prints.
    items: Option<Vec<Object<Members>>>,
    /// The properties of a template's resource.
    properties: Option<Object<Members>>,
    /// The number of members that belong to an authorizer.
    own: usize,
}

impl Wrapping {
    fn unwrap<E: Error>(self, members: Members) -> Result<Members, E> {
        match (self.items, self.properties) {
            (None, None) => Ok(members),
            (Some(items), None) if self.own == 0 => only(items),
            (None, Some(Object(properties)))
                if self.own == 1 && RESOURCES.contains(&&*members.authorizer_type) =>
            {
                Ok(properties)
            }
            (Some(_), _) => Err(E::custom(
                "`items` is a list of authorizers, but is beside other members here: pass one authorizer, or only the list",
            )),
            (None, Some(_)) => Err(E::custom(format_args!(
                "`Properties` belong to an authorizer only if the resource's `Type` is `{}`",
                RESOURCES.join("` or `")
            ))),
        }
    }
}

fn only<E: Error>(items: Vec<Object<Members>>) -> Result<Members, E> {
    let count = items.len();
    match <[_; 1]>::try_from(items) {
        Ok([Object(only)]) => Ok(only),
        Err(_) => Err(E::custom(format_args!(
            "`items` has {count} authorizers, but a layer has one: pass one of them, such as `items[0]`"
        ))),
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Printed<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(key) = self.members.next_key::<String>()? {
            match key.as_str() {
                "items" | "Items" if self.wrapping.items.is_some() => {
                    return Err(Error::duplicate_field("items"));
                }
                "items" | "Items" => self.wrapping.items = Some(self.members.next_value()?),
                "Properties" if self.wrapping.properties.is_some() => {
                    return Err(Error::duplicate_field("Properties"));
                }
                "Properties" => self.wrapping.properties = Some(self.members.next_value()?),
                // From the SDKs for Python and JavaScript, from a list with further pages, and from a template's
                // resource.
                "ResponseMetadata"
                | "$metadata"
                | "position"
                | "nextToken"
                | "NextToken"
                | "DependsOn"
                | "Condition"
                | "Metadata"
                | "DeletionPolicy"
                | "UpdateReplacePolicy" => {
                    self.members.next_value::<Ignored>()?;
                }
                _ => {
                    self.wrapping.own += 1;
                    return seed.deserialize(key.into_deserializer()).map(Some);
                }
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.members.next_value_seed(seed)
    }
}
