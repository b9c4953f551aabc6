//! API keys of other programs, in the header `x-api-key`.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Router, routing::get};
use sha2::{Digest, Sha256};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse, ConfigError,
    LambdaAuthorizerLayer, OrUnauthorized, authorizer_fn,
};

const HEADER: &str = "x-api-key";

/// What a program may do.
#[derive(Debug, Clone, Copy)]
pub enum Access {
    Read,
    ReadAndWrite,
}

/// The programs that are known, by the digest of their key. The time of a look-up tells a client something about digests,
/// but nothing about keys.
#[derive(Default)]
pub struct Keys(BTreeMap<[u8; 32], (String, Access)>);

impl Keys {
    pub fn with(mut self, key: &str, program: &str, access: Access) -> Self {
        self.0
            .insert(Sha256::digest(key).into(), (program.to_owned(), access));
        self
    }

    fn find(&self, key: &str) -> Option<&(String, Access)> {
        self.0.get::<[u8; 32]>(&Sha256::digest(key).into())
    }
}

pub fn app(keys: Keys) -> Result<Router, ConfigError> {
    let keys = Arc::new(keys);
    let authorizer = authorizer_fn(move |request| {
        let keys = Arc::clone(&keys);
        async move { authorize(&keys, &request) }
    });
    // The key is the identity source: without it, the response is 401, and the authorizer is not called.
    let source = format!("method.request.header.{HEADER}");
    let layer = LambdaAuthorizerLayer::request(authorizer, [source.as_str()])?
        .on_denial(|denial| eprintln!("{denial}"));
    Ok(Router::new()
        .route("/stock", get(stock).put("changed"))
        .route_layer(layer))
}

fn authorize(
    keys: &Keys,
    request: &AuthorizerRequest,
) -> Result<AuthorizerResponse, AuthorizerError> {
    // The value that the result is cached for. A client may send a header twice, so do not read it another way.
    let key = request.identity().first().or_unauthorized()?;
    let (program, access) = keys.find(key).or_unauthorized()?;
    let policy = request.policy_builder();
    let policy = match access {
        Access::Read => policy.allow("GET", "/stock"),
        Access::ReadAndWrite => policy.allow("*", "/stock"),
    };
    Ok(AuthorizerResponse::policy(policy.build()?).with_principal_id(program))
}

async fn stock(caller: AuthorizerContext) -> String {
    format!(
        "nothing in stock, {}",
        caller.principal_id().unwrap_or("nobody")
    )
}
