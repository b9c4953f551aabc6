//! The signals that end a server.

use crate::{failure::Failure, live::Live};

/// Is ready when the server has to end. `/health` says so from then on.
pub(crate) fn end(live: &Live) -> Result<impl Future<Output = ()> + use<>, Failure> {
    let (signal, live) = (signal()?, live.clone());
    Ok(async move {
        signal.await;
        live.status().ends();
    })
}

/// Is ready after Ctrl+C, or after the signal that service managers send. From this call on, neither ends the process.
#[cfg(unix)]
fn signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};

    let interrupt = signal(SignalKind::interrupt()).map_err(Failure::new)?;
    let terminate = signal(SignalKind::terminate()).map_err(Failure::new)?;
    let (mut interrupt, mut terminate) = (interrupt, terminate);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
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
