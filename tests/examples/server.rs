//! An example's server: a process of its own on a free port.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStdout, Command, Stdio},
};

pub(crate) struct Server {
    process: Child,
    output: BufReader<ChildStdout>,
    first_line: String,
    pub(crate) address: String,
}

impl Server {
    /// Runs a command `cargo run --example …` and waits until the server listens.
    pub(crate) fn start(command: &str) -> Self {
        let arguments = command
            .strip_prefix("cargo ")
            .expect("a server is started with cargo");
        let mut process = Command::new(env!("CARGO"))
            .args(arguments.split(' '))
            .env("ADDR", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut first_line = String::new();
        output.read_line(&mut first_line).unwrap();
        let address = first_line.trim_end().strip_prefix("listening on http://");
        let address = address
            .unwrap_or_else(|| panic!("the server said {first_line:?}"))
            .to_owned();
        Self {
            process,
            output,
            first_line,
            address,
        }
    }

    /// Ends the server and gives all that it printed, with the address that its header has.
    pub(crate) fn stop(mut self) -> String {
        self.process.kill().unwrap();
        let mut printed = self.first_line.replace(&self.address, "127.0.0.1:3000");
        self.output.read_to_string(&mut printed).unwrap();
        printed
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
