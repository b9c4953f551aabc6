//! The task that reads a log again and again, as long as somebody needs the log.

use std::{
    fmt,
    sync::{Arc, Weak},
    time::Duration,
};

use super::{
    guard::Begun,
    log::Appended,
    message::Revoked,
    watched::{Pace, Watched},
};
use crate::{
    cache::shared::SharedTierError,
    contained::{deadline::Deadline, drop_contained},
    observe::{Listener, RevocationEventKind},
    primitives::{now, runtime::Handle, time::sleep},
};

/// The timeout of publishing a revocation. It is longer than that of a look-up, since nobody waits who could ask the
/// authorizer instead.
const REVOKE_TIMEOUT: Duration = Duration::from_secs(1);

/// A log that layers need. When the last of them is gone, nobody reads the log any more. Results are not among its users,
/// since they stay in memory for longer.
pub(crate) struct Followed(Arc<Watched>);

impl Followed {
    pub(super) fn new(watched: Watched) -> Self {
        Self(Arc::new(watched))
    }

    /// The observers of this layer are notified of what happens to the log.
    pub(in crate::cache) fn listen(&self, listener: &Listener) {
        self.0.events.add(listener);
    }

    /// Begins a call. The first one begins to follow the log.
    pub(crate) fn begin(self: &Arc<Self>) -> Begun {
        if self.0.start_following() {
            follow(self);
        }
        Begun::now(&self.0)
    }

    /// Revokes in all processes.
    pub(in crate::cache) async fn revoke(
        &self,
        revoked: Revoked,
    ) -> Result<Appended, SharedTierError> {
        let kind = revoked.kind();
        let appended = self.0.revoke(revoked, REVOKE_TIMEOUT).await?;
        if let Some(kind) = kind {
            let published = RevocationEventKind::Published(kind);
            self.0.events.report(published);
        }
        Ok(appended)
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        if !self.0.is_followed() {
            self.0.leave();
        }
    }
}

impl fmt::Debug for Followed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Followed").finish_non_exhaustive()
    }
}

/// Follows the log until nobody needs it any more. Without a tokio runtime with a timer, nothing vouches for results.
fn follow(followed: &Arc<Followed>) {
    let watched = Arc::clone(&followed.0);
    let has_timer = Deadline::after(watched.pause()).is_ok();
    let following = Following {
        followed: Arc::downgrade(followed),
        watched,
    };
    if let (Ok(runtime), true) = (Handle::try_current(), has_timer) {
        runtime.spawn(following.run());
    }
}

/// Ends with its runtime. A later call begins another one.
struct Following {
    followed: Weak<Followed>,
    watched: Arc<Watched>,
}

impl Following {
    async fn run(self) {
        let watched = &self.watched;
        while self.is_needed() {
            let begun = now();
            let read = match watched.read().await {
                Ok(Pace::Usual) if self.is_needed() => watched.wait().await.map(|()| Pace::Usual),
                read => read,
            };
            let each = match read {
                Ok(Pace::Usual) => watched.shortest_pause(),
                Ok(Pace::Slow) => watched.pause(),
                Err(error) => {
                    watched.failed();
                    let _ = drop_contained(error);
                    watched.pause()
                }
            };
            sleep(each.saturating_sub(now() - begun)).await;
        }
    }

    fn is_needed(&self) -> bool {
        self.followed.strong_count() > 0
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.watched.stop_following();
        self.watched.leave();
    }
}
