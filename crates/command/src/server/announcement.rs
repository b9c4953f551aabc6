//! The lines that say that a server is ready, and where.

use serde_json::json;
use tokio::net::TcpListener;

use super::Listeners;
use crate::{
    cli::Format,
    failure::{Failure, in_one_line},
    functions::Functions,
    log,
    output::print_json,
};

/// The message of a server that is ready.
pub(crate) struct Announcement<'a> {
    pub(crate) listeners: &'a Listeners,
    pub(crate) functions: &'a Functions,
    /// `http` or `grpc`.
    pub(crate) scheme: &'a str,
}

impl Announcement<'_> {
    /// On the standard error as text, or on the standard output as JSON.
    pub(crate) fn print(&self, format: Format) -> Result<(), Failure> {
        let address = self.listeners.main.local_addr().map_err(Failure::new)?;
        let address = format!("{}://{address}", self.scheme);
        let admin = self.listeners.admin.as_ref();
        let admin = admin.map(TcpListener::local_addr).transpose();
        let admin = admin
            .map_err(Failure::new)?
            .map(|address| format!("http://{address}"));
        match format {
            Format::Json => print_json(&json!({
                "listening": address,
                "admin": admin,
                "functions": self.functions.describe(),
            })),
            Format::Text => {
                for line in self.functions.describe() {
                    say(&in_one_line(line));
                }
                if let Some(admin) = admin {
                    say(&format!("admin on {admin}"));
                }
                say(&format!("listening on {address}"));
                Ok(())
            }
        }
    }
}

fn say(line: &str) {
    if log::is_json() {
        anstream::eprintln!("{}", log::json("start", line));
    } else {
        anstream::eprintln!("{line}");
    }
}
