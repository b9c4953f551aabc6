//! The signals that end a server.

use crate::failure::Failure;

/// Is ready after Ctrl+C, or after the signal that service managers send. From this call on, neither ends the process.
#[cfg(unix)]
pub(crate) fn signal() -> Result<impl Future<Output = ()>, Failure> {
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
pub(crate) fn signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        // Without signals, only the end of the process ends the server.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
