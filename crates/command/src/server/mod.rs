//! What all servers of the command do: listen, say where, serve connections, and end without breaking off requests.

mod announcement;
mod bind;
mod connections;
mod cookies;
mod shutdown;
mod start;

use self::{announcement::Announcement, bind::Listeners};
pub(crate) use self::{
    connections::{HttpService, serve},
    shutdown::signal,
    start::start,
};
