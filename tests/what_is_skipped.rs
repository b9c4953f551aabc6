//! Prints, after the other tests, which tests were skipped because a program is missing, and how to get it.

use std::{env, path::PathBuf, process::Command};

/// The names of a program, one of which is enough, and what is not tested without it.
const PROGRAMS: [(&[&str], &str); 12] = [
    (
        &["chromium", "google-chrome"],
        "the page of the browser example, and the console's page",
    ),
    (&["chromedriver"], "the console's page"),
    (&["redis-server"], "shared results in Redis"),
    (&["valkey-server"], "shared results in Valkey"),
    (&["faketime"], "processes of a fleet whose clocks differ"),
    (&["cargo-lambda"], "functions in cargo-lambda's emulator"),
    (&["node"], "functions in JavaScript"),
    (&["nginx"], "the command `forward-auth` behind nginx"),
    (&["caddy"], "the command `forward-auth` behind Caddy"),
    (&["openssl"], "TLS of the command's `record`"),
    (&["envoy"], "the command's `ext-authz` behind Envoy"),
    (
        &["curl"],
        "the commands in the README and in the examples, and how curl reads `explain --curl`",
    ),
];

fn main() {
    let is_missing = |names: &&[&str]| !names.iter().any(|name| is_installed(name));
    let missing = PROGRAMS.iter().filter(|(names, _)| is_missing(names));
    let mut missing: Vec<_> = missing
        .map(|(names, tests)| format!("{}: {tests}", names.join(" or ")))
        .collect();
    if !has_sam_translator() {
        missing.push("aws-sam-translator: the comparison with the SAM translator".to_owned());
    }
    if missing.is_empty() {
        println!("no test was skipped");
    } else {
        println!("skipped, because these programs are missing (`.ci/setup --all` installs them):");
        missing.iter().for_each(|line| println!("  {line}"));
    }
}

fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    // Debian installs servers where only the administrator's shell looks.
    let mut folders = env::split_paths(&path).chain(["/usr/sbin".into()]);
    folders.any(|folder| folder.join(program).is_file())
}

/// Where `.ci/setup --all` installs it.
fn has_sam_translator() -> bool {
    let data = env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let python = data
        .or_else(home)
        .map(|data| data.join("sam-translator/bin/python"));
    let imported = python.map(|python| {
        Command::new(python)
            .args(["-c", "import samtranslator"])
            .status()
    });
    imported.is_some_and(|status| status.is_ok_and(|status| status.success()))
}
