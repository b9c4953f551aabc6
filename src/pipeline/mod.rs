//! The steps of the decision about a request.
//!
//! 1. `check`: does the request have the identity sources, and does it name its host and its path unambiguously? This
//!    comes before the cache and the authorizer.
//! 2. `look_up`: does the cache have the authorizer's result? If not, `ask` calls the authorizer.
//! 3. `decide`: what does the result say about this request? A pure function, the same for a hit and for a miss.
//!
//! If a step refuses the request, `service/refuse.rs` creates the response.

mod anonymous;
mod ask;
mod check;
mod decide;
mod evaluate;
mod look_up;
mod pending;
pub(crate) mod policy_question;
mod readings;
pub(crate) mod settings;
mod shown;
mod target;
mod values;

pub(crate) use self::{
    ask::{Asking, ask},
    check::check_before_asking,
    decide::{Asked, Denied, decide, is_allowed},
    evaluate::with_evaluation_request,
    look_up::{Checked, Otherwise, look_up, prepare},
    pending::Pending,
    readings::readings_that_are_not_allowed,
    target::{Target, check_target},
};
