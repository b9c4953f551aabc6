//! Connections that take long, that get no responses, or that are refused for a while.

use std::time::Duration;

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::{advance, pause, resume, sleep, timeout},
};

use super::{
    Loaded, PATIENCE, RedisServer, RedisTier, SECRET, cache, comes_back, fails, fails_in_time,
    load, patient, warm_up,
};

/// A proxy in front of a server. It records what the client sends, and can drop connections silently.
#[derive(Default)]
struct Proxy {
    spoken: Notify,
    forgotten: Notify,
}

impl Proxy {
    async fn before(server: &RedisServer) -> (&'static Self, String) {
        let proxy: &Self = Box::leak(Box::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // The client has to choose the database as soon as it is connected.
        let url = format!("redis://{}/1", listener.local_addr().unwrap());
        tokio::spawn(proxy.accept(listener, server.port));
        (proxy, url)
    }

    async fn accept(&'static self, listener: TcpListener, port: u16) {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(self.pass_on(client, port));
        }
    }

    async fn pass_on(&self, mut client: TcpStream, port: u16) {
        assert_eq!(client.peek(&mut [0]).await.unwrap(), 1);
        self.spoken.notify_one();
        let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut server) => {}
            // Do not close the connection to the client.
            () = self.forgotten.notified() => sleep(Duration::from_secs(3600)).await,
        }
    }
}

/// Runs on one thread, so that no other task runs while the look-up is polled.
#[tokio::test]
async fn connecting_continues_although_no_look_up_waits_for_it() {
    let Some(server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let (proxy, url) = Proxy::before(&server).await;
    let cache = patient(RedisTier::connect(url).unwrap(), SECRET);
    // Poll a look-up once, then drop it.
    let mut look_up = tokio_test::task::spawn(load(&cache));
    let first = look_up.poll();
    assert!(first.is_pending(), "{first:?}");
    drop(look_up);
    let spoken = timeout(PATIENCE, proxy.spoken.notified()).await;
    assert!(spoken.is_ok(), "the client does not continue to connect");
}

#[tokio::test]
async fn a_connection_without_responses_is_replaced() {
    let Some(server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let (proxy, url) = Proxy::before(&server).await;
    let cache = patient(RedisTier::connect(url).unwrap(), SECRET);
    warm_up(&cache).await;
    proxy.forgotten.notify_waiters();
    fails_in_time(&cache).await;
    comes_back(&cache, |loaded| *loaded == Loaded::Missing).await;
}

/// Even if it is idle for a long time between commands.
#[tokio::test]
async fn a_connection_with_responses_is_kept() {
    let Some(server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let cache = cache(&server, SECRET);
    warm_up(&cache).await;
    // The oldest connection is listed first: `id=3 addr=...`.
    let connection = || {
        let clients = server.say("CLIENT LIST").unwrap();
        let client = clients.lines().nth(1).unwrap_or_default();
        client.split(' ').next().unwrap_or_default().to_owned()
    };
    let first = connection();
    assert!(first.starts_with("id="), "{first}");
    for _ in 0..3 {
        pause();
        advance(Duration::from_secs(2)).await;
        resume();
        assert_eq!(load(&cache).await, Loaded::Missing);
        assert_eq!(connection(), first);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_invalid_for_a_while_is_used_again() {
    let Some(server) = RedisServer::start("redis-server", &["--requirepass", "old"]) else {
        return;
    };
    let url = format!("redis://:old@127.0.0.1:{}", server.port);
    let cache = patient(RedisTier::connect(url).unwrap(), SECRET);
    warm_up(&cache).await;
    server
        .say("AUTH old\r\nCONFIG SET requirepass new\r\nCLIENT KILL TYPE normal")
        .unwrap();
    for _ in 0..10 {
        fails(&cache).await;
    }
    server
        .say("AUTH new\r\nCONFIG SET requirepass old")
        .unwrap();
    comes_back(&cache, |loaded| *loaded == Loaded::Missing).await;
}
