//! Redis and Valkey as a shared tier.

mod clear;
mod connection;
mod link;
#[cfg(test)]
mod tests;

use std::{fmt, time::Duration};

use redis::{Client, Cmd, ConnectionInfo, FromRedisValue, IntoConnectionInfo, RedisError};

use self::{
    connection::{Settings, Target},
    link::Link,
};
use super::{MAX_VALUE_BYTES, SharedTier, SharedTierError};
use crate::ConfigError;

/// Redis or Valkey, from version 4 on: one server, or a cluster.
///
/// ```
/// use std::time::Duration;
/// use tower_lambda_authorizer::shared_cache::{RedisTier, SharedCache};
///
/// let tier = RedisTier::connect("redis://user:password@127.0.0.1:6379/0")?
///     .connection_timeout(Duration::from_millis(500));
/// assert_eq!(format!("{tier:?}"), "RedisTier");
/// # let secret = [7; 32];
/// let cache = SharedCache::new(tier, secret)?;
///
/// let error = RedisTier::connect("http://user:password@localhost").unwrap_err();
/// assert!(error.to_string().starts_with("the URL of the Redis server cannot be used: "));
/// assert!(!error.to_string().contains("password"));
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
///
/// `redis://` is plain text, `unix:///path` a socket; `rediss://` is TLS and needs the feature `redis-tls`. It
/// checks the server's certificate against the system's roots (or those of the file in the environment variable
/// `SSL_CERT_FILE`), and encrypts with what the application made rustls's default, else with `ring`.
///
/// # Connection
///
/// Nothing is connected until the first look-up, which has to be made in a tokio runtime. There is one
/// connection (in a cluster one to each node), which all look-ups share. It is made in a task of its own, so it
/// comes about although each look-up waits no longer than [`SharedCache::time_limit`](super::SharedCache::time_limit).
/// When it breaks, the look-ups that were under way fail, and the next one has it made again: there is no waiting
/// between attempts that a request would wait for, and never more than one attempt at a time. A connection on
/// which nothing was answered for a second is given up for a new one, for a server may vanish without a word.
///
/// # The server's settings
///
/// Entries expire by themselves. So that they cannot fill the server, give it `maxmemory` and
/// `maxmemory-policy allkeys-lru` (or `volatile-ttl`). An ACL needs no more than
/// `+getrange +set +unlink +scan +client|setinfo ~lambda-authorizer:*`, in a cluster also `+cluster|slots`.
pub struct RedisTier {
    target: Target,
    settings: Settings,
    link: Link,
}

impl RedisTier {
    /// One server. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// If the URL is none of a Redis server, or says `rediss` without the feature `redis-tls`.
    pub fn connect(url: impl AsRef<str>) -> Result<Self, ConfigError> {
        let client = Client::open(url.as_ref()).map_err(|error| unusable(&error))?;
        Ok(Self::to(Target::Server(Box::new(client))))
    }

    /// A cluster, found through any of these nodes. User, password and TLS are the same for all.
    ///
    /// # Errors
    ///
    /// If a URL is none of a Redis server, or there is none, or they differ in user, password or TLS.
    ///
    /// ```
    /// use tower_lambda_authorizer::shared_cache::RedisTier;
    ///
    /// let tier = RedisTier::cluster(["redis://10.0.0.1:6379", "redis://10.0.0.2:6379"]);
    /// assert!(tier.is_ok());
    /// assert!(RedisTier::cluster([] as [&str; 0]).is_err());
    /// ```
    pub fn cluster<U: AsRef<str>>(urls: impl IntoIterator<Item = U>) -> Result<Self, ConfigError> {
        let nodes = urls
            .into_iter()
            .map(|url| url.as_ref().into_connection_info());
        let nodes: Result<Vec<ConnectionInfo>, RedisError> = nodes.collect();
        let target = Target::Cluster(nodes.map_err(|error| unusable(&error))?);
        target.check().map_err(|error| unusable(&error))?;
        Ok(Self::to(target))
    }

    fn to(target: Target) -> Self {
        Self {
            target,
            settings: Settings::default(),
            link: Link::default(),
        }
    }

    /// The most that one command may take: 500 ms if it is not said. A look-up is given up sooner, by
    /// [`SharedCache::time_limit`](super::SharedCache::time_limit); this one counts for the steps of clearing.
    #[must_use]
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.settings.response_timeout = timeout;
        self.link = Link::default();
        self
    }

    /// The most that an attempt to connect may take, TLS and login included: 1 s if it is not said.
    #[must_use]
    pub fn connection_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connection_timeout = timeout;
        self.link = Link::default();
        self
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, SharedTierError> {
        let connect = || self.target.connect(self.settings);
        let mut connection = self
            .link
            .connection(connect)
            .await
            .map_err(SharedTierError::new)?;
        let answer = connection.query(command).await;
        self.link.heard(answer.as_ref().err());
        answer.map_err(SharedTierError::new)
    }
}

impl SharedTier for RedisTier {
    /// Reads no more than a byte over the largest value, whatever someone may have put there.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
        let mut command = redis::cmd("GETRANGE");
        let value: Vec<u8> = self
            .ask(command.arg(key).arg(0).arg(MAX_VALUE_BYTES))
            .await?;
        // To GETRANGE an absent value is an empty one.
        Ok(Some(value).filter(|value| !value.is_empty()))
    }

    async fn put(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Result<(), SharedTierError> {
        let milliseconds = u64::try_from(ttl.as_millis()).map_err(SharedTierError::new)?;
        let mut command = redis::cmd("SET");
        self.ask(command.arg(key).arg(value).arg("PX").arg(milliseconds))
            .await
    }

    async fn remove(&self, key: &str) -> Result<(), SharedTierError> {
        self.ask(redis::cmd("UNLINK").arg(key)).await
    }

    /// Goes through all names of the server, or of each node, in bounded steps. What is stored meanwhile, or
    /// moved from node to node by a resharding, may be left.
    async fn clear(&self, prefix: &str) -> Result<(), SharedTierError> {
        clear::clear(self, prefix).await
    }
}

/// The client's words; none of them quotes the URL, which may hold a password.
fn unusable(error: &RedisError) -> ConfigError {
    ConfigError::RedisUrl {
        problem: error.to_string(),
    }
}

/// Nothing: the URL may hold a password.
impl fmt::Debug for RedisTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisTier")
    }
}
