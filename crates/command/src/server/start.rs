//! What a server does before it serves.

use tokio::net::TcpListener;

use super::{Announcement, Listeners};
use crate::{
    admin::{self, Observed},
    cli::{self, Format},
    failure::Failure,
    live::{Live, Watching},
};

/// The arguments that all servers have.
pub(crate) struct Arguments<'a> {
    pub(crate) source: &'a cli::Source,
    pub(crate) functions: &'a cli::Functions,
    pub(crate) live: &'a cli::LiveSettings,
    pub(crate) listening: &'a cli::Listening,
    pub(crate) format: Format,
    /// `http` or `grpc`, for the announcement.
    pub(crate) scheme: &'static str,
}

/// A server that is ready to serve, and has said so.
pub(crate) struct Started {
    pub(crate) live: Live,
    pub(crate) listener: TcpListener,
    /// Files are watched as long as this lives.
    _watching: Watching,
}

/// Reads the files, opens the ports, and says where. From then on files are watched, and `--admin` is served.
pub(crate) async fn start(arguments: Arguments<'_>) -> Result<Started, Failure> {
    let listening = arguments.listening;
    let observed = match listening.admin {
        Some(_) => Observed::under(&listening.admin_hosts)?,
        None => Observed::default(),
    };
    let live = Live::load(
        arguments.source,
        arguments.functions,
        arguments.live,
        observed.clone(),
    )?;
    let listeners = Listeners::open(listening).await?;
    let guard = live.guard();
    let watching = live.watch()?;
    let announcement = Announcement {
        listeners: &listeners,
        functions: guard.functions(),
        scheme: arguments.scheme,
    };
    announcement.print(arguments.format)?;
    tokio::spawn(async move { guard.functions().warm().await });
    if let Some(listener) = listeners.admin {
        let hosts = listening.admin_hosts.clone();
        tokio::spawn(admin::serve(listener, hosts, live.clone(), observed));
    }
    Ok(Started {
        live,
        listener: listeners.main,
        _watching: watching,
    })
}
