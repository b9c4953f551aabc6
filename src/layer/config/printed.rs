//! What tools print around an authorizer: a list of all that an API has, a template's resource, facts about the answer.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, Error, IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer,
    },
};

use super::members::Members;
use crate::authorizer::{Ignored, Object};

/// The types of a template's resources that are authorizers.
const RESOURCES: [&str; 2] = [
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGatewayV2::Authorizer",
];

/// Reads one authorizer, by itself or in what is printed around it.
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
        match members.authorizer_type.is_empty() {
            true => Err(Error::missing_field("type")),
            false => Ok(members),
        }
    }
}

/// An object's members without those that are no authorizer's.
struct Printed<'w, A> {
    members: A,
    wrapping: &'w mut Wrapping,
}

#[derive(Default)]
struct Wrapping {
    /// `get-authorizers`.
    items: Option<Vec<Object<Members>>>,
    /// A resource of a template.
    properties: Option<Object<Members>>,
    /// How many of the members were an authorizer's own.
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
                "`items` is a list of authorizers, and stands here beside other members: give one authorizer, or the \
                 list alone",
            )),
            (None, Some(_)) => Err(E::custom(format_args!(
                "`Properties` are an authorizer's only where the resource's `Type` is `{}`",
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
            "`items` has {count} authorizers, and a layer has one: give one of the list, such as `items[0]`"
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
                // Of the SDKs for Python and JavaScript; of a list that goes on; of a template's resource.
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
