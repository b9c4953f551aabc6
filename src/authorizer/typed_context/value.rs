//! One value of the context. A text is converted to what the type asks for.

use std::{fmt::Display, str::FromStr};

use serde::{
    Deserializer,
    de::{Visitor, value::BorrowedStrDeserializer},
    forward_to_deserialize_any,
};
use serde_json::Value;

use super::{error::Problem, json::Json};
use crate::authorizer::{ContextValue, strict_json::Unique};

/// A value, as the API passes it on.
pub(super) enum Given<'de> {
    Text(&'de str),
    Json(Value),
}

impl<'de> From<&'de ContextValue> for Given<'de> {
    fn from(value: &'de ContextValue) -> Self {
        match value {
            ContextValue::String(text) => Self::Text(text),
            other => Self::Json(other.to_json()),
        }
    }
}

impl Given<'_> {
    /// The value as JSON. A text has to be JSON.
    fn into_json(self) -> Result<Json, Problem> {
        match self {
            Self::Json(value) => Ok(Json(value)),
            Self::Text(text) => {
                // Not a value that is built while it is checked: how a number is read depends on the features of `serde_json`.
                let unique = serde_json::from_str::<Unique>(text);
                let value = unique.and_then(|_| serde_json::from_str(text));
                let problem = |error| Problem::not(format_args!("JSON: {error}"));
                value.map(Json).map_err(problem)
            }
        }
    }
}

fn parsed<T: FromStr>(text: &str, wanted: impl Display) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not(wanted))
}

fn finite<T: FromStr + Copy + Into<f64>>(text: &str, name: &str) -> Result<T, Problem> {
    let wanted = format_args!("a number of the type `{name}`");
    let number: T = parsed(text, wanted)?;
    if number.into().is_finite() {
        Ok(number)
    } else {
        Err(Problem::not(wanted))
    }
}

/// Reads a text as an integer.
macro_rules! integers {
    ($($method:ident $visit:ident $type:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            match self {
                Self::Text(text) => {
                    let name = stringify!($type);
                    visitor.$visit(parsed::<$type>(text, format_args!("a number of the type `{name}`"))?)
                }
                Self::Json(value) => Json(value).$method(visitor),
            }
        })*
    };
}

/// Reads a text as JSON.
macro_rules! structures {
    ($($method:ident($($name:ident: $type:ty),*))*) => {
        $(fn $method<V: Visitor<'de>>(self, $($name: $type,)* visitor: V) -> Result<V::Value, Problem> {
            self.into_json()?.$method($($name,)* visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Given<'de> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Self::Text(text) => visitor.visit_borrowed_str(text),
            Self::Json(value) => Json(value).deserialize_any(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Self::Text(text) => visitor.visit_bool(parsed(text, "`true` or `false`")?),
            Self::Json(value) => Json(value).deserialize_bool(visitor),
        }
    }

    integers! {
        deserialize_i8 visit_i8 i8
        deserialize_i16 visit_i16 i16
        deserialize_i32 visit_i32 i32
        deserialize_i64 visit_i64 i64
        deserialize_i128 visit_i128 i128
        deserialize_u8 visit_u8 u8
        deserialize_u16 visit_u16 u16
        deserialize_u32 visit_u32 u32
        deserialize_u64 visit_u64 u64
        deserialize_u128 visit_u128 u128
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Self::Text(text) => visitor.visit_f32(finite(text, "f32")?),
            Self::Json(value) => Json(value).deserialize_f32(visitor),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Self::Text(text) => visitor.visit_f64(finite(text, "f64")?),
            Self::Json(value) => Json(value).deserialize_f64(visitor),
        }
    }

    /// A number or a boolean is also a string, as on APIs that pass on texts.
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Self::Text(text) => visitor.visit_borrowed_str(text),
            Self::Json(value @ (Value::Number(_) | Value::Bool(_))) => {
                visitor.visit_string(value.to_string())
            }
            Self::Json(value) => Json(value).deserialize_string(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_string(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Self::Json(Value::Null) => visitor.visit_none(),
            given => visitor.visit_some(given),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    structures! {
        deserialize_seq()
        deserialize_tuple(length: usize)
        deserialize_tuple_struct(name: &'static str, length: usize)
        deserialize_map()
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self {
            Self::Text(text) if !text.starts_with('{') => {
                visitor.visit_enum(BorrowedStrDeserializer::new(text))
            }
            given => given.into_json()?.deserialize_enum(name, variants, visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { bytes byte_buf unit unit_struct identifier }
}
