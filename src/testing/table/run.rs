//! Sends the requests of a table.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use super::Row;
use crate::testing::{Harness, TestRequest, checking::Checking};

/// The future of [`Harness::run_table`]. If it panics, it points at the line that awaits it.
#[must_use = "nothing is sent until it is awaited"]
pub struct TableRun {
    run: Checking,
}

impl TableRun {
    pub(super) fn new(
        harness: Harness,
        rows: Vec<Row>,
        with_token: impl Fn(TestRequest, &str) -> TestRequest + Send + 'static,
    ) -> Self {
        Self {
            run: Checking::new(run(harness, rows, with_token)),
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
            "{failed} of {} lines of the table failed\n{}",
            rows.len(),
            failures.join("\n")
        )),
    }
}

impl Future for TableRun {
    type Output = ();

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.run).poll(context)
    }
}

impl fmt::Debug for TableRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableRun").finish_non_exhaustive()
    }
}
