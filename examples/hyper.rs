//! A REQUEST authorizer in front of a plain hyper service, with two identity sources and the client's address.
//!
//! ```console
//! $ cargo run --example hyper
//! listening on http://127.0.0.1:3000
//! ```
//!
//! A request must have every identity source. If one is missing, the authorizer is not invoked:
//!
//! ```console
//! $ curl -i -H 'X-Api-Token: t1' http://127.0.0.1:3000/report
//! HTTP/1.1 401 Unauthorized
//! content-type: application/json
//! content-length: 26
//! x-amzn-requestid: 7d1a1c0e-6b7e-4c0c-9d3b-0d0b8f6c2a55
//! x-amzn-errortype: UnauthorizedException
//! x-amz-apigw-id: EOQIXGWCoAMEilA=
//! date: Tue, 24 Nov 2026 12:00:00 GMT
//!
//! {"message":"Unauthorized"}
//! $ curl -H 'X-Api-Token: t1' 'http://127.0.0.1:3000/report?tenant=acme'
//! a report for acme, requested from 127.0.0.1
//! $ curl -H 'X-Api-Token: t1' 'http://127.0.0.1:3000/admin/keys?tenant=acme'
//! {"Message":"User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action"}
//! $ curl -H 'X-Api-Token: t2' 'http://127.0.0.1:3000/report?tenant=acme'
//! {"message":"Unauthorized"}
//! ```

use std::{convert::Infallible, error::Error};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tower::{Layer, service_fn};
use tower_lambda_authorizer::{
    Api, AuthorizerContext, AuthorizerError, AuthorizerResponse, LambdaAuthorizerLayer,
    authorizer_fn,
};

#[path = "support/address.rs"]
mod address;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let authorizer = authorizer_fn(|request| async move {
        let [token, tenant] = request.identity() else {
            return Err(AuthorizerError::new("two identity sources are configured"));
        };
        if token != "t1" {
            return Err(AuthorizerError::unauthorized());
        }
        let client = request.source_ip().map(|address| address.to_string());
        Ok(AuthorizerResponse::allow(
            "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/report",
        )
        .with_context("tenant", tenant.as_str())
        .with_context("client", client.unwrap_or_default()))
    });
    let layer = LambdaAuthorizerLayer::request(
        authorizer,
        "method.request.header.X-Api-Token, method.request.querystring.tenant",
    )?
    .api(Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod")?);

    let listener = address::listen().await?;
    loop {
        let (stream, peer) = listener.accept().await?;
        // The layer reads the client's address from this extension.
        let service = tower::ServiceBuilder::new()
            .map_request(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(peer);
                request
            })
            .service(layer.layer(service_fn(report)));
        tokio::spawn(async move {
            let connection = auto::Builder::new(TokioExecutor::new());
            let service = TowerToHyperService::new(service);
            if let Err(error) = connection
                .serve_connection(TokioIo::new(stream), service)
                .await
            {
                eprintln!("connection from {peer}: {error}");
            }
        });
    }
}

async fn report(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let caller = request.extensions().get::<AuthorizerContext>();
    let value = |key| {
        caller
            .and_then(|caller| caller.get(key))
            .unwrap_or("nobody")
    };
    let text = format!(
        "a report for {}, requested from {}\n",
        value("tenant"),
        value("client")
    );
    Ok(Response::new(Full::from(text)))
}
