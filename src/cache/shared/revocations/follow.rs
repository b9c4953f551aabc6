//! The task that reads a log again and again.

use std::sync::{Arc, Weak};

use tokio::runtime::Handle;

use super::watched::{Read, Watched};
use crate::contained::{drop_contained, time_limit::TimeLimit};

/// Follows the log until nobody needs it any more. Without a tokio runtime with a timer, nothing vouches for results.
pub(super) fn follow(watched: &Arc<Watched>) {
    let following = Following(Arc::downgrade(watched));
    if let (Ok(runtime), Ok(_)) = (Handle::try_current(), TimeLimit::new(watched.pause())) {
        runtime.spawn(following.run());
    }
}

/// Ends with its runtime. A later call begins another one.
struct Following(Weak<Watched>);

impl Following {
    async fn run(self) {
        while let Some(watched) = self.0.upgrade() {
            let waited = match watched.read().await {
                Ok(Read::Intact) => watched.wait().await.map(|()| None),
                // Whoever appends such messages without end must not keep this process busy.
                Ok(Read::NotIntact) => Ok(Some(watched.pause())),
                Err(error) => Err(error),
            };
            let pause = waited.unwrap_or_else(|error| {
                watched.failed();
                let _ = drop_contained(error);
                Some(watched.pause())
            });
            drop(watched);
            if let Some(pause) = pause {
                tokio::time::sleep(pause).await;
            }
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        if let Some(watched) = self.0.upgrade() {
            watched.is_followed_no_longer();
        }
    }
}
