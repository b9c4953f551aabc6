//! Opaque tokens in a database: random strings that mean nothing without it, and can be revoked at any time.

use std::{
    error::Error,
    sync::{Arc, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use axum::{Router, routing::get};
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    LambdaAuthorizerLayer, OrUnauthorized, authorizer_fn, caching::AuthorizerResults,
};

/// The table has a digest of each token, so who reads the database cannot use its tokens.
const TABLE: &str =
    "CREATE TABLE tokens (digest BLOB PRIMARY KEY, user TEXT NOT NULL, expires INTEGER NOT NULL)";

#[derive(Clone)]
pub struct Tokens(Arc<Mutex<Connection>>);

struct Session {
    user: String,
    /// In seconds since 1970.
    expires: u64,
}

impl Tokens {
    pub fn in_memory() -> rusqlite::Result<Self> {
        let database = Connection::open_in_memory()?;
        database.execute(TABLE, ())?;
        Ok(Self(Arc::new(Mutex::new(database))))
    }

    pub fn insert(&self, token: &str, user: &str, expires: u64) -> rusqlite::Result<()> {
        let row = (digest(token), user, expires);
        self.database()
            .execute("INSERT INTO tokens VALUES (?, ?, ?)", row)?;
        Ok(())
    }

    fn remove(&self, token: &str) -> rusqlite::Result<()> {
        self.database()
            .execute("DELETE FROM tokens WHERE digest = ?", [digest(token)])?;
        Ok(())
    }

    async fn find(&self, token: &str) -> Result<Option<Session>, AuthorizerError> {
        let (tokens, digest) = (self.clone(), digest(token));
        // The database driver blocks its thread.
        let found = tokio::task::spawn_blocking(move || {
            let query =
                "SELECT user, expires FROM tokens WHERE digest = ? AND expires > unixepoch()";
            let session = |row: &rusqlite::Row<'_>| {
                Ok(Session {
                    user: row.get(0)?,
                    expires: row.get(1)?,
                })
            };
            tokens
                .database()
                .query_one(query, [digest], session)
                .optional()
        });
        Ok(found.await??)
    }

    fn database(&self) -> std::sync::MutexGuard<'_, Connection> {
        self.0.lock().expect("no panic while it is locked")
    }
}

fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

/// The app, and a handle to revoke tokens.
pub fn app(tokens: Tokens) -> (Router, Sessions) {
    let known = tokens.clone();
    let authorizer = authorizer_fn(move |request| {
        let known = known.clone();
        async move { authorize(&known, &request).await }
    });
    let layer = LambdaAuthorizerLayer::token(authorizer).on_denial(|denial| eprintln!("{denial}"));
    let results = layer.results();
    let app = Router::new().route("/notes", get(notes)).route_layer(layer);
    (app, Sessions { tokens, results })
}

async fn authorize(
    tokens: &Tokens,
    request: &AuthorizerRequest,
) -> Result<AuthorizerResponse, AuthorizerError> {
    // Not `bearer_token`, which also accepts `bearer`: `revoke` needs to know the value of the header.
    let token = request
        .token()
        .and_then(|token| token.strip_prefix("Bearer "));
    // If the database fails, `?` makes it a 500. A token that is not in it is a 401.
    let session = tokens.find(token.or_unauthorized()?).await?;
    let session = session.or_unauthorized()?;
    let policy = request.policy_builder().allow("*", "/notes").build()?;
    Ok(AuthorizerResponse::policy(policy)
        .with_principal_id(session.user)
        .with_expiry(UNIX_EPOCH + Duration::from_secs(session.expires)))
}

async fn notes(caller: AuthorizerContext) -> String {
    format!("no notes of {}", caller.principal_id().unwrap_or("nobody"))
}

pub struct Sessions {
    tokens: Tokens,
    results: AuthorizerResults,
}

impl Sessions {
    /// Ends a session at once: in the database, then in the cache. The identity is the value of the header.
    pub async fn revoke(&self, token: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.tokens.remove(token)?;
        self.results.invalidate([format!("Bearer {token}")]).await?;
        Ok(())
    }
}
