//! An identity provider: keys that sign tokens, and a server that publishes them.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Json, Router, routing::get};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use p256::{SecretKey, elliptic_curve::rand_core::OsRng, pkcs8::EncodePrivateKey};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

pub struct SigningKey {
    id: String,
    key: SecretKey,
}

impl SigningKey {
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            key: SecretKey::random(&mut OsRng),
        }
    }

    pub fn sign(&self, claims: &Value) -> String {
        self.signed(claims, Some(self.id.clone()))
    }

    pub fn sign_without_kid(&self, claims: &Value) -> String {
        self.signed(claims, None)
    }

    fn signed(&self, claims: &Value, kid: Option<String>) -> String {
        let key = self.key.to_pkcs8_der().unwrap();
        let header = Header {
            kid,
            ..Header::new(Algorithm::ES256)
        };
        encode(&header, claims, &EncodingKey::from_ec_der(key.as_bytes())).unwrap()
    }

    fn published(&self) -> Value {
        let mut key: Value = serde_json::from_str(&self.key.public_key().to_jwk_string()).unwrap();
        key["kid"] = json!(self.id);
        key["alg"] = json!("ES256");
        key
    }
}

pub struct Provider {
    keys: Arc<Mutex<Value>>,
    fetches: Arc<AtomicUsize>,
    address: Url,
    server: JoinHandle<()>,
}

impl Provider {
    pub async fn start(keys: &[&SigningKey]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let (published, fetches) = (Arc::new(Mutex::new(set(keys))), Arc::default());
        let (served, count) = (Arc::clone(&published), Arc::<AtomicUsize>::clone(&fetches));
        let app = Router::new().route(
            "/jwks.json",
            get(async move || {
                count.fetch_add(1, Ordering::Relaxed);
                Json(served.lock().unwrap().clone())
            }),
        );
        let server = tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
        Self {
            keys: published,
            fetches,
            address: address.parse().unwrap(),
            server,
        }
    }

    pub fn address(&self) -> Url {
        self.address.clone()
    }

    pub fn publish(&self, keys: &[&SigningKey]) {
        *self.keys.lock().unwrap() = set(keys);
    }

    pub fn fetches(&self) -> usize {
        self.fetches.load(Ordering::Relaxed)
    }

    pub async fn stop(&self) {
        self.server.abort();
        while !self.server.is_finished() {
            tokio::task::yield_now().await;
        }
    }
}

fn set(keys: &[&SigningKey]) -> Value {
    let keys: Vec<_> = keys.iter().map(|key| key.published()).collect();
    json!({ "keys": keys })
}
