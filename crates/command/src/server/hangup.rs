//! SIGHUP has two senders. A terminal that is closed sends it to the programs that it has started, which end. An administrator
//! or a service manager sends it to have the files read again.

use std::io::{IsTerminal, stdin};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{failure::Failure, live::Watching};

/// From this call on, the signal does not end the process.
fn hangup() -> Result<Signal, Failure> {
    signal(SignalKind::hangup()).map_err(Failure::new)
}

/// Is ready when the terminal is closed from which the server was started, and never without a terminal.
pub(super) fn of_terminal() -> Result<impl Future<Output = ()>, Failure> {
    let mut closed = stdin().is_terminal().then(hangup).transpose()?;
    Ok(async move {
        match &mut closed {
            Some(closed) => drop(closed.recv().await),
            None => std::future::pending().await,
        }
    })
}

/// Reads the files again after each signal, unless it comes from a terminal.
pub(super) fn read_again(watching: &Watching) -> Result<(), Failure> {
    if stdin().is_terminal() {
        return Ok(());
    }
    let (mut asked, asker) = (hangup()?, watching.asker());
    tokio::spawn(async move {
        while asked.recv().await.is_some() {
            asker.read_again();
        }
    });
    Ok(())
}
