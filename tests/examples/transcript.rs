//! Commands in a text, each with its expected output.

#[path = "../support/cargo.rs"]
pub(crate) mod cargo;

use std::process::{Command, Stdio};

use self::cargo::outside_of_cargo;

/// A command in a `console` block, and the lines below it.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) command: String,
    pub(crate) prints: String,
}

impl Step {
    pub(crate) fn starts_a_server(&self) -> bool {
        self.prints.starts_with("listening on ")
    }
}

/// The commands (lines that begin with `$ `) in all `console` blocks of a text.
pub(crate) fn commands_of<'l>(lines: impl Iterator<Item = &'l str>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut in_block = false;
    for line in lines {
        if line.starts_with("```") {
            in_block = line == "```console";
        } else if let (true, Some(command)) = (in_block, line.strip_prefix("$ ")) {
            steps.push(Step {
                command: command.to_owned(),
                prints: String::new(),
            });
        } else if let (true, Some(step)) = (in_block, steps.last_mut()) {
            step.prints.push_str(line);
            step.prints.push('\n');
        }
    }
    steps
}

/// Runs a command in a shell and returns its standard output. curl shows no progress meter, as on a terminal.
pub(crate) fn run(command: &str, address: &str) -> String {
    let quiet = "curl() { command curl --silent --show-error \"$@\"; }";
    let output = outside_of_cargo("sh")
        .args(["-c", &format!("{quiet}\n{command}")])
        .env("ADDR", address)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Replaces dates and ids, which differ in each run, and normalises line endings.
pub(crate) fn without_volatile_parts(printed: &str) -> String {
    let line = |line: &str| match line.split_once(": ") {
        Some((name @ ("date" | "x-amzn-requestid" | "x-amz-apigw-id" | "apigw-requestid"), _)) => {
            format!("{name}: …")
        }
        _ => line.trim_end().to_owned(),
    };
    let lines: Vec<_> = printed.trim_end().lines().map(line).collect();
    lines.join("\n")
}

pub(crate) fn has_curl() -> bool {
    let curl = Command::new("curl")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    curl.is_ok_and(|status| status.success())
}
