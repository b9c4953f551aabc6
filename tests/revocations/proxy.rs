//! A TCP proxy that can stop forwarding: the network between a process and the store.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU16, Ordering},
    },
    thread,
    time::Duration,
};

pub(crate) struct Proxy {
    port: u16,
    is_cut: Arc<AtomicBool>,
    target: Arc<AtomicU16>,
}

impl Proxy {
    pub(crate) fn to(target: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_cut = Arc::<AtomicBool>::default();
        let target = Arc::new(AtomicU16::new(target));
        let current = Arc::clone(&target);
        let cut = Arc::clone(&is_cut);
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let Ok(far) = TcpStream::connect(("127.0.0.1", current.load(Ordering::SeqCst)))
                else {
                    continue;
                };
                let (back_near, back_far) = (near.try_clone().unwrap(), far.try_clone().unwrap());
                let (one, other) = (Arc::clone(&cut), Arc::clone(&cut));
                thread::spawn(move || forward(near, far, &one));
                thread::spawn(move || forward(back_far, back_near, &other));
            }
        });
        Self {
            port,
            is_cut,
            target,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// New connections go to another server.
    pub(crate) fn turn_to(&self, target: u16) {
        self.target.store(target, Ordering::SeqCst);
    }

    /// Nothing arrives any more, and no connection is closed.
    pub(crate) fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
    }

    pub(crate) fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream, is_cut: &AtomicBool) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        while is_cut.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
        if to.write_all(&bytes[..length]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
