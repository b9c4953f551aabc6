//! Who answers for an authorizer.

mod recorded;

pub(crate) use self::recorded::Recorded;
