//! The Lambda Runtime API for one process.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State},
    http::{Response, StatusCode},
    middleware::from_fn_with_state,
    response::{AppendHeaders, IntoResponse},
    routing::{get, post},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde_json::json;
use tokio::{
    net::TcpListener,
    sync::{Notify, oneshot},
    task::JoinHandle,
};
use tower_lambda_authorizer::lambda::Invoked;
use uuid::Uuid;

use super::{failure, web_sites};

/// The most bytes of an answer, as on Lambda.
const LONGEST_ANSWER: usize = 6 * 1024 * 1024 + 100;

/// The server that one process asks for its work. It ends on drop.
pub(super) struct RuntimeApi {
    address: SocketAddr,
    /// What all paths begin with.
    base: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    stage: Mutex<Stage>,
    changed: Notify,
    function: String,
}

/// Which paths the Runtime API has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Paths {
    /// Those of Lambda, which every runtime knows.
    OfLambda,
    /// The same below a random folder, so that no other user of this machine can fetch or answer an event.
    Secret,
}

/// What the process does.
enum Stage {
    /// It starts, or finishes after an answer.
    Busy,
    /// It waits for an event.
    Ready,
    /// An event waits for it.
    Offered(Event),
    /// It works on the event with this id.
    Running(String, oneshot::Sender<Invoked>),
    /// It could not start, and said why.
    Broken(Bytes),
}

struct Event {
    payload: Bytes,
    deadline: SystemTime,
    ended: oneshot::Sender<Invoked>,
}

impl RuntimeApi {
    pub(super) async fn open(function: &str, paths: Paths) -> io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            stage: Mutex::new(Stage::Busy),
            changed: Notify::new(),
            function: function.to_owned(),
        });
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

impl Shared {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, stage: Stage) -> Stage {
        let before = std::mem::replace(&mut *self.stage(), stage);
        self.changed.notify_waiters();
        before
    }

    /// Ends the invocation with this id. Only the first answer counts.
    fn end(&self, id: &str) -> Option<oneshot::Sender<Invoked>> {
        let mut stage = self.stage();
        match std::mem::replace(&mut *stage, Stage::Busy) {
            Stage::Running(running, ended) if running == id => Some(ended),
            other => {
                *stage = other;
                None
            }
        }
    }

    fn take(&self) -> Option<Event> {
        let mut stage = self.stage();
        match std::mem::replace(&mut *stage, Stage::Busy) {
            Stage::Offered(event) => Some(event),
            other => {
                *stage = other;
                None
            }
        }
    }
}

async fn next(State(shared): State<Arc<Shared>>) -> Response<Body> {
    // An event that waits stays.
    if !matches!(*shared.stage(), Stage::Offered(_)) {
        if let Stage::Running(_, ended) = shared.change(Stage::Ready) {
            let problem = failure(
                "Runtime.NoAnswer",
                "the function asked for the next event without an answer to this one",
            );
            let _ = ended.send(problem);
        }
    }
    loop {
        let changed = shared.changed.notified();
        if let Some(event) = shared.take() {
            return hand_over(&shared, event);
        }
        changed.await;
    }
}

fn hand_over(shared: &Shared, event: Event) -> Response<Body> {
    let id = Uuid::new_v4();
    let since_epoch = event.deadline.duration_since(SystemTime::UNIX_EPOCH);
    let deadline = since_epoch.unwrap_or_default().as_millis();
    let arn = format!(
        "arn:aws:lambda:us-east-1:000000000000:function:{}",
        shared.function
    );
    let (high, low) = Uuid::new_v4().as_u64_pair();
    let trace = format!(
        "Root=1-{:08x}-{low:016x}{:08x};Sampled=0",
        deadline / 1000,
        high >> 32
    );
    shared.change(Stage::Running(id.to_string(), event.ended));
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", id.to_string()),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", arn),
        ("lambda-runtime-trace-id", trace),
    ];
    (AppendHeaders(headers), event.payload).into_response()
}

async fn returned(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Body,
) -> Response<Body> {
    answer(&shared, &id, body, Invoked::Returned).await
}

async fn failed(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Body,
) -> Response<Body> {
    answer(&shared, &id, body, Invoked::Failed).await
}

async fn answer(
    shared: &Shared,
    id: &str,
    body: Body,
    outcome: impl FnOnce(Bytes) -> Invoked,
) -> Response<Body> {
    let body = read(body).await;
    let Some(ended) = shared.end(id) else {
        return refused(
            StatusCode::BAD_REQUEST,
            "InvalidRequestID",
            "no event with this id waits for an answer",
        );
    };
    let (response, outcome) = match body {
        Some(body) => (accepted(), outcome(body)),
        None => {
            let kind = "Function.ResponseSizeTooLarge";
            let problem = "the answer is longer than 6 MB, or broke off";
            (
                refused(StatusCode::PAYLOAD_TOO_LARGE, kind, problem),
                failure(kind, problem),
            )
        }
    };
    // Nobody waits any more if the client has gone.
    let _ = ended.send(outcome);
    response
}

async fn broken(State(shared): State<Arc<Shared>>, body: Body) -> Response<Body> {
    let why = read(body).await.unwrap_or_default();
    shared.change(Stage::Broken(why));
    accepted()
}

/// Reads all of a body, so that the process hears of it if the body is too long.
async fn read(mut body: Body) -> Option<Bytes> {
    let (mut read, mut is_too_long) = (BytesMut::new(), false);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.ok()?.into_data() else {
            continue;
        };
        is_too_long |= read.len() + data.len() > LONGEST_ANSWER;
        if !is_too_long {
            read.extend_from_slice(&data);
        }
    }
    (!is_too_long).then(|| read.freeze())
}

fn accepted() -> Response<Body> {
    (StatusCode::ACCEPTED, Json(json!({"status": "OK"}))).into_response()
}

fn refused(status: StatusCode, kind: &str, problem: &str) -> Response<Body> {
    let body = Json(json!({"errorType": kind, "errorMessage": problem}));
    (status, body).into_response()
}
