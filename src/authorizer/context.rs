//! What the protected service learns of the caller.

use std::{fmt, sync::Arc};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{
    authorizer::{AuthorizerResponse, ContextValue},
    policy::{HeapBytes, shared},
};

/// The principal and the context that the authorizer gave, in the extensions of every request that
/// reaches the protected service. With the feature `axum` it is an extractor, too.
///
/// It comes from the authorizer alone. Nothing that a client sends can make one: no header is read.
///
/// Of several layers around each other the innermost counts. Where that one lets a request through without its
/// authorizer (an open operation, an unknown one that is passed on, an exempt preflight), it takes away what a layer
/// around it has put there, so that nobody takes the request for one that it has authorized.
///
/// Its values are strings: `123` arrives as `"123"`, `true` as `"true"`. Only an HTTP API with the payload format 2.0
/// hands them on as they are, which [`value`](Self::value) and [`deserialize`](Self::deserialize) show.
///
/// ```
/// use tower_lambda_authorizer::AuthorizerContext;
///
/// fn tenant(request: &http::Request<()>) -> Option<&str> {
///     let context = request.extensions().get::<AuthorizerContext>()?;
///     context.get("tenant")
/// }
/// # assert_eq!(tenant(&http::Request::new(())), None);
/// ```
///
/// To hand it on to another server, see [`ContextHeadersLayer`](crate::ContextHeadersLayer).
///
/// Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizerContext {
    facts: Arc<Facts>,
}

#[derive(PartialEq, Eq)]
struct Facts {
    principal_id: Option<String>,
    values: Vec<(String, ContextValue)>,
    /// Those that are no strings as text, in their order.
    texts: Vec<String>,
    usage_identifier_key: Option<String>,
}

impl HeapBytes for Facts {
    fn heap_bytes(&self) -> usize {
        self.principal_id.heap_bytes()
            + self.values.heap_bytes()
            + self.texts.heap_bytes()
            + self.usage_identifier_key.heap_bytes()
    }
}

impl HeapBytes for ContextValue {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::String(text) => text.heap_bytes(),
            Self::Structured(value) => value.heap_bytes(),
            Self::Number(_) | Self::Bool(_) | Self::Null => 0,
        }
    }
}

/// What a response hands on, as a test of a handler may make it. The layer makes values strings first where the API
/// does so.
impl From<&AuthorizerResponse> for AuthorizerContext {
    fn from(response: &AuthorizerResponse) -> Self {
        Self::new(
            response.principal_id().map(str::to_owned),
            response.context.clone(),
            response.usage_identifier_key().map(str::to_owned),
        )
    }
}

impl AuthorizerContext {
    pub(crate) fn new(
        principal_id: Option<String>,
        values: Vec<(String, ContextValue)>,
        usage_identifier_key: Option<String>,
    ) -> Self {
        let texts = values.iter().filter_map(|(_, value)| match value {
            ContextValue::String(_) => None,
            other => Some(other.to_string()),
        });
        Self {
            facts: Arc::new(Facts {
                principal_id,
                texts: texts.collect(),
                values,
                usage_identifier_key,
            }),
        }
    }

    /// The caller, if the authorizer named one.
    #[must_use]
    pub fn principal_id(&self) -> Option<&str> {
        self.facts.principal_id.as_deref()
    }

    /// A value of the context, as text: what is no string is written as JSON.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let mut values = self.iter();
        values
            .find(|(known, _)| *known == key)
            .map(|(_, text)| text)
    }

    /// A value of the context as it is.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<Value> {
        let mut values = self.facts.values.iter();
        values
            .find(|(known, _)| known == key)
            .map(|(_, value)| value.to_json())
    }

    /// The whole context as a value of the application's.
    ///
    /// ```
    /// use serde_json::json;
    /// use tower_lambda_authorizer::{AuthorizerContext, AuthorizerResponse};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Caller {
    ///     tenant: String,
    ///     roles: Vec<String>,
    /// }
    ///
    /// let response = AuthorizerResponse::simple(true)
    ///     .with_context("tenant", "acme")
    ///     .with_context("roles", json!(["reader"]));
    /// let context = AuthorizerContext::from(&response);
    /// let caller: Caller = context.deserialize()?;
    /// assert_eq!((caller.tenant.as_str(), caller.roles.len()), ("acme", 1));
    /// assert_eq!(context.get("roles"), Some(r#"["reader"]"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// serde's, where the context is not such a value: a number is a string on APIs that hand strings on.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        let values = self.facts.values.iter();
        let values = values.map(|(key, value)| (key.clone(), value.to_json()));
        T::deserialize(Value::Object(values.collect::<Map<_, _>>()))
    }

    /// All values of the context as text, in the order in which the authorizer gave them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut texts = self.facts.texts.iter();
        let values = self.facts.values.iter();
        values.map(move |(key, value)| {
            let text = match value {
                ContextValue::String(text) => text,
                _ => texts.next().map_or("", String::as_str),
            };
            (key.as_str(), text)
        })
    }

    /// How much memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        shared(&*self.facts)
    }

    /// The API key that counts for the caller's usage plan, if the authorizer gave one.
    #[must_use]
    pub fn usage_identifier_key(&self) -> Option<&str> {
        self.facts.usage_identifier_key.as_deref()
    }
}

/// Only the keys of the values: they and the usage identifier key may be credentials.
impl fmt::Debug for AuthorizerContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.iter().map(|(key, _)| key).collect();
        f.debug_struct("AuthorizerContext")
            .field("principal_id", &self.principal_id())
            .field("keys", &keys)
            .finish_non_exhaustive()
    }
}
