//! Reads JSON more strictly than `serde_json`, which does not check strings and numbers in members that it ignores. The
//! policy language has the checks that serde's derive lacks.

use std::{collections::BTreeSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

use execute_api_policy::layer_only::MemberName;
pub(crate) use execute_api_policy::layer_only::{
    Object, is_number, make_numbers_plain, not_null, object, plain_number, read_number,
};

/// Checks that the whole text is valid JSON, including ignored members. Otherwise another reader, which does not ignore
/// them, could read something else. JSON that is nested too deeply for this reader is an error, for the same reason.
/// Allocates only for strings with escapes.
pub(crate) fn check(text: &[u8]) -> Result<(), serde_json::Error> {
    let mut json = serde_json::Deserializer::from_slice(text);
    Ignored::deserialize(&mut json).and_then(|_| json.end())
}

/// Any valid value, which is dropped. `IgnoredAny` also accepts invalid ones.
pub(crate) type Ignored = Dropped<false>;

/// Any valid value in which no object has a member twice. `serde_json` keeps the last one, and another program may use the
/// first.
pub(crate) type Unique = Dropped<true>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dropped<const UNIQUE: bool>;

impl<'de, const UNIQUE: bool> Deserialize<'de> for Dropped<UNIQUE> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<const UNIQUE: bool> Dropped<UNIQUE> {
    fn drop_value<'de, A: MapAccess<'de>>(
        members: &mut A,
        is_number: bool,
    ) -> Result<(), A::Error> {
        if is_number {
            read_number(members).map(drop)
        } else {
            members.next_value::<Self>().map(drop)
        }
    }
}

impl<'de, const UNIQUE: bool> Visitor<'de> for Dropped<UNIQUE> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_none<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        if !UNIQUE {
            while let Some(MemberName { is_number }) = members.next_key()? {
                Self::drop_value(&mut members, is_number)?;
            }
            return Ok(self);
        }
        let mut names = BTreeSet::new();
        while let Some(name) = members.next_key::<String>()? {
            Self::drop_value(&mut members, is_number(&name))?;
            if !names.insert(name) {
                return Err(A::Error::custom("a member is given twice"));
            }
        }
        Ok(self)
    }
}
