//! Replaces the shared tier if the feature `shared-cache` is off. The type has no values, so its methods compile to
//! nothing.

use std::{
    future::Ready,
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

/// Methods of a type without values, so that nobody can call them.
macro_rules! methods {
    ($($visibility:vis fn $name:ident(&self $(, $argument:ty)*) $(-> $result:ty)?;)*) => {
        $($visibility fn $name(&self $(, _: $argument)*) $(-> $result)? {
            match *self {}
        })*
    };
}

/// Without a shared tier, no call has an epoch, and no result has a guard.
pub(crate) mod revocations {
    use std::{future::Ready, time::Instant};

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

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Epoch {}

    pub(in crate::cache) enum Watched {}

    #[derive(Debug, PartialEq, Eq)]
    pub(crate) struct Vouched {
        pub(crate) epoch: Epoch,
        pub(crate) groups: Box<[Group]>,
    }

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
        methods! {
            pub(in crate::cache) fn listen(&self, &Listener);
            pub(crate) fn begin(&self) -> Begun;
            pub(in crate::cache) fn revoke(&self, Revoked) -> Ready<Result<Appended, SharedTierError>>;
        }
    }

    impl Begun {
        methods! {
            pub(crate) fn is_joinable(&self) -> bool;
            pub(in crate::cache) fn watched(&self) -> &Watched;
            pub(crate) fn epoch(&self) -> Option<Epoch>;
            pub(in crate::cache) fn guard_answer(&self, Box<[Group]>, Instant) -> Box<RevocationGuard>;
            pub(in crate::cache) fn guard_value(&self, Vouched, Instant) -> Box<RevocationGuard>;
        }
    }

    impl Watched {
        methods! {
            pub(in crate::cache) fn accepts(&self, &Vouched) -> bool;
            pub(in crate::cache) fn take_errors(&self) -> u64;
        }
    }

    impl RevocationGuard {
        methods! {
            pub(in crate::cache) fn fresh_until(&self) -> Instant;
            pub(in crate::cache) fn vouches(&self, Instant) -> bool;
        }
    }

    impl HeapBytes for RevocationGuard {
        methods! {
            fn heap_bytes(&self) -> usize;
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum SharedCache {}

impl SharedCache {
    methods! {
        pub(crate) fn distinction(&self) -> Serial;
        pub(crate) fn breaker_settings(&self) -> Option<CircuitBreaker>;
        pub(crate) fn bound(&self) -> Option<Duration>;
        pub(crate) fn has_earlier_secret(&self) -> bool;
        pub(crate) fn is_paused(&self) -> bool;
        pub(crate) fn permit(&self, Instant) -> Result<Option<Permit<'_>>, Paused>;
        pub(crate) fn listen_to_breaker(&self, &Listener);
        pub(crate) fn notify_of_breaker(&self, Change);
        pub(crate) fn load(&self, &Scope, &[u8], impl FnOnce() -> SystemTime) -> Ready<Loaded>;
        pub(crate) fn store(
            &self, &Scope, &[u8], (&Answer, Option<&Vouched>), Duration, SystemTime
        ) -> Ready<Stored>;
        pub(crate) fn remove(&self, &Scope, &[u8]) -> Ready<Result<(), SharedTierError>>;
        pub(crate) fn followed(&self, &Scope) -> Option<Arc<Followed>>;
        pub(crate) fn identity_group(&self, &Scope, &[u8]) -> Group;
        pub(crate) fn principal_group(&self, &Scope, &str) -> Group;
        pub(crate) fn tag_group(&self, &Scope, &str) -> Group;
        pub(crate) fn clear(&self, &Scope) -> Ready<Result<(), SharedTierError>>;
    }
}
