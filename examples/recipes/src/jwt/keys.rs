//! The provider's keys: fetched when they are needed, and again after a rotation.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use jwks_client_rs::{
    JsonWebKeySet, JwksClient, JwksClientError,
    source::{JwksSource, WebSource},
};
use url::Url;

pub type Keys = JwksClient<Limited<WebSource>>;

/// The keys at this address, which are fetched at most once in this interval.
///
/// # Panics
///
/// If the TLS library cannot be set up.
pub fn keys_from(address: Url, interval: Duration) -> Keys {
    let source = WebSource::builder()
        .with_connect_timeout(Duration::from_secs(3))
        .with_timeout(Duration::from_secs(5))
        .build(address)
        .expect("the HTTP client can be set up");
    JwksClient::builder()
        .time_to_live(Duration::from_secs(3600))
        .build(Limited::new(source, interval))
}

/// Fetches at most once in this time. A token may name any key, and the client fetches the keys for each that it does not
/// know, so a client with invented names could otherwise make this server send a request for each of its own.
pub struct Limited<S> {
    source: S,
    interval: Duration,
    last: Mutex<Option<(Instant, JsonWebKeySet)>>,
}

impl<S> Limited<S> {
    pub fn new(source: S, interval: Duration) -> Self {
        Self {
            source,
            interval,
            last: Mutex::new(None),
        }
    }

    fn recent(&self) -> Option<JsonWebKeySet> {
        let last = self.last.lock().expect("no panic while it is locked");
        let (at, keys) = last.as_ref()?;
        (at.elapsed() < self.interval).then(|| keys.clone())
    }
}

#[async_trait::async_trait]
impl<S: JwksSource + Send + Sync> JwksSource for Limited<S> {
    async fn fetch_keys(&self) -> Result<JsonWebKeySet, JwksClientError> {
        if let Some(keys) = self.recent() {
            return Ok(keys);
        }
        let keys = self.source.fetch_keys().await?;
        let mut last = self.last.lock().expect("no panic while it is locked");
        *last = Some((Instant::now(), keys.clone()));
        Ok(keys)
    }
}
