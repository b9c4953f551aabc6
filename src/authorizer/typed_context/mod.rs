//! The context as a type of the application.

mod error;
mod json;
mod value;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, MapAccess, Visitor, value::BorrowedStrDeserializer},
    forward_to_deserialize_any,
};

pub use self::error::AuthorizerContextError;
use self::{error::Problem, value::Given};
use super::{AuthorizerContext, ContextValue};

impl AuthorizerContext {
    /// Deserializes the whole context into a type of the application.
    ///
    /// Most APIs pass on only texts: `with_context("admin", true)` arrives as the text `true`. So a text is converted
    /// to what the type asks for:
    ///
    /// | the type asks for | the text is |
    /// |---|---|
    /// | a string, a `char`, `&str` | itself. The text `true` stays a string |
    /// | a boolean | `true` or `false` |
    /// | a number | a number of this type. `f32` and `f64` must be finite |
    /// | an enum | the name of a variant without fields, or JSON |
    /// | an `Option`, a newtype | the same as for the type inside. Without the key, an `Option` is `None` |
    /// | a list, a tuple, a map, a struct | JSON. In this JSON, a boolean is not a string, and no member is given twice |
    ///
    /// An HTTP API with the payload format 2.0 passes on JSON values. They are read as they are, but a number or a boolean
    /// is also read as a string. So the same type works for every type of API.
    ///
    /// ```
    /// use tower_lambda_authorizer::{AuthorizerContext, AuthorizerResponse};
    ///
    /// #[derive(Debug, PartialEq, serde::Deserialize)]
    /// #[serde(rename_all = "lowercase")]
    /// enum Role { Manager, Clerk }
    ///
    /// #[derive(Debug, PartialEq, serde::Deserialize)]
    /// struct Caller {
    ///     tenant: String,
    ///     admin: bool,
    ///     level: Option<u8>,
    ///     role: Role,
    ///     groups: Vec<String>,
    /// }
    ///
    /// // As a REST API passes it on:
    /// let response = AuthorizerResponse::allow("*")
    ///     .with_context("tenant", "7")
    ///     .with_context("admin", "true")
    ///     .with_context("role", "clerk")
    ///     .with_context("groups", r#"["staff"]"#);
    /// let caller: Caller = AuthorizerContext::from(&response).deserialize()?;
    /// assert_eq!(
    ///     caller,
    ///     Caller { tenant: "7".into(), admin: true, level: None, role: Role::Clerk, groups: vec!["staff".into()] }
    /// );
    ///
    /// let response = response.with_context("level", "-1");
    /// let error = AuthorizerContext::from(&response).deserialize::<Caller>().unwrap_err();
    /// assert_eq!(error.field(), Some("level"));
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the authorizer's context does not fit: `level`: the text is not a number of the type `u8`"
    /// );
    /// # Ok::<(), tower_lambda_authorizer::AuthorizerContextError>(())
    /// ```
    ///
    /// With `#[serde(flatten)]`, `#[serde(untagged)]` and `#[serde(tag = "…")]`, serde does not say which type a field
    /// has, so each text stays a string. Instead of `flatten`, call this method once for each type: keys that a type
    /// does not have are ignored.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthorizerContextError`] if the context does not fit the type. It names the field and the reason, but
    /// shows no value of the context.
    pub fn deserialize<'de, T: Deserialize<'de>>(&'de self) -> Result<T, AuthorizerContextError> {
        T::deserialize(Context(self)).map_err(|problem| {
            // The path to the value, which is worked out only for an error.
            match serde_path_to_error::deserialize::<_, T>(Context(self)) {
                Err(error) => AuthorizerContextError::new(&error),
                Ok(_) => AuthorizerContextError::without_field(problem),
            }
        })
    }
}

/// The whole context.
#[derive(Clone, Copy)]
struct Context<'de>(&'de AuthorizerContext);

impl<'de> Deserializer<'de> for Context<'de> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_map(Values {
            rest: self.0.values(),
            value: None,
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf seq tuple tuple_struct map
        struct enum identifier ignored_any
    }
}

/// The keys and values of the context.
struct Values<'de> {
    rest: std::slice::Iter<'de, (String, ContextValue)>,
    value: Option<&'de ContextValue>,
}

impl<'de> MapAccess<'de> for Values<'de> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Problem> {
        let Some((key, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        seed.deserialize(BorrowedStrDeserializer::new(key))
            .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let value = self.value.take().unwrap_or(&ContextValue::Null);
        let read = seed.deserialize(Given::from(value));
        read.map_err(|problem| problem.without(value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}
