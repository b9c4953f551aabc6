#![doc = include_str!("links.md")]
#![doc = include_str!("../../docs/testing.md")]

mod app;
mod assertions;
mod checking;
mod expected;
mod failure;
mod guarded;
mod harness;
mod mock;
mod policy;
mod protected_service;
mod request;
mod response;
mod table;
mod test_body;
mod trail;

pub(crate) use self::trail::Trail;
pub use self::{
    harness::Harness,
    mock::{MockAnswer, MockAuthorizer},
    policy::{
        assert_policy_covers, assert_policy_covers_ignoring_case, assert_policy_denies,
        assert_policy_denies_ignoring_case,
    },
    protected_service::ProtectedService,
    request::{TestRequest, request},
    response::TestResponse,
    table::{TableError, TableRun},
    test_body::TestBody,
};
