use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::BodyExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::{JoinSet, yield_now},
    time::{Instant, pause, sleep},
};

use super::*;
use crate::serve::idle_connections::MAX_IDLE;

const TIMEOUT: Duration = Duration::from_secs(10);

/// A server whose body is the number of the connection. `answers` gets that number and how many requests came before.
async fn numbers_connections<F>(
    answers: impl Fn(usize, usize) -> F + Send + Sync + Clone + 'static,
) -> SocketAddr
where
    F: Future<Output = bool> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            let answers = answers.clone();
            tokio::spawn(answer_all(stream, number, answers));
        }
    });
    address
}

async fn answer_all<F: Future<Output = bool>>(
    mut stream: TcpStream,
    number: usize,
    answers: impl Fn(usize, usize) -> F,
) {
    let mut buffer = [0; 1024];
    for earlier in 0.. {
        let read = stream.read(&mut buffer).await;
        if !matches!(read, Ok(1..)) || !answers(number, earlier).await {
            return;
        }
        let response = format!("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{number}");
        stream.write_all(response.as_bytes()).await.unwrap();
    }
}

/// Connections to a server.
struct Kept {
    connections: KeptConnections,
    url: String,
}

impl Kept {
    fn to(address: SocketAddr) -> Self {
        Self {
            connections: KeptConnections::new(Builder::new(), HttpConnector::new(), TIMEOUT),
            url: format!("http://{address}/"),
        }
    }

    async fn ask(&self) -> Result<Response<StreamBody<Incoming>>, Failed> {
        let request = Request::get(&self.url).body(()).unwrap();
        self.connections.send(request.into_parts().0).await
    }

    async fn until_idle(&self, count: usize) {
        for _ in 0..1_000_000 {
            if self.connections.idle.count() == count {
                return;
            }
            yield_now().await;
        }
        panic!("{} connections wait", self.connections.idle.count());
    }
}

async fn body_of(response: Response<StreamBody<Incoming>>) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

#[tokio::test]
async fn a_connection_is_not_used_again_while_its_response_is_held() {
    let kept = Kept::to(numbers_connections(|_, _| async { true }).await);
    let first = kept.ask().await.unwrap();
    let second = kept.ask().await.unwrap();
    assert_eq!(body_of(second).await, "1");
    kept.until_idle(1).await;
    assert_eq!(body_of(first).await, "0");
    kept.until_idle(2).await;
    assert_eq!(body_of(kept.ask().await.unwrap()).await, "0");
}

#[tokio::test]
async fn connections_that_are_not_used_are_closed() {
    let kept = Kept::to(numbers_connections(|_, _| async { true }).await);
    let mut responses = Vec::new();
    for _ in 0..3 {
        responses.push(kept.ask().await.unwrap());
    }
    let mut read: JoinSet<_> = responses.into_iter().map(body_of).collect();
    while read.join_next().await.is_some() {}
    kept.until_idle(3).await;
    pause();
    sleep(MAX_IDLE).await;
    kept.until_idle(0).await;
    assert!(!kept.connections.idle.is_watched());
}

#[tokio::test]
async fn a_request_that_is_sent_again_has_the_rest_of_its_time() {
    let address = numbers_connections(|number, earlier| async move {
        match (number, earlier) {
            (0, 0) => {}
            (0, _) => {
                sleep(TIMEOUT * 3 / 4).await;
                return false;
            }
            _ => std::future::pending().await,
        }
        true
    });
    let kept = Kept::to(address.await);
    assert_eq!(body_of(kept.ask().await.unwrap()).await, "0");
    kept.until_idle(1).await;
    pause();
    let begin = Instant::now();
    assert!(matches!(kept.ask().await, Err(Failed::Late(TIMEOUT))));
    assert_eq!(begin.elapsed().as_secs(), TIMEOUT.as_secs());
}
