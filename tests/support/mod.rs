//! An authorizer that does what the token tells it, and records its requests.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::BodyExt;
use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, authorizer_fn,
};

pub(crate) type Answer = Result<AuthorizerResponse, AuthorizerError>;

/// The requests that an authorizer has received.
#[derive(Clone, Default)]
pub(crate) struct Asked(Arc<Mutex<Vec<AuthorizerRequest>>>);

impl Asked {
    pub(crate) fn note(&self, request: &AuthorizerRequest) {
        self.0.lock().unwrap().push(request.clone());
    }

    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    pub(crate) fn last(&self) -> AuthorizerRequest {
        let requests = self.0.lock().unwrap();
        requests.last().expect("the authorizer was asked").clone()
    }
}

/// An authorizer that does what the first word of the last identity value says.
pub(crate) fn as_told(asked: &Asked) -> BoxAuthorizer {
    let asked = asked.clone();
    BoxAuthorizer::new(authorizer_fn(move |request: AuthorizerRequest| {
        asked.note(&request);
        async move {
            let identity = request.identity().last().map_or("", String::as_str);
            match identity.split(' ').next() {
                Some("allow") => Ok(AuthorizerResponse::allow(request.method_arn())
                    .with_principal_id("user-1")
                    .with_context("level", 3)),
                Some("deny") => Ok(AuthorizerResponse::deny(request.method_arn())),
                Some("elsewhere") => Ok(AuthorizerResponse::allow(
                    request.api().method_arn(request.method(), "/elsewhere"),
                )),
                Some("unauthorized") => Err(AuthorizerError::unauthorized()),
                Some("malformed") => Ok(AuthorizerResponse::from_json(
                    br#"{"principalId": "user-1"}"#,
                )?),
                Some("panic") => panic!("as told"),
                Some("hang") => std::future::pending::<Answer>().await,
                _ => Err(AuthorizerError::new("no such order")),
            }
        }
    }))
}

/// A GET with this token.
pub(crate) fn get<B: Default>(uri: &str, token: &str) -> Request<B> {
    let request = Request::get(uri).header("authorization", token);
    request.body(B::default()).unwrap()
}

pub(crate) async fn text<B: Body<Data = Bytes>>(response: Response<B>) -> String {
    let body = response.into_body().collect().await;
    let Ok(body) = body else {
        panic!("the body fails")
    };
    String::from_utf8(body.to_bytes().into()).unwrap()
}
