//! The decision about one request, step by step.
//!
//! 1. [`check`]: are the identity sources there, and can the path be told? Neither the authorizer nor the cache
//!    is asked before.
//! 2. [`look_up`]: does the cache have the authorizer's result? If not, [`ask`] the authorizer.
//! 3. [`decide`]: what the result says of this request. A pure function, the same for a hit and for a miss.
//! 4. [`refuse`]: the response, wherever the answer was no.

mod anonymous;
mod ask;
mod check;
mod decide;
mod look_up;
pub(crate) mod settings;
mod target;

pub(crate) use self::{
    ask::{Asking, ask},
    check::check_host_header,
    decide::{Asked, Denied, decide, with_question},
    look_up::{LookedUp, Prepared, Question, look_up, prepare},
    target::{Spellings, Target, check_target},
};
