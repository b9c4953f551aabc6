//! A TCP proxy that can stop forwarding, forward late, or close: the network between a process and the store.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

pub(crate) struct Proxy {
    port: u16,
    weather: Arc<Weather>,
    target: Arc<AtomicU16>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

/// What the proxy does with all data.
#[derive(Default)]
struct Weather {
    is_cut: AtomicBool,
    late_by_milliseconds: AtomicU64,
}

impl Proxy {
    pub(crate) fn to(target: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let weather = Arc::<Weather>::default();
        let target = Arc::new(AtomicU16::new(target));
        let open = Arc::<Mutex<Vec<_>>>::default();
        let (current, every) = (Arc::clone(&target), Arc::clone(&weather));
        let opened = Arc::clone(&open);
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let Ok(far) = TcpStream::connect(("127.0.0.1", current.load(Ordering::SeqCst)))
                else {
                    continue;
                };
                let (back_near, back_far) = (near.try_clone().unwrap(), far.try_clone().unwrap());
                opened.lock().unwrap().push(near.try_clone().unwrap());
                let (one, other) = (Arc::clone(&every), Arc::clone(&every));
                thread::spawn(move || forward(near, far, &one));
                thread::spawn(move || forward(back_far, back_near, &other));
            }
        });
        Self {
            port,
            weather,
            target,
            open,
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
        self.weather.is_cut.store(true, Ordering::SeqCst);
    }

    pub(crate) fn mend(&self) {
        self.weather.is_cut.store(false, Ordering::SeqCst);
    }

    /// Everything arrives so much later, in both directions.
    pub(crate) fn delay(&self, by: Duration) {
        let milliseconds = u64::try_from(by.as_millis()).unwrap();
        let late_by = &self.weather.late_by_milliseconds;
        late_by.store(milliseconds, Ordering::SeqCst);
    }

    /// Closes all connections.
    pub(crate) fn reset(&self) {
        for open in self.open.lock().unwrap().drain(..) {
            let _ = open.shutdown(Shutdown::Both);
        }
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream, weather: &Weather) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        let late_by = weather.late_by_milliseconds.load(Ordering::SeqCst);
        thread::sleep(Duration::from_millis(late_by));
        while weather.is_cut.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
        if to.write_all(&bytes[..length]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
