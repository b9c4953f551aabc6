//! Sending what a table has.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use super::Row;
use crate::testing::{Harness, TestRequest};

/// The future of [`Harness::run_table`]. It ends the test at the line that awaits it.
#[must_use = "nothing is sent until it is awaited"]
pub struct TableRun {
    /// What of the lines came out otherwise.
    run: Pin<Box<dyn Future<Output = Result<(), String>> + Send>>,
}

impl TableRun {
    pub(super) fn new(
        harness: Harness,
        rows: Vec<Row>,
        with_token: impl Fn(TestRequest, &str) -> TestRequest + Send + 'static,
    ) -> Self {
        Self {
            run: Box::pin(run(harness, rows, with_token)),
        }
    }
}

async fn run(
    harness: Harness,
    rows: Vec<Row>,
    with_token: impl Fn(TestRequest, &str) -> TestRequest,
) -> Result<(), String> {
    let mut failures = Vec::new();
    for row in &rows {
        let response = row.request(&harness, &with_token).send().await;
        failures.extend(row.failure(&response));
    }
    match failures.len() {
        0 => Ok(()),
        failed => Err(format!(
            "of {} lines of the table, {failed} came out otherwise\n{}",
            rows.len(),
            failures.join("\n")
        )),
    }
}

impl Future for TableRun {
    type Output = ();

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // No closure here: it would be the caller.
        match self.run.as_mut().poll(context) {
            Poll::Ready(Err(failures)) => panic!("{failures}"),
            Poll::Ready(Ok(())) => Poll::Ready(()),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl fmt::Debug for TableRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableRun").finish_non_exhaustive()
    }
}
