//! Verifies a token.

use std::{error::Error, str::FromStr};

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use jwks_client_rs::{JsonWebKey, JwksClientError};
use tower_lambda_authorizer::{AuthorizerError, OrUnauthorized};

use super::{Claims, Keys};

pub struct Tokens {
    pub keys: Keys,
    pub issuer: String,
    pub audience: String,
}

impl Tokens {
    /// An invalid token is a 401, with the reason in the `Denial`.
    pub async fn verify(&self, token: &str) -> Result<Claims, AuthorizerError> {
        let kid = decode_header(token)
            .or_unauthorized()?
            .kid
            .or_unauthorized()?;
        let key = self.keys.get(&kid).await.map_err(no_key)?;

        // The key says which algorithm it is for. A token must not choose it.
        let mut validation = Validation::new(algorithm(&key)?);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.validate_nbf = true;
        let token = decode(token, &decoding_key(&key)?, &validation).or_unauthorized()?;
        Ok(token.claims)
    }
}

/// The provider has no such key: 401. It could not be asked, which is not the caller's fault: 500.
fn no_key(error: JwksClientError) -> AuthorizerError {
    match error.source() {
        None => AuthorizerError::unauthorized().because(error),
        Some(_) => error.into(),
    }
}

fn algorithm(key: &JsonWebKey) -> Result<Algorithm, AuthorizerError> {
    Ok(match (key.alg(), key) {
        (Some(name), _) => Algorithm::from_str(name)?,
        (None, JsonWebKey::Rsa(_)) => Algorithm::RS256,
        (None, JsonWebKey::Ec(_)) => Algorithm::ES256,
        (None, JsonWebKey::Okp(_)) => Algorithm::EdDSA,
    })
}

fn decoding_key(key: &JsonWebKey) -> Result<DecodingKey, AuthorizerError> {
    Ok(match key {
        JsonWebKey::Rsa(key) => DecodingKey::from_rsa_components(key.modulus(), key.exponent())?,
        JsonWebKey::Ec(key) => DecodingKey::from_ec_components(key.x(), key.y())?,
        JsonWebKey::Okp(key) => DecodingKey::from_ed_components(key.x())?,
    })
}
