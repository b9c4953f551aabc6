//! Messages as bytes: a client whose messages can be changed on their way.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use envoy_types::{
    ext_authz::v3::pb::{CheckRequest, CheckResponse},
    pb::envoy::service::auth::v3::authorization_client::AuthorizationClient,
};
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use tonic::{Status, body::Body, transport::Channel};
use tower::{Service, ServiceExt};

/// Changes the message, which begins with a flag and four bytes of length, and the headers of a call.
type Change = dyn Fn(&mut Vec<u8>, &mut HeaderMap) + Send + Sync;

#[derive(Clone)]
struct Changing {
    channel: Channel,
    change: Arc<Change>,
}

/// Asks with a message that is changed on its way.
pub(crate) async fn ask_changed(
    channel: &Channel,
    check: CheckRequest,
    change: impl Fn(&mut Vec<u8>, &mut HeaderMap) + Send + Sync + 'static,
) -> Result<tonic::Response<CheckResponse>, Status> {
    let changing = Changing {
        channel: channel.clone(),
        change: Arc::new(change),
    };
    AuthorizationClient::new(changing).check(check).await
}

/// Writes the length that the message has.
pub(crate) fn with_its_length(message: &mut [u8]) {
    let length = u32::try_from(message.len() - 5).unwrap();
    message[1..5].copy_from_slice(&length.to_be_bytes());
}

impl Service<Request<Body>> for Changing {
    type Response = Response<Body>;
    type Error = tonic::transport::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.channel.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Self { channel, change } = self.clone();
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            let mut message = body.collect().await.unwrap().to_bytes().to_vec();
            change(&mut message, &mut head.headers);
            let body = Body::new(Full::new(Bytes::from(message)));
            channel.oneshot(Request::from_parts(head, body)).await
        })
    }
}
