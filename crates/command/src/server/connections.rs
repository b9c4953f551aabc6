//! Serves HTTP/1.1 and HTTP/2 on one port, until the server is told to end.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use http::{Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Empty};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{sleep, timeout},
};

use super::cookies;
use crate::{
    live::{Body, BoxError},
    log,
};

/// A connection from which no complete request line and headers came is closed.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// A request with more headers is answered with 431. The same applies if all headers together are too long.
const MAX_HEADERS: usize = 100;
const MAX_HEADERS_BYTES: u32 = 64 * 1024;

/// The most bytes of a response that wait for the client to read, so that slow readers cost little memory.
const MAX_WAITING: usize = 64 * 1024;

/// The time that running requests have to finish when the server is told to end.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// What a server does with each request. Requests have the peer's address in their extensions.
pub(crate) trait HttpService: Clone + Send + Sync + 'static {
    /// A peer that gives up more requests than this before they are read loses its connection, with all that is running on
    /// it. This is the default of HTTP/2 servers, against floods.
    const MAX_GIVEN_UP: usize = 20;

    /// The most requests at the same time on one HTTP/2 connection. Further requests are rejected.
    const MAX_AT_ONCE: u32 = 200;

    fn call(&self, request: Request<Incoming>) -> impl Future<Output = Response<Body>> + Send;
}

/// Serves until `end` is ready, and then ends the connections that are open.
pub(crate) async fn serve<S: HttpService>(
    listener: TcpListener,
    service: S,
    end: impl Future<Output = ()>,
) {
    let (builder, graceful) = (builder::<S>(), GracefulShutdown::new());
    // When it is dropped, the connections that have sent nothing are closed.
    let (accepts, accepting) = watch::channel(());
    tokio::pin!(end);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut end => break,
        };
        let Ok((stream, peer)) = accepted else {
            // The process has no file descriptor left, or the client has gone.
            sleep(Duration::from_millis(20)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let service = service.clone();
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert::<SocketAddr>(peer);
            let service = service.clone();
            async move { Ok::<_, Infallible>(call(&service, request).await) }
        });
        let watcher = graceful.watcher();
        let builder = builder.clone();
        let accepting = accepting.clone();
        tokio::spawn(async move {
            if sends_a_request(&stream, accepting).await {
                let connection =
                    builder.serve_connection_with_upgrades(TokioIo::new(stream), answer);
                // Clients break off connections all the time.
                let _ = watcher.watch(connection).await;
            }
        });
    }
    drop((listener, accepts));
    if timeout(LAST_REQUESTS, graceful.shutdown()).await.is_err() {
        let seconds = LAST_REQUESTS.as_secs();
        log::note(&format!(
            "requests are still in progress {seconds} seconds after the signal to end; they are cut off"
        ));
    }
}

/// Waits until the client begins to send. Returns false if it does not in time, or before the server ends.
async fn sends_a_request(stream: &TcpStream, mut accepting: watch::Receiver<()>) -> bool {
    tokio::select! {
        has_begun = has_begun(stream, HEADER_TIMEOUT) => has_begun,
        _ = accepting.changed() => false,
    }
}

async fn call(service: &impl HttpService, mut request: Request<Incoming>) -> Response<Body> {
    if request.version() == Version::HTTP_2 {
        cookies::join(request.headers_mut());
    }
    // hyper counts them in HTTP/1.1 only.
    if request.headers().len() > MAX_HEADERS {
        let mut response = Response::new(Empty::new().map_err(BoxError::from).boxed_unsync());
        *response.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return response;
    }
    service.call(request).await
}

/// The limits that an HTTP server has in front of a guard.
fn builder<S: HttpService>() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEADERS_BYTES as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(MAX_HEADERS_BYTES)
        .max_send_buf_size(MAX_WAITING)
        .max_pending_accept_reset_streams(S::MAX_GIVEN_UP)
        .max_concurrent_streams(S::MAX_AT_ONCE)
        .keep_alive_interval(HEADER_TIMEOUT);
    builder
}

/// The bytes with which every HTTP/2 connection begins.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How long to wait for the rest of the preface before looking again.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Waits until the first bytes tell HTTP/2 from HTTP/1.1. hyper's own time limits begin after that.
async fn has_begun(stream: &TcpStream, limit: Duration) -> bool {
    timeout(limit, tells_its_version(stream))
        .await
        .unwrap_or(false)
}

async fn tells_its_version(stream: &TcpStream) -> bool {
    let mut beginning = [0; PREFACE.len()];
    loop {
        let seen = match stream.peek(&mut beginning).await {
            Ok(0) | Err(_) => return false,
            Ok(seen) => beginning.get(..seen).unwrap_or_default(),
        };
        if seen == PREFACE || !PREFACE.starts_with(seen) {
            return true;
        }
        sleep(BETWEEN_LOOKS).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    async fn begins_with(bytes: &[u8]) -> bool {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(bytes).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        has_begun(&server, Duration::from_millis(300)).await
    }

    #[tokio::test]
    async fn a_version_is_told_by_the_first_bytes() {
        for bytes in [&b"G"[..], b"PO", b"PRI * HTTP/1.1\r\n", PREFACE] {
            assert!(begins_with(bytes).await, "{bytes:?}");
        }
    }

    #[tokio::test]
    async fn the_beginning_of_a_preface_does_not_hold_a_connection() {
        for bytes in [&b""[..], b"P", b"PRI * HTTP/2.0\r\n"] {
            assert!(!begins_with(bytes).await, "{bytes:?}");
        }
    }
}
