//! The task that reads a log again and again.

use std::sync::{Arc, Weak};

use super::watched::Watched;
use crate::{
    contained::{drop_contained, time_limit::TimeLimit},
    primitives::{runtime::Handle, time::sleep},
};

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
            let read = match watched.read().await {
                Ok(()) => watched.wait().await,
                Err(error) => Err(error),
            };
            if let Err(error) = read {
                watched.failed();
                let _ = drop_contained(error);
                let pause = watched.pause();
                drop(watched);
                sleep(pause).await;
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
