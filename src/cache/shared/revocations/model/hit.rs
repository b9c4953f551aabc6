//! A hit at the moment at which its process learns about a revocation: only the version of the table and the guards.

use std::sync::Arc;

use shuttle::{future::block_on, thread};

use super::{
    super::{Begun, Watched, message::Revoked},
    BOUND, MANY,
    link::Link,
    oracle::Oracle,
    scene::check,
    server::Server,
    time,
};
use crate::{cache::shared::secret::Secret, primitives::now};

const GROUP: [u8; 16] = [1; 16];

fn scene() {
    time::reset();
    let oracle = Arc::new(Oracle::new(2));
    let server = Server::new(&oracle);
    let secret = Arc::new(Secret::new(&[7; 32]).unwrap());
    let watched = |number| {
        let log = Arc::new(Link::new(number, &server, &oracle));
        Arc::new(Watched::new(log, Arc::clone(&secret), "log", BOUND))
    };
    let (own, other) = (watched(0), watched(1));
    block_on(async {
        // One read begins the log, the next one reads it.
        own.read().await.unwrap();
        own.read().await.unwrap();
    });
    let guard = || Begun::now(&own).guard_answer(Box::new([GROUP]), now() + BOUND);
    assert!(guard().vouches(now()));
    // Not checked yet, so hits look the group up.
    let guard = Arc::new(guard());
    let revoked = Revoked::Principal(GROUP);
    block_on(other.revoke(revoked, BOUND)).unwrap();
    let hits = [(); 2].map(|()| {
        let guard = Arc::clone(&guard);
        thread::spawn(move || guard.vouches(now()))
    });
    block_on(own.read()).unwrap();
    assert!(!guard.vouches(now()), "a hit has overlooked it");
    for hit in hits {
        hit.join().unwrap();
    }
    assert!(!guard.vouches(now()), "a hit has overlooked it");
}

#[test]
fn a_hit_does_not_overlook_a_revocation_that_is_just_read() {
    check(scene, 9, MANY);
}
