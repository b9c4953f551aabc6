//! Appends what was revoked to the log.

use std::time::Duration;

use super::Watched;
use crate::{
    cache::{
        key::seed,
        shared::{
            SharedTierError,
            limited_call::within,
            revocations::{
                log::Appended,
                message::{Message, Revoked},
            },
        },
    },
    contained::drop_contained,
};

impl Watched {
    /// Revokes in all processes. The log has the message when this returns.
    pub(in super::super) async fn revoke(
        &self,
        revoked: Revoked,
        limit: Duration,
    ) -> Result<Appended, SharedTierError> {
        let message = self.message(revoked, limit).await;
        let sealed = message.seal(&self.secret, &self.name, seed());
        let append = || self.log.append(&self.name, sealed.clone());
        let appended = within(limit, append).await?;
        if self.table().incarnation() == message.incarnation {
            self.change_and_report(|table| table.apply_own(&message, appended.position));
        }
        // From now on, this process notices if somebody removes the message.
        let read = self.read_within(limit).await;
        if read.is_err() || self.table().has_read(&message, appended.position) {
            let _ = drop_contained(read);
            return Ok(appended);
        }
        // A read may have skipped it.
        let read = || self.log.read(&self.name, appended.position, 1);
        match within(limit, read).await {
            Ok(entries) if entries.first().is_none_or(|first| first.message != sealed) => {
                Err(SharedTierError::new(
                    "the store does not have the revocation that it has accepted; revoke again",
                ))
            }
            read => {
                let _ = drop_contained(read);
                Ok(appended)
            }
        }
    }

    /// Reads the log if this process has not. If it cannot, another log begins, and all processes forget everything.
    async fn message(&self, revoked: Revoked, limit: Duration) -> Message {
        // The first read may find that there is no log, or that it was lost.
        for _ in 0..3 {
            if self.table().incarnation().is_known() {
                break;
            }
            if let Err(error) = self.read_within(limit).await {
                let _ = drop_contained(error);
                break;
            }
        }
        self.next_message(revoked)
    }

    /// A message that comes after what was read. If nothing can be trusted, one that begins another log.
    pub(super) fn next_message(&self, revoked: Revoked) -> Message {
        let table = self.table();
        let next = table.next_message(revoked);
        next.unwrap_or_else(|| table.first_message(seed()))
    }
}
