//! What a server does before it serves.

use futures_util::{FutureExt, future::BoxFuture};
use tokio::net::TcpListener;

#[cfg(unix)]
use super::hangup;
use super::{Announcement, Listeners, shutdown};
use crate::{
    access_log::{AccessLog, LastLines},
    admin, cli,
    failure::Failure,
    live::{Live, Watching},
    log,
    observed::Observed,
};

/// A server that is ready to serve, and has said so.
pub(crate) struct Started {
    pub(crate) live: Live,
    pub(crate) listener: TcpListener,
    /// Is ready when the server has to end.
    pub(crate) end: BoxFuture<'static, ()>,
    /// Files are watched as long as this lives.
    _watching: Watching,
    /// The last lines of the access log, which are written before the server ends.
    _last_lines: Option<LastLines>,
}

/// Reads the files, opens the ports, and says where, with a scheme: `http` or `grpc`. From then on files are watched, and `--admin` is served.
pub(crate) async fn start(
    arguments: &cli::Server,
    scheme: &'static str,
) -> Result<Started, Failure> {
    if arguments.log_format == cli::Format::Json {
        log::use_json();
    }
    let listening = &arguments.listening;
    let observed = match listening.admin {
        Some(_) => Observed::under(&listening.admin_hosts)?,
        None => Observed::default(),
    };
    let access_log = AccessLog::open(&arguments.access_log)?;
    let last_lines = access_log.as_ref().map(AccessLog::last_lines);
    let live = Live::load(arguments, observed.clone(), access_log)?;
    let listeners = Listeners::open(listening).await?;
    let guard = live.guard();
    let watching = live.watch()?;
    #[cfg(unix)]
    hangup::read_again(&watching)?;
    // Before the server is announced: who has read that may send a signal.
    let end = shutdown::end(&live)?.boxed();
    let announcement = Announcement {
        listeners: &listeners,
        functions: guard.functions(),
        scheme,
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
        end,
        _watching: watching,
        _last_lines: last_lines,
    })
}
