//! What the protected service learns about the caller.

use std::{fmt, ops::Deref, sync::Arc};

use serde_json::Value;

use crate::{
    authorizer::{AuthorizerResponse, ContextValue},
    policy::{HeapBytes, shared},
};

/// The principal and the context that the authorizer returned. The layer inserts it into the extensions of each request
/// that the authorizer allows. With the feature `axum`, it is also an extractor.
///
/// It contains only what the authorizer returned. A client cannot forge it, since it is not read from headers.
///
/// If several layers wrap each other, the innermost one sets it. If that layer lets a request through without its
/// authorizer, it removes the context of the outer layers, so that the service does not mistake the request for an authorized
/// one. These requests are open operations, unknown operations that are passed on, exempt preflights, anonymous requests, and
/// requests that a layer in [shadow](crate::LambdaAuthorizerLayer::unprotected_shadow) would have refused.
///
/// For a service that needs the callers of two layers, see
/// [several authorizers](crate::several_authorizers#both-authorizers-must-allow-it).
///
/// Its values are strings: `123` becomes `"123"`, and `true` becomes `"true"`. Only an HTTP API with the payload format
/// 2.0 passes values on unchanged. [`deserialize`](Self::deserialize) reads both into a type of the application, and with
/// axum, a handler takes `Authorized<T>`.
///
/// ```
/// use tower_lambda_authorizer::AuthorizerContext;
///
/// fn tenant(request: &http::Request<()>) -> Option<&str> {
///     let context = request.extensions().get::<AuthorizerContext>()?;
///     context.get("tenant")
/// }
///
/// // In a test of a handler, a context is made from a response:
/// use tower_lambda_authorizer::AuthorizerResponse;
///
/// let response = AuthorizerResponse::allow("*").with_context("tenant", "acme");
/// let mut request = http::Request::new(());
/// assert_eq!(tenant(&request), None);
/// request.extensions_mut().insert(AuthorizerContext::from(&response));
/// assert_eq!(tenant(&request), Some("acme"));
/// ```
///
/// To send it to another server, see [`ContextHeadersLayer`](crate::context_headers::ContextHeadersLayer).
///
/// Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizerContext {
    facts: Handle,
}

#[derive(Clone)]
#[expect(clippy::redundant_allocation, reason = "it has a count of its own")]
enum Handle {
    Direct(Arc<Facts>),
    /// A handle with a reference count apart from the others', see [`ContextHandles`](super::ContextHandles).
    Apart(Arc<Arc<Facts>>),
}

impl Deref for Handle {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        match self {
            Self::Direct(facts) => facts,
            Self::Apart(facts) => facts,
        }
    }
}

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Handle {}

#[derive(PartialEq, Eq)]
struct Facts {
    principal_id: Option<String>,
    values: Vec<(String, ContextValue)>,
    /// The values that are not strings, written as text, in their order.
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

/// The context of a response, for tests of handlers. Values keep their type. (For most APIs, the layer makes them
/// strings.)
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
            facts: Handle::Direct(Arc::new(Facts {
                principal_id,
                texts: texts.collect(),
                values,
                usage_identifier_key,
            })),
        }
    }

    /// The same context, with a reference count of its own.
    pub(crate) fn counted_apart(&self) -> Self {
        let facts = match &self.facts {
            Handle::Direct(facts) => facts,
            Handle::Apart(facts) => facts,
        };
        let facts = Handle::Apart(Arc::new(Arc::clone(facts)));
        Self { facts }
    }

    /// The size of what [`counted_apart`](Self::counted_apart) allocates.
    pub(crate) const APART_BYTES: usize = 3 * size_of::<usize>();

    /// The caller (`principalId`), if the authorizer named one.
    #[must_use]
    pub fn principal_id(&self) -> Option<&str> {
        self.facts.principal_id.as_deref()
    }

    /// A value of the context as text. Values that are not strings are written as JSON. `None` if the context does not
    /// have the key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let mut values = self.iter();
        values
            .find(|(known, _)| *known == key)
            .map(|(_, text)| text)
    }

    /// A value of the context as JSON. `None` if the context does not have the key.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<Value> {
        let mut values = self.facts.values.iter();
        values
            .find(|(known, _)| known == key)
            .map(|(_, value)| value.to_json())
    }

    /// The values in the authorizer's order.
    pub(super) fn values(&self) -> std::slice::Iter<'_, (String, ContextValue)> {
        self.facts.values.iter()
    }

    /// All values of the context as text, in the authorizer's order.
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

    /// How much memory it uses.
    pub(crate) fn bytes(&self) -> usize {
        shared(&*self.facts)
    }

    /// The API key for the caller's usage plan, if the authorizer returned one.
    #[must_use]
    pub fn usage_identifier_key(&self) -> Option<&str> {
        self.facts.usage_identifier_key.as_deref()
    }
}

/// Shows the keys only, since the values and the usage identifier key may be credentials.
impl fmt::Debug for AuthorizerContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.iter().map(|(key, _)| key).collect();
        f.debug_struct("AuthorizerContext")
            .field("principal_id", &self.principal_id())
            .field("keys", &keys)
            .finish_non_exhaustive()
    }
}
