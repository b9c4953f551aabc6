//! What the protected service learns of the caller.

use std::{fmt, sync::Arc};

use crate::{
    authorizer::AuthorizerResponse,
    heap::{heap_bytes, shared},
};

/// The principal and the context that the authorizer gave, in the extensions of every request that
/// reaches the protected service. With the feature `axum` it is an extractor, too.
///
/// It comes from the authorizer alone. Nothing that a client sends can make one: no header is read.
///
/// All context values are strings, as on a REST API: `123` arrives as `"123"`, `true` as `"true"`.
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
/// Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizerContext {
    facts: Arc<Facts>,
}

#[derive(PartialEq, Eq)]
struct Facts {
    principal_id: Option<String>,
    values: Vec<(String, String)>,
    usage_identifier_key: Option<String>,
}

heap_bytes!(Facts {
    principal_id,
    values,
    usage_identifier_key
});

/// What a response hands on, with the values made strings: as the layer makes it, and as a test of a
/// handler may.
impl From<&AuthorizerResponse> for AuthorizerContext {
    fn from(response: &AuthorizerResponse) -> Self {
        let values = response
            .context()
            .map(|(key, value)| (key.to_owned(), value.to_string()));
        Self {
            facts: Arc::new(Facts {
                principal_id: response.principal_id().map(str::to_owned),
                values: values.collect(),
                usage_identifier_key: response.usage_identifier_key().map(str::to_owned),
            }),
        }
    }
}

impl AuthorizerContext {
    /// The caller, if the authorizer named one.
    #[must_use]
    pub fn principal_id(&self) -> Option<&str> {
        self.facts.principal_id.as_deref()
    }

    /// A value of the context.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let mut values = self.iter();
        values
            .find(|(known, _)| *known == key)
            .map(|(_, value)| value)
    }

    /// All values of the context, in the order in which the authorizer gave them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let values = self.facts.values.iter();
        values.map(|(key, value)| (key.as_str(), value.as_str()))
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
