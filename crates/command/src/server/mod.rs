//! The parts that all servers of the command share: they listen, print the address, serve connections, and end without
//! aborting requests.

mod announcement;
mod bind;
mod connections;
pub(crate) mod cookies;
#[cfg(unix)]
mod hangup;
mod shutdown;
mod start;

use self::{announcement::Announcement, bind::Listeners};
pub(crate) use self::{
    connections::{HttpService, serve},
    start::start,
};
