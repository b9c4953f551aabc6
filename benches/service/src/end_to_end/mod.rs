//! Requests over a connection to a server of one thread in its own process: what the layer costs beside what a request
//! costs anyway.

mod client;
pub(crate) mod server;

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Stdio},
};

use bench_harness::callgrind;

use crate::figures::text;

/// One kind of server and of request.
pub(crate) struct Row {
    /// One word, for the other process.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// Otherwise it has no token, and is refused.
    has_token: bool,
}

const fn row(name: &'static str, title: &'static str, has_token: bool) -> Row {
    Row {
        name,
        title,
        has_token,
    }
}

pub(crate) const ROWS: &[Row] = &[
    row("bare", "bare router", true),
    row("hit", "this crate, hit", true),
    row("refusal", "this crate, refusal", false),
    #[cfg(feature = "contestants")]
    row("moka-hit", "tower-http + moka, hit", true),
    #[cfg(feature = "contestants")]
    row("moka-refusal", "tower-http + moka, refusal", false),
];

/// The first requests do not count: they fill caches, buffers and the processor's guesses.
const WARM_UP: usize = 500;

const REQUESTS: usize = 2500;

/// Instructions of one request by rows. None without valgrind.
pub(crate) struct EndToEnd(Vec<Option<f64>>);

impl EndToEnd {
    pub(crate) fn instructions(&self, name: &str) -> Option<f64> {
        let at = ROWS.iter().position(|row| row.name == name)?;
        *self.0.get(at)?
    }

    /// How many times those of the bare router.
    pub(crate) fn over_bare(&self, name: &str) -> Option<f64> {
        Some(self.instructions(name)? / self.instructions("bare")?)
    }
}

pub(crate) fn run(counted: bool) -> EndToEnd {
    let counts = ROWS
        .iter()
        .map(|row| counted.then(|| instructions(row)).flatten());
    let measured = EndToEnd(counts.collect());
    println!("end to end: a hyper server with an axum router, instructions of one request");
    println!("{:<34}{:>14}{:>14}", "", "instructions", "over bare");
    for row in ROWS {
        println!(
            "{:<34}{:>14}{:>14}",
            row.title,
            text(measured.instructions(row.name), 0),
            text(measured.over_bare(row.name), 3)
        );
    }
    println!();
    measured
}

fn instructions(row: &Row) -> Option<f64> {
    let counted = total(row, REQUESTS)? - total(row, WARM_UP)?;
    Some(counted / (REQUESTS - WARM_UP) as f64)
}

/// Those of a server from its first to its last request.
fn total(row: &Row, requests: usize) -> Option<f64> {
    let mut server = callgrind::command(env::current_exe().ok()?, server::COUNTED)
        .args([server::SERVE, row.name])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let address = address(&mut server).expect("the server's address");
    client::send(&address, row.has_token, requests).expect("an answer to every request");
    // The connection is closed, so the server ends.
    callgrind::collected(&server.wait_with_output().ok()?)
}

/// The server's only line.
fn address(server: &mut Child) -> Option<String> {
    let mut line = String::new();
    let output = server.stdout.as_mut()?;
    BufReader::new(output).read_line(&mut line).ok()?;
    Some(line.trim().to_owned())
}
