//! Sends a request once: no retries, no redirects, no proxies, bounded in time and size.

use std::{error::Error, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::time::timeout;

use super::{Endpoint, endpoint::headers_of};
use crate::{
    failure::{Failure, in_one_line},
    https::{self, HttpsConnector},
};

/// Much more than any of API Gateway's own responses has.
const MAX_BODY_BYTES: usize = 64 * 1024;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct Client {
    http: legacy::Client<HttpsConnector, Empty<Bytes>>,
    timeout: Duration,
}

/// A response, as far as it was read.
pub(super) struct Received {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
}

pub(super) enum Body {
    Whole(Bytes),
    /// Longer than any that API Gateway itself makes.
    TooLong,
    /// The server has broken off.
    Incomplete,
}

pub(super) enum Problem {
    /// The server cannot be reached, so further requests are useless.
    NoConnection(String),
    NoResponse(String),
}

impl Client {
    pub(super) fn new(timeout: Duration) -> Result<Self, Failure> {
        let mut http = HttpConnector::new();
        http.set_connect_timeout(Some(CONNECT_TIMEOUT.min(timeout)));
        let connector = https::connector(http)?;
        // The server may close a connection just when it is reused, and then the request would have to be sent again.
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .retry_canceled_requests(false)
            .build(connector);
        Ok(Self { http, timeout })
    }

    pub(super) async fn send(
        &self,
        endpoint: &Endpoint,
        request: &Request<()>,
    ) -> Result<Received, Problem> {
        let mut sent = Request::new(Empty::new());
        *sent.method_mut() = request.method().clone();
        *sent.uri_mut() = endpoint
            .uri(request)
            .map_err(|error| Problem::NoResponse(error.to_string()))?;
        *sent.headers_mut() = headers_of(request);
        match timeout(self.timeout, self.exchange(sent)).await {
            Ok(result) => result,
            Err(_) => Err(Problem::NoResponse(format!(
                "no response within {} s",
                self.timeout.as_secs_f64()
            ))),
        }
    }

    async fn exchange(&self, request: Request<Empty<Bytes>>) -> Result<Received, Problem> {
        let response = self.http.request(request).await;
        let (parts, body) = response.map_err(|error| problem(&error))?.into_parts();
        Ok(Received {
            status: parts.status,
            headers: parts.headers,
            body: read(body).await,
        })
    }
}

async fn read(mut body: Incoming) -> Body {
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Body::Incomplete;
        };
        if let Ok(data) = frame.into_data() {
            read.extend_from_slice(&data);
        }
        if read.len() > MAX_BODY_BYTES {
            return Body::TooLong;
        }
    }
    Body::Whole(read.freeze())
}

fn problem(error: &legacy::Error) -> Problem {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let cause = in_one_line(cause);
    if !error.is_connect() {
        return Problem::NoResponse(format!("there is no response: {cause}"));
    }
    // This is the wording of rustls.
    Problem::NoConnection(if cause.contains("invalid peer certificate") {
        format!(
            "the server's certificate is not trusted ({cause}); if it should be, name its issuer's certificate with the \
             variable SSL_CERT_FILE"
        )
    } else {
        format!("there is no connection to the server: {cause}")
    })
}
