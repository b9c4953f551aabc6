//! The Lambda Runtime API for one process.

mod handlers;
mod shared;

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{get, post},
};
use bytes::Bytes;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tower_lambda_authorizer::lambda::Invoked;
use uuid::Uuid;

use self::{
    handlers::{broken, failed, next, returned},
    shared::{Event, Shared, Stage},
};
use super::web_sites;

/// The server that one process asks for its work. It ends on drop.
pub(super) struct RuntimeApi {
    address: SocketAddr,
    /// What all paths begin with.
    base: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

/// Which paths the Runtime API has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Paths {
    /// Those of Lambda, which every runtime knows.
    OfLambda,
    /// The same below a random folder, so that no other user of this machine can fetch or answer an event.
    Secret,
}

impl RuntimeApi {
    pub(super) async fn open(function: &str, paths: Paths) -> io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(function));
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route(
                "/2018-06-01/runtime/invocation/{id}/response",
                post(returned),
            )
            .route("/2018-06-01/runtime/invocation/{id}/error", post(failed))
            .route("/2018-06-01/runtime/init/error", post(broken))
            .with_state(Arc::clone(&shared));
        let (base, router) = match paths {
            Paths::OfLambda => (String::new(), router),
            Paths::Secret => {
                let base = format!("/{}", Uuid::new_v4().simple());
                let router = Router::new().nest(&base, router);
                (base, router)
            }
        };
        let router = router.layer(from_fn_with_state(address, web_sites::refuse));
        let server = tokio::spawn(async move {
            // It ends only by an abort.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            base,
            shared,
            server,
        })
    }

    /// What the process finds in `AWS_LAMBDA_RUNTIME_API`.
    pub(super) fn endpoint(&self) -> String {
        format!("{}{}", self.address, self.base)
    }

    /// Waits until the process asks for an event. `Err`: it could not start, and this says why.
    pub(super) async fn ready(&self) -> Result<(), Bytes> {
        loop {
            let changed = self.shared.changed.notified();
            match &*self.shared.stage() {
                Stage::Ready => return Ok(()),
                Stage::Broken(why) => return Err(why.clone()),
                _ => {}
            }
            changed.await;
        }
    }

    /// Gives the process an event. The receiver gets its answer.
    pub(super) fn offer(&self, payload: Bytes, limit: Duration) -> oneshot::Receiver<Invoked> {
        let (ended, answer) = oneshot::channel();
        self.shared.change(Stage::Offered(Event {
            payload,
            deadline: SystemTime::now() + limit,
            ended,
        }));
        answer
    }

    /// Whether the process has not fetched the event.
    pub(super) fn still_offers(&self) -> bool {
        matches!(*self.shared.stage(), Stage::Offered(_))
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}
