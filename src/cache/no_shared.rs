//! Replaces the shared tier if the feature `shared-cache` is off. The type has no values, so its methods compile to
//! nothing.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use self::revocations::{Followed, Group, Vouched};
use super::{
    cached::Answer,
    key::Scope,
    shared_tier_error::SharedTierError,
    tier_outcome::{Loaded, Stored},
};
use crate::{
    breaker::{Change, CircuitBreaker, Paused, Permit},
    observe::Listener,
    serial::Serial,
};

/// Without a shared tier, no call has an epoch, and no result has a guard.
pub(crate) mod revocations {
    use std::{sync::Arc, time::Instant};

    use crate::{cache::shared_tier_error::SharedTierError, observe::Listener, policy::HeapBytes};

    pub(crate) type Group = [u8; 16];

    #[derive(Debug)]
    pub(crate) enum RevocationGuard {}

    #[derive(Debug)]
    pub(crate) enum Begun {}

    #[derive(Debug)]
    pub(crate) enum Followed {}

    pub(in crate::cache) struct Appended {
        pub(in crate::cache) listening: Option<u64>,
    }

    #[derive(Debug, Clone, Copy)]
    pub(crate) enum Epoch {}

    pub(in crate::cache) enum Watched {}

    #[derive(Debug, PartialEq, Eq)]
    pub(crate) struct Vouched {
        pub(crate) epoch: Epoch,
        pub(crate) groups: Box<[Group]>,
    }

    impl PartialEq for Epoch {
        fn eq(&self, _: &Self) -> bool {
            match *self {}
        }
    }

    impl Eq for Epoch {}

    pub(in crate::cache) enum Revoked {
        Everything,
        #[expect(dead_code, reason = "only a shared tier reads them")]
        Identity(Vec<Group>),
        #[expect(dead_code, reason = "only a shared tier reads it")]
        Principal(Group),
        #[expect(dead_code, reason = "only a shared tier reads it")]
        Tag(Group),
    }

    impl Followed {
        pub(in crate::cache) fn listen(&self, _: &Listener) {
            match *self {}
        }

        pub(crate) fn begin(self: &Arc<Self>) -> Begun {
            match **self {}
        }

        pub(in crate::cache) async fn revoke(
            &self,
            _: Revoked,
        ) -> Result<Appended, SharedTierError> {
            match *self {}
        }
    }

    impl Begun {
        pub(crate) fn is_joinable(&self) -> bool {
            match *self {}
        }

        pub(in crate::cache) fn watched(&self) -> &Watched {
            match *self {}
        }

        pub(crate) fn epoch(&self) -> Option<Epoch> {
            match *self {}
        }

        pub(in crate::cache) fn guard_answer(
            &self,
            _: Box<[Group]>,
            _: Instant,
        ) -> Box<RevocationGuard> {
            match *self {}
        }

        pub(in crate::cache) fn guard_value(&self, _: Vouched, _: Instant) -> Box<RevocationGuard> {
            match *self {}
        }
    }

    impl Watched {
        pub(in crate::cache) fn accepts(&self, _: &Vouched) -> bool {
            match *self {}
        }

        pub(in crate::cache) fn take_errors(&self) -> u64 {
            match *self {}
        }
    }

    impl RevocationGuard {
        pub(in crate::cache) fn fresh_until(&self) -> Instant {
            match *self {}
        }

        pub(in crate::cache) fn vouches(&self, _: Instant) -> bool {
            match *self {}
        }
    }

    impl HeapBytes for RevocationGuard {
        fn heap_bytes(&self) -> usize {
            match *self {}
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum SharedCache {}

impl SharedCache {
    pub(crate) fn distinction(&self) -> Serial {
        match *self {}
    }

    pub(crate) fn breaker_settings(&self) -> Option<CircuitBreaker> {
        match *self {}
    }

    pub(crate) fn bound(&self) -> Option<Duration> {
        match *self {}
    }

    pub(crate) fn has_earlier_secret(&self) -> bool {
        match *self {}
    }

    pub(crate) fn is_paused(&self) -> bool {
        match *self {}
    }

    pub(crate) fn permit(&self, _: Instant) -> Result<Option<Permit<'_>>, Paused> {
        match *self {}
    }

    pub(crate) fn listen_to_breaker(&self, _: &Listener) {
        match *self {}
    }

    pub(crate) fn notify_of_breaker(&self, _: Change) {
        match *self {}
    }

    pub(crate) async fn load(&self, _: &Scope, _: &[u8], _: impl FnOnce() -> SystemTime) -> Loaded {
        match *self {}
    }

    pub(crate) async fn store(
        &self,
        _: &Scope,
        _: &[u8],
        _: (&Answer, Option<&Vouched>),
        _: Duration,
        _: SystemTime,
    ) -> Stored {
        match *self {}
    }

    pub(crate) async fn remove(&self, _: &Scope, _: &[u8]) -> Result<(), SharedTierError> {
        match *self {}
    }

    pub(crate) fn followed(&self, _: &Scope) -> Option<Arc<Followed>> {
        match *self {}
    }

    pub(crate) fn identity_group(&self, _: &Scope, _: &[u8]) -> Group {
        match *self {}
    }

    pub(crate) fn principal_group(&self, _: &Scope, _: &str) -> Group {
        match *self {}
    }

    pub(crate) fn tag_group(&self, _: &Scope, _: &str) -> Group {
        match *self {}
    }

    pub(crate) async fn clear(&self, _: &Scope) -> Result<(), SharedTierError> {
        match *self {}
    }
}
