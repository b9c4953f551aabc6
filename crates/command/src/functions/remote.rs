//! Functions behind an endpoint of the Invoke API, such as `sam local start-lambda` and `cargo lambda watch`.

use std::{error::Error, sync::Arc};

use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use tower_lambda_authorizer::lambda::{Invoke, InvokeError, InvokeErrorKind, Invoked};

use super::MAX_ANSWER_BYTES;
use crate::{
    failure::{Failure, with_causes},
    https::{self, HttpsConnector},
};

#[derive(Clone)]
pub(super) struct RemoteFunction {
    uri: Uri,
    client: Arc<Client<HttpsConnector, Full<Bytes>>>,
}

impl RemoteFunction {
    /// The function with this name behind the endpoint, unless the endpoint is already that of one function.
    pub(super) fn new(endpoint: &Uri, function: &str) -> Result<Self, Failure> {
        let text = endpoint.to_string();
        let uri = if endpoint.path().ends_with("/invocations") {
            Ok(endpoint.clone())
        } else {
            format!(
                "{}/2015-03-31/functions/{function}/invocations",
                text.trim_end_matches('/')
            )
            .parse()
        };
        let uri = uri.map_err(|error| {
            Failure::new(format_args!(
                "`--function {function}={text}`: {error}; write the whole URL, up to `/invocations`"
            ))
        })?;
        let connector = https::connector(HttpConnector::new())?;
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self {
            uri,
            client: Arc::new(client),
        })
    }

    /// The error with its causes, after the endpoint's URL.
    fn naming(&self, error: &dyn Error) -> String {
        format!("{}: {}", self.describe(), with_causes(error))
    }

    pub(super) fn describe(&self) -> String {
        self.uri.to_string()
    }
}

impl Invoke for RemoteFunction {
    async fn invoke(&self, event: Bytes) -> Result<Invoked, InvokeError> {
        let request = Request::post(&self.uri)
            .header("content-type", "application/json")
            .body(Full::new(event))
            .map_err(|error| InvokeError::new(InvokeErrorKind::NotConfigured, error))?;
        let response = self.client.request(request).await;
        let response = response
            .map_err(|error| InvokeError::new(InvokeErrorKind::Unreachable, self.naming(&error)))?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await;
        let payload = body
            .map_err(|error| InvokeError::new(InvokeErrorKind::Failed, error))?
            .to_bytes();
        let has_failed = head.headers.contains_key("x-amz-function-error");
        match head.status {
            StatusCode::OK if has_failed => Ok(Invoked::Failed(payload)),
            StatusCode::OK => Ok(Invoked::Returned(payload)),
            // cargo-lambda answers so if the function fails.
            StatusCode::INTERNAL_SERVER_ERROR if has_message(&payload) => {
                Ok(Invoked::Failed(payload))
            }
            status => Err(InvokeError::new(
                kind_of(status),
                format!("the endpoint answered {status}"),
            )),
        }
    }
}

fn has_message(payload: &[u8]) -> bool {
    let json = serde_json::from_slice::<Value>(payload).ok();
    json.is_some_and(|json| json.get("errorMessage").is_some_and(Value::is_string))
}

fn kind_of(status: StatusCode) -> InvokeErrorKind {
    match status {
        StatusCode::NOT_FOUND => InvokeErrorKind::NoSuchFunction,
        StatusCode::FORBIDDEN => InvokeErrorKind::NotPermitted,
        StatusCode::TOO_MANY_REQUESTS => InvokeErrorKind::Throttled,
        StatusCode::PAYLOAD_TOO_LARGE => InvokeErrorKind::EventTooLarge,
        _ => InvokeErrorKind::Failed,
    }
}
