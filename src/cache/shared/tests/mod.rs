//! Tests of private parts: the bytes of values, and a shared cache with stores that misbehave.

mod misbehaving;
mod values;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::SharedCache;
use crate::{
    authorizer::AuthorizerResponse,
    cache::{
        cached::Answer,
        key::{Key, Scope},
        tier_outcome::Stored,
    },
};

pub(super) const SECRET: [u8; 32] = [7; 32];
pub(super) const TOKEN: &str = "a-bearer-token-that-nobody-may-read";
pub(super) const ARN: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets";
pub(super) const TTL: Duration = Duration::from_secs(300);

pub(super) fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(1_700_000_000_123)
}

pub(super) fn scope() -> Scope {
    Scope::new(&["a1b2", "prod", "pets-authorizer"], &())
}

pub(super) fn key() -> Key {
    scope().key([TOKEN])
}

pub(super) fn response() -> AuthorizerResponse {
    AuthorizerResponse::allow(ARN)
        .with_principal_id("user-1")
        .with_context("tenant", "acme")
        .with_context("level", 3)
        .with_context("admin", false)
}

pub(super) fn answer() -> Answer {
    answer_of(response())
}

pub(super) fn answer_of(response: AuthorizerResponse) -> Answer {
    Answer {
        response,
        made_for: ARN.into(),
        expiry: None,
    }
}

pub(super) async fn store(cache: &SharedCache, key: &Key) -> bool {
    let stored = cache
        .store(&scope(), key, (&answer(), None), TTL, now())
        .await;
    stored == Stored::Kept
}
