//! Redis and Valkey as a shared tier.

mod clear;
mod connection;
mod link;
mod log;
#[cfg(test)]
mod tests;

use std::{fmt, time::Duration};

use redis::{
    Client, Cmd, ConnectionInfo, ErrorKind, FromRedisValue, IntoConnectionInfo, RedisError,
    RedisResult, ServerErrorKind,
};

use self::{
    connection::{Settings, Target},
    link::Link,
};
use super::{MAX_VALUE_BYTES, SharedTier, SharedTierError};
use crate::error::{ConfigError, not_zero};

/// What a timeout of zero would do.
const NO_ANSWER: &str = "no command would succeed";

/// A server or a cluster of Redis or Valkey, version 4 or later.
///
/// ```
/// use std::time::Duration;
/// use tower_lambda_authorizer::shared_cache::{RedisTier, SharedCache};
///
/// let tier = RedisTier::connect("redis://user:password@127.0.0.1:6379/0")?
///     .connect_timeout(Duration::from_millis(500))?;
/// assert_eq!(format!("{tier:?}"), "RedisTier");
/// # let secret = [7; 32];
/// let cache = SharedCache::new(tier, secret)?;
///
/// let error = RedisTier::connect("http://user:password@localhost").unwrap_err();
/// assert!(error.to_string().starts_with("the URL of the Redis server cannot be used: "));
/// assert!(error.to_string().contains("write `redis://HOST:PORT`"));
/// assert!(!error.to_string().contains("password"));
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
///
/// The URL is `redis://` for plain text, `unix:///path` for a socket, and `rediss://` for TLS, which needs the feature
/// `redis-tls`. TLS checks the server's certificate against the system's root certificates, or those in the file that
/// the environment variable `SSL_CERT_FILE` names. It uses the application's default provider for rustls, or else
/// `ring`.
///
/// # Connection
///
/// The first look-up connects, and needs a tokio runtime. All look-ups share one connection, or one to each node of a
/// cluster. A separate task connects, so a connection can take longer than a look-up waits
/// ([`SharedCache::timeout`](super::SharedCache::timeout)).
///
/// If the connection breaks, the look-ups in progress fail, and the next look-up connects again. There is one attempt at a
/// time, and no delay between attempts. A connection without any response for a second is replaced, since a server may
/// disappear without closing it.
///
/// # The server's settings
///
/// Entries expire. To prevent them from filling the server, set `maxmemory` and `maxmemory-policy allkeys-lru` (or
/// `volatile-ttl`). The user needs these permissions only: `+getrange +set +unlink +scan ~lambda-authorizer:*`, and in a
/// cluster also `+cluster|slots +ping +readonly`. [Caching](crate::caching#a-user-of-the-store) has the whole command, and
/// what happens without a permission.
///
/// # Revocations
///
/// [`SharedCache::with_revocations`](super::SharedCache::with_revocations) needs version 6.2 or later, because the log is a
/// stream. Each process has one more connection for each log, and the user needs these permissions, too:
/// `+xadd +xrange +xrevrange +xread +xtrim +expire +subscribe +publish &lambda-authorizer:*`.
///
/// The client reads an answer as a whole, and a server has no command that limits the size of a log's entries. If
/// others can write to the server, set `proto-max-bulk-len 1mb`, `client-output-buffer-limit normal 64mb 0 0` and
/// `maxmemory`. Then somebody who appends large entries causes calls to the authorizer, and does not fill the memory of
/// the processes. If a log has become too large to be read, delete it (`UNLINK`): all processes forget everything, and
/// begin another one.
pub struct RedisTier {
    target: Target,
    settings: Settings,
    link: Link,
    followed: log::Followed,
}

impl RedisTier {
    /// Creates a tier that uses one server. Does not connect yet.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not the URL of a Redis server, or is `rediss` without the feature `redis-tls`.
    pub fn connect(url: impl AsRef<str>) -> Result<Self, ConfigError> {
        let client = Client::open(nameless(url.as_ref())?);
        let client = client.map_err(|error| unusable(&error, ""))?;
        Ok(Self::to(Target::Server(Box::new(client))))
    }

    /// Creates a tier that uses a cluster. Any of these nodes is enough to discover the others. All nodes must have the
    /// same user, password and TLS settings. Does not connect yet.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no URL, if one is not the URL of a Redis server, or if they differ in user, password
    /// or TLS.
    ///
    /// ```
    /// use tower_lambda_authorizer::shared_cache::RedisTier;
    ///
    /// let tier = RedisTier::cluster(["redis://10.0.0.1:6379", "redis://10.0.0.2:6379"]);
    /// assert!(tier.is_ok());
    /// assert!(RedisTier::cluster([] as [&str; 0]).is_err());
    /// ```
    pub fn cluster<U: AsRef<str>>(urls: impl IntoIterator<Item = U>) -> Result<Self, ConfigError> {
        let nodes = urls.into_iter().map(|url| nameless(url.as_ref()));
        let target = Target::Cluster(nodes.collect::<Result<_, _>>()?);
        target.check_nodes().map_err(|error| unusable(&error, ""))?;
        Ok(Self::to(target))
    }

    fn to(target: Target) -> Self {
        Self {
            target,
            settings: Settings::default(),
            link: Link::default(),
            followed: log::Followed::default(),
        }
    }

    /// Sets the timeout of a command, 500 ms by default. It matters for clearing, since look-ups end earlier, after
    /// [`SharedCache::timeout`](super::SharedCache::timeout).
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Zero`] if the timeout is zero.
    pub fn response_timeout(mut self, timeout: Duration) -> Result<Self, ConfigError> {
        self.settings.response_timeout = not_zero(timeout, "response_timeout", NO_ANSWER)?;
        self.link = Link::default();
        Ok(self)
    }

    /// Sets the timeout of an attempt to connect, including TLS and login. The default is 1 s.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Zero`] if the timeout is zero.
    pub fn connect_timeout(mut self, timeout: Duration) -> Result<Self, ConfigError> {
        self.settings.connect_timeout = not_zero(timeout, "connect_timeout", NO_ANSWER)?;
        self.link = Link::default();
        Ok(self)
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, SharedTierError> {
        let answer = self.query(command).await;
        answer.map_err(|error| self.failed(error))
    }

    /// The server's message quotes the command that its user may not run. The system's message names no server.
    fn failed(&self, error: RedisError) -> SharedTierError {
        match error.kind() {
            ErrorKind::Server(ServerErrorKind::NoPerm) => SharedTierError::new(format!(
                "{error}; allow what the documentation of `RedisTier` lists"
            )),
            _ if error.is_io_error() => SharedTierError::new(format!(
                "the Redis server at {} cannot be reached: {error}; start it, or check its URL and the network",
                self.target.addresses()
            )),
            _ => SharedTierError::new(error),
        }
    }

    async fn query<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        let connect = || self.target.connect(self.settings);
        let mut connection = self.link.connection(connect).await?;
        let answer = connection.query(command).await;
        self.link.heard(answer.as_ref().err());
        answer
    }
}

impl SharedTier for RedisTier {
    /// Reads at most one byte more than the largest value, since the store may contain a larger one of someone else.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
        let mut command = redis::cmd("GETRANGE");
        let value: Vec<u8> = self
            .ask(command.arg(key).arg(0).arg(MAX_VALUE_BYTES))
            .await?;
        // GETRANGE returns an empty value if there is none.
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

    /// Scans all names of the server, or of each node, in steps of limited size. May miss entries that are stored
    /// meanwhile or that a resharding moves between nodes.
    async fn clear(&self, prefix: &str) -> Result<(), SharedTierError> {
        clear::clear(self, prefix).await
    }
}

/// A connection does not tell the server the client's name, since users that may not do that are common.
fn nameless(url: &str) -> Result<ConnectionInfo, ConfigError> {
    let info = url.into_connection_info();
    let info = info.map_err(|error| unusable(&error, remedy(url)))?;
    let settings = info.redis_settings().clone();
    Ok(info.set_redis_settings(settings.set_skip_set_lib_name()))
}

/// The client's message, which never quotes the URL, because that may contain a password.
fn unusable(error: &RedisError, remedy: &str) -> ConfigError {
    ConfigError::RedisUrl {
        problem: format!("{error}{remedy}"),
    }
}

/// What the client's message leaves out: how to write a URL that it cannot read, and the feature for TLS.
fn remedy(url: &str) -> &'static str {
    if url.starts_with("rediss:") && !cfg!(feature = "redis-tls") {
        "; turn on the feature `redis-tls`"
    } else {
        "; write `redis://HOST:PORT`, `rediss://HOST:PORT` for TLS, or `unix:///PATH` for a socket"
    }
}

/// Shows no fields, since the URL may contain a password.
impl fmt::Debug for RedisTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisTier")
    }
}
