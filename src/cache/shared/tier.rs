//! The store behind a shared cache, which an application can implement.

use std::{future::Future, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;

use super::SharedTierError;

/// A store of bytes by name that processes share, such as Redis, Memcached or a table of a database.
///
/// It knows nothing about authorizers, and need not be trusted (see the [module](self::super)). Names have at most 120
/// bytes of `A-Z a-z 0-9 : - _`. Values have at most [`MAX_VALUE_BYTES`](super::MAX_VALUE_BYTES). After
/// [`SharedCache::timeout`](super::SharedCache::timeout) the future of a call is dropped, so a call must not block
/// its thread.
///
/// ```
/// use std::{collections::HashMap, sync::Mutex, time::Duration};
/// use tower_lambda_authorizer::shared_cache::{SharedCache, SharedTier, SharedTierError};
///
/// #[derive(Default)]
/// struct Map(Mutex<HashMap<String, Vec<u8>>>);
///
/// impl SharedTier for Map {
///     async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
///         Ok(self.0.lock().unwrap().get(key).cloned())
///     }
///
///     async fn put(&self, key: &str, value: Vec<u8>, _: Duration) -> Result<(), SharedTierError> {
///         self.0.lock().unwrap().insert(key.to_owned(), value);
///         Ok(())
///     }
///
///     async fn remove(&self, key: &str) -> Result<(), SharedTierError> {
///         self.0.lock().unwrap().remove(key);
///         Ok(())
///     }
///
///     async fn clear(&self, prefix: &str) -> Result<(), SharedTierError> {
///         self.0.lock().unwrap().retain(|key, _| !key.starts_with(prefix));
///         Ok(())
///     }
/// }
///
/// let secret = [7; 32]; // from the application's configuration
/// assert!(SharedCache::new(Map::default(), secret).is_ok());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a shared tier",
    label = "needs to implement `SharedTier`",
    note = "implement `SharedTier` with four `async fn`s (`get`, `put`, `remove`, `clear`), or use \
            `RedisTier::connect(\"redis://…\")` of the feature `redis`"
)]
pub trait SharedTier: Send + Sync + 'static {
    /// Returns the value with this name, if there is one.
    fn get(
        &self,
        key: &str,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, SharedTierError>> + Send;

    /// Stores a value, which replaces an earlier one, and removes it after `ttl`. `ttl` is at least a millisecond.
    fn put(
        &self,
        key: &str,
        value: Vec<u8>,
        ttl: Duration,
    ) -> impl Future<Output = Result<(), SharedTierError>> + Send;

    /// Removes a value. It is not an error if there is none.
    fn remove(&self, key: &str) -> impl Future<Output = Result<(), SharedTierError>> + Send;

    /// Removes all values whose names have this prefix: those of one API, stage and authorizer.
    fn clear(&self, prefix: &str) -> impl Future<Output = Result<(), SharedTierError>> + Send;
}

impl<T: SharedTier> SharedTier for Arc<T> {
    fn get(
        &self,
        key: &str,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, SharedTierError>> + Send {
        T::get(self, key)
    }

    fn put(
        &self,
        key: &str,
        value: Vec<u8>,
        ttl: Duration,
    ) -> impl Future<Output = Result<(), SharedTierError>> + Send {
        T::put(self, key, value, ttl)
    }

    fn remove(&self, key: &str) -> impl Future<Output = Result<(), SharedTierError>> + Send {
        T::remove(self, key)
    }

    fn clear(&self, prefix: &str) -> impl Future<Output = Result<(), SharedTierError>> + Send {
        T::clear(self, prefix)
    }
}

/// The object-safe version of [`SharedTier`].
pub(super) trait DynSharedTier: Send + Sync + 'static {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>, SharedTierError>>;
    fn put<'a>(
        &'a self,
        key: &'a str,
        value: Vec<u8>,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<(), SharedTierError>>;
    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), SharedTierError>>;
    fn clear<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<(), SharedTierError>>;
}

impl<T: SharedTier> DynSharedTier for T {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>, SharedTierError>> {
        Box::pin(SharedTier::get(self, key))
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        value: Vec<u8>,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<(), SharedTierError>> {
        Box::pin(SharedTier::put(self, key, value, ttl))
    }

    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), SharedTierError>> {
        Box::pin(SharedTier::remove(self, key))
    }

    fn clear<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<(), SharedTierError>> {
        Box::pin(SharedTier::clear(self, prefix))
    }
}
