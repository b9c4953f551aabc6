//! Ports for programs that must be told one.

use std::{
    net::{Ipv4Addr, TcpListener},
    process,
    sync::atomic::{AtomicU16, Ordering},
};

/// Linux and macOS give no port of this range to a socket that asks for any. A port that such a socket had could be taken
/// by the next connection, before its program starts or while it starts again.
const FIRST: u16 = 10_000;
const COUNT: u16 = 10_000;

/// A port at which nothing listens. The port that is 10,000 higher is free, too: a Redis cluster's bus uses it.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test programs may run at the same time.
    let start = process::id().wrapping_mul(127);
    for _ in 0..COUNT {
        let next = start.wrapping_add(u32::from(NEXT.fetch_add(1, Ordering::Relaxed)));
        let port = FIRST + u16::try_from(next % u32::from(COUNT)).expect("less than COUNT");
        if is_free(port) && is_free(port + COUNT) {
            return port;
        }
    }
    panic!("no port from {FIRST} on is free");
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}
