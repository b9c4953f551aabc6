//! The signals that end a server.

#[cfg(unix)]
use super::hangup;
use crate::{failure::Failure, live::Live};

/// Is ready when the server has to end. `/health` says so from then on.
pub(super) fn end(live: &Live) -> Result<impl Future<Output = ()> + use<>, Failure> {
    let (signal, live) = (signal()?, live.clone());
    Ok(async move {
        signal.await;
        live.status().ends();
    })
}

/// Is ready after Ctrl+C, after the signal that service managers send, or when the terminal is closed. From this call on, none
/// of them ends the process.
#[cfg(unix)]
fn signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};

    let interrupt = signal(SignalKind::interrupt()).map_err(Failure::new)?;
    let terminate = signal(SignalKind::terminate()).map_err(Failure::new)?;
    let (mut interrupt, mut terminate) = (interrupt, terminate);
    let closed = hangup::of_terminal()?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = closed => {}
        }
    })
}

#[cfg(not(unix))]
fn signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        // Without signals, only the end of the process ends the server.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
