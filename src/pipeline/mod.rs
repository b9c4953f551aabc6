//! The decision about one request, step by step.
//!
//! 1. [`check`]: are the identity sources there, and can the path be told? Neither the authorizer nor the cache
//!    is asked before.
//! 2. [`ask`]: the authorizer, unless the cache has its result.
//! 3. [`decide`]: what the result says of this request. A pure function, the same for a hit and for a miss.
//! 4. [`refuse`]: the response, wherever the answer was no.

mod ask;
mod check;
mod decide;
mod refuse;
mod target;

pub(crate) use self::{
    ask::{Asked, ask, call},
    check::{Checked, check},
    decide::{Denied, decide},
    refuse::{Told, refuse},
    target::Target,
};
