//! Connections to the upstream that are used again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper_util::client::legacy::{Builder, connect::HttpConnector};

use super::connections::UpstreamClient;

/// Each request in progress has a client of its own. The client library offers a connection to the next request of its client
/// as soon as the head of a response without a body is there, which is before anybody can ask it to close this connection.
pub(super) struct KeptConnections {
    builder: Builder,
    connector: HttpConnector,
    free: FreeClients,
}

/// The last one is used first, so that the connections of the others end if there are fewer requests.
type FreeClients = Arc<Mutex<Vec<UpstreamClient>>>;

impl KeptConnections {
    pub(super) fn new(builder: Builder, connector: HttpConnector) -> Self {
        Self {
            builder,
            connector,
            free: FreeClients::default(),
        }
    }

    /// A client for one request.
    pub(super) fn lease(&self) -> Lease {
        let free = lock(&self.free).pop();
        Lease {
            client: free.unwrap_or_else(|| self.builder.build(self.connector.clone())),
            free: Arc::clone(&self.free),
        }
    }
}

/// A client that no other request uses meanwhile.
pub(super) struct Lease {
    client: UpstreamClient,
    free: FreeClients,
}

impl Lease {
    pub(super) fn client(&self) -> &UpstreamClient {
        &self.client
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        lock(&self.free).push(self.client.clone());
    }
}

fn lock(free: &FreeClients) -> MutexGuard<'_, Vec<UpstreamClient>> {
    free.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use bytes::Bytes;
    use http::Request;
    use http_body_util::{BodyExt, Empty};
    use hyper_util::{
        client::legacy::Client,
        rt::{TokioExecutor, TokioTimer},
    };
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
    };

    use super::*;

    /// A server whose body is the number of the connection.
    async fn numbers_connections() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(answer_all(stream, number));
            }
        });
        address
    }

    async fn answer_all(mut stream: TcpStream, number: u32) {
        let mut buffer = [0; 1024];
        while let Ok(1..) = stream.read(&mut buffer).await {
            let response = format!("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{number}");
            stream.write_all(response.as_bytes()).await.unwrap();
        }
    }

    /// The number of the connection that a request gets.
    async fn connection_of(lease: &Lease, address: SocketAddr) -> Bytes {
        let body = Empty::new().map_err(|never| match never {});
        let request = Request::get(format!("http://{address}/")).body(body.boxed_unsync());
        let response = lease.client().request(request.unwrap()).await.unwrap();
        response.into_body().collect().await.unwrap().to_bytes()
    }

    #[tokio::test]
    async fn a_connection_is_not_used_again_while_its_response_is_held() {
        let address = numbers_connections().await;
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new());
        let kept = KeptConnections::new(builder, HttpConnector::new());
        let first = kept.lease();
        assert_eq!(connection_of(&first, address).await, "0");
        // The connection is idle now.
        let second = kept.lease();
        assert_eq!(connection_of(&second, address).await, "1");
        drop(first);
        let third = kept.lease();
        assert_eq!(connection_of(&third, address).await, "0");
        drop((second, third));
        assert_eq!(lock(&kept.free).len(), 2);
    }
}
