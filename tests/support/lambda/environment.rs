//! A process of a function, and the result of the event that it receives.

use std::{
    process::{ExitStatus, Stdio},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    task::JoinHandle,
};
use uuid::Builder;

use super::{
    programs::Program,
    runtime_api::{self, Event, Mailbox, Report},
};

pub(crate) struct Environment {
    process: Child,
    mailbox: Mailbox,
    runtime_api: JoinHandle<()>,
}

pub(crate) enum Outcome {
    Returned(Bytes),
    Failed(Bytes),
    TooLarge,
    Exited(String),
    TimedOut,
    NotStarted,
}

impl Outcome {
    pub(super) fn leaves_the_process_alive(&self) -> bool {
        matches!(self, Self::Returned(_) | Self::Failed(_) | Self::TooLarge)
    }
}

impl Environment {
    /// Starts the program with its own Runtime API. `None` if it cannot be started.
    pub(super) async fn start(function: &str, program: &Program) -> Option<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let process = Command::from(program.command())
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", function)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            // Hide the function's log, since some panics are intended.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .ok()?;
        let (mailbox, api) = runtime_api::router(function);
        let runtime_api = tokio::spawn(async move { axum::serve(listener, api).await.unwrap() });
        Some(Self {
            process,
            mailbox,
            runtime_api,
        })
    }

    pub(super) async fn handle(
        &mut self,
        payload: Bytes,
        trace: String,
        limit: Duration,
    ) -> Outcome {
        self.mailbox.post(Event {
            id: Builder::from_random_bytes(fastrand::u128(..).to_ne_bytes())
                .into_uuid()
                .to_string(),
            deadline: SystemTime::now() + limit,
            payload,
            trace,
        });
        tokio::select! {
            biased;
            report = self.mailbox.report() => match report {
                Report::Returned(payload) => Outcome::Returned(payload),
                Report::Failed(payload) => Outcome::Failed(payload),
                Report::TooLarge => Outcome::TooLarge,
            },
            status = self.process.wait() => Outcome::Exited(words(status.unwrap())),
            () = tokio::time::sleep(limit) => Outcome::TimedOut,
        }
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.runtime_api.abort();
    }
}

fn words(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit status {code}"),
        None => status.to_string(),
    }
}
