//! The server of an example, in a child process with free ports.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStdout, Stdio},
};

use crate::transcript::cargo::outside_of_cargo;

pub(crate) struct Server {
    process: Child,
    output: BufReader<ChildStdout>,
    /// The output so far.
    printed: String,
    /// The addresses in the example's comment, and the real ones.
    addresses: Vec<(String, String)>,
}

impl Server {
    /// Runs a command `cargo run --example …`, which may begin with variables. Waits until the server has printed its
    /// addresses, which are in the first lines of the output.
    pub(crate) fn start(command: &str, prints: &str) -> Self {
        let (variables, arguments) = command
            .split_once("cargo ")
            .expect("a server is started with cargo");
        let variables = variables.split_whitespace().map(|variable| {
            let variable = variable.split_once('=');
            variable.expect("a variable has a value")
        });
        let mut process = outside_of_cargo(env!("CARGO"))
            .args(arguments.split(' '))
            .envs(variables)
            .env("ADDR", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut server = Self {
            process,
            output,
            printed: String::new(),
            addresses: Vec::new(),
        };
        for documented in prints.lines().map_while(address) {
            server.read_address(documented);
        }
        assert!(!server.addresses.is_empty(), "{command} prints no address");
        server
    }

    fn read_address(&mut self, documented: &str) {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let actual = address(&line).unwrap_or_else(|| panic!("the server said {line:?}"));
        self.addresses
            .push((documented.to_owned(), actual.to_owned()));
        self.printed.push_str(&line);
    }

    /// The first address that the server printed.
    pub(crate) fn address(&self) -> &str {
        self.addresses
            .first()
            .map(|(_, actual)| actual)
            .expect("it has one")
    }

    /// Replaces the addresses of the comment by the real ones.
    pub(crate) fn with_actual_addresses(&self, text: &str) -> String {
        let addresses = self.addresses.iter();
        addresses.fold(text.to_owned(), |text, (documented, actual)| {
            text.replace(documented, actual)
        })
    }

    /// Replaces the real addresses in the output by those of the comment.
    pub(crate) fn with_documented_addresses(&self, text: &str) -> String {
        let addresses = self.addresses.iter();
        addresses.fold(text.to_owned(), |text, (documented, actual)| {
            text.replace(actual, documented)
        })
    }

    /// Stops the server and returns its output.
    pub(crate) fn stop(mut self) -> String {
        self.process.kill().unwrap();
        self.output.read_to_string(&mut self.printed).unwrap();
        self.with_documented_addresses(&self.printed)
    }
}

/// The first address in a line.
fn address(line: &str) -> Option<&str> {
    let (_, address) = line.split_once("http://")?;
    address.split_whitespace().next()
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
