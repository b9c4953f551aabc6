//! The cost of a refusal: how often it allocates, and what an idle connection keeps after it.

use std::{fmt::Write, hint::black_box};

use futures_util::FutureExt;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    runtime,
    task::LocalSet,
};
use tower::Service;

use super::*;
use crate::empty_service::empty;

/// Six allocations:
///
/// - three of the response's extensions: the map, its table, and the box of the denial;
/// - the denial itself, which contains the request, and which clones share;
/// - two of the response's headers: the entries and their index.
///
/// The texts of the ids are in a block that the responses of a thread share, one after the other. Only responses that are
/// alive at the same time need another block, after 19 of them.
///
/// The request's headers are moved, so their number makes no difference.
#[tokio::test]
async fn a_refusal_allocates_six_times() {
    for headers in [0, 3, 90] {
        let total = allocations(&layer(), headers);
        assert!(total <= 6, "{total} allocations, {headers} headers");
    }
}

/// Besides the six of each refusal: two for the values of the variables, one for the text that the template makes, and two for the
/// header with its length.
#[tokio::test]
async fn a_template_with_two_variables_allocates_five_times() {
    let response = GatewayResponse::new()
        .header("cache-control", "'no-store'")
        .template(
            "application/json",
            r#"{"message":$context.error.messageString,"id":"$context.requestId"}"#,
        );
    let responses = GatewayResponses::default()
        .with(ResponseType::Unauthorized, response)
        .unwrap();
    let total = allocations(&layer().gateway_responses(responses), 3);
    assert!(total <= 11, "{total} allocations");
}

/// How often a refusal allocates if a request has so many headers besides `Accept`.
fn allocations(layer: &LambdaAuthorizerLayer<impl Authorizer>, headers: usize) -> u64 {
    let inner = service_fn(empty::<Body>);
    let mut service = layer.layer(inner);
    let mut refused = || {
        let names = (0..headers).map(|number| format!("x-{number}"));
        let request = Request::builder().header("accept", "application/json");
        let request = names.fold(request, |request, name| request.header(name, "value"));
        let request = request.body(Body::new()).unwrap();
        let count = allocation_counter::measure(|| {
            let response = service.call(request).now_or_never();
            assert_eq!(response.unwrap().unwrap().status(), 401);
        });
        count.count_total
    };
    // The first refusal makes what all have in common.
    refused();
    refused()
}

/// It keeps the memory of the response's headers for the next request, as hyper does after each response, and nothing of
/// the refused request.
#[test]
fn an_idle_connection_keeps_nothing_of_a_refused_request() {
    for headers in [0, 15, 90] {
        let mut request = "GET /pets HTTP/1.1\r\nhost: api.example.com\r\n".to_owned();
        for number in 0..headers {
            let value = "v".repeat(700);
            write!(request, "x-number-{number}: {value}\r\n").unwrap();
        }
        request.push_str("\r\n");
        let inner = service_fn(async |_: Request<Incoming>| {
            Ok::<_, Infallible>(Response::new(Body::new()))
        });
        let bare = kept_by_a_connection(&inner, &request);
        let refused = kept_by_a_connection(&layer().layer(inner), &request);
        assert!(bare > 8192, "hyper's buffers are measured: {bare}");
        let more = refused - bare;
        assert!(
            (0..=1536).contains(&more),
            "{more} bytes, {headers} headers"
        );
    }
}

/// The bytes that a connection to a hyper server keeps when it has answered a request and waits for the next.
fn kept_by_a_connection<S, B>(service: &S, request: &str) -> i64
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + 'static,
    B: http_body::Body<Data = Bytes, Error: std::error::Error + Send + Sync> + 'static,
{
    let runtime = runtime::Builder::new_current_thread().build().unwrap();
    let server = LocalSet::new();
    let connect = || {
        let (client, connection) = duplex(1024 * 1024);
        let service = TowerToHyperService::new(service.clone());
        let connection = http1::Builder::new().serve_connection(TokioIo::new(connection), service);
        server.spawn_local(connection);
        client
    };
    let exchange = |client: &mut DuplexStream| {
        server.block_on(&runtime, async {
            client.write_all(request.as_bytes()).await.unwrap();
            let mut answer = [0; 4096];
            let length = client.read(&mut answer).await.unwrap();
            assert!(answer.starts_with(b"HTTP/1.1 "), "{length}");
        });
    };
    // What is made once, by the first connection, does not count. It stays open, because closing it frees memory.
    let mut first = connect();
    exchange(&mut first);
    let mut client = None;
    let count = allocation_counter::measure(|| {
        let mut connected = connect();
        exchange(&mut connected);
        client = Some(connected);
    });
    black_box(client);
    count.bytes_current
}
