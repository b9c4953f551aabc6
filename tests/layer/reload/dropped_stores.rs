//! Stores that nothing needs any more. Their drop is the application's code.

use std::{
    sync::{OnceLock, mpsc},
    thread,
    time::SystemTime,
};

use tower_lambda_authorizer::{
    ManualClock,
    caching::SharedTierError,
    shared_cache::{SharedCache, SharedTier},
};

use super::*;

/// Only a handle that is locked keeps a thread for so long.
const DEADLINE: Duration = Duration::from_secs(120);

/// It uses the reload handle when it is dropped, and tells whether that worked.
struct Store {
    handle: Arc<OnceLock<ReloadHandle<Guard>>>,
    dropped: mpsc::Sender<bool>,
}

impl Drop for Store {
    fn drop(&mut self) {
        let Some(handle) = self.handle.get().cloned() else {
            return;
        };
        let (tell, told) = mpsc::channel();
        thread::spawn(move || tell.send(handle.statistics()));
        let _ = self.dropped.send(told.recv_timeout(DEADLINE).is_ok());
    }
}

impl SharedTier for Store {
    async fn get(&self, _: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
        Ok(None)
    }

    async fn put(&self, _: &str, _: Vec<u8>, _: Duration) -> Result<(), SharedTierError> {
        Ok(())
    }

    async fn remove(&self, _: &str) -> Result<(), SharedTierError> {
        Ok(())
    }

    async fn clear(&self, _: &str) -> Result<(), SharedTierError> {
        Ok(())
    }
}

/// Replaces a layer with a store, and forgets it when its results have expired.
fn is_free_while_a_store_is_dropped(forget: impl Fn(&ReloadHandle<Guard>)) -> bool {
    let (dropped, drops) = mpsc::channel();
    let handle = Arc::default();
    let store = Store {
        handle: Arc::clone(&handle),
        dropped,
    };
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let (first, _) = version(1, None);
    let shared = SharedCache::new(store, [7; 32]).unwrap();
    let first = first.clock(clock.clock()).shared_cache(shared, "pets");
    let (_, reload) = first.reloadable();
    assert!(handle.set(reload.clone()).is_ok());
    let (second, _) = version(2, None);
    reload.replace(second.clock(clock.clock()));
    assert!(drops.try_recv().is_err());
    clock.advance(Duration::from_secs(3 * 3600));
    // The first look notices that no request uses the results any more, and the second one that they have expired.
    forget(&reload);
    clock.advance(Duration::from_secs(3 * 3600));
    forget(&reload);
    drops.try_recv().unwrap()
}

#[test]
fn a_store_is_dropped_when_the_handle_can_be_used() {
    assert!(is_free_while_a_store_is_dropped(|handle| {
        let _ = handle.statistics();
    }));
    assert!(is_free_while_a_store_is_dropped(|handle| {
        let (next, _) = version(3, None);
        handle.replace(next);
    }));
    assert!(is_free_while_a_store_is_dropped(|handle| {
        handle.modify(Ok::<_, Infallible>).unwrap();
    }));
}
