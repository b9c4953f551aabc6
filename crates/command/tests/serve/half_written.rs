//! Documents that are read while somebody writes them. Half a document may be valid, and guard less.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Write,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    client::get,
    process::Server,
    protected::folder,
    reload::until_status,
    upstream::Recorder,
    writer::{Round, is_never_used_by_half},
};

/// The guard of `/pets` is the last thing in it.
const DOCUMENT: &str = "\
openapi: 3.0.1
info: {title: pets, version: '1'}
components:
  securitySchemes:
    keepers:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authtype: custom
      x-amazon-apigateway-authorizer: {type: token, authorizerUri: keepers}
paths:
  /dogs:
    get: {}
  /pets:
    get:
      description: All pets.
      security:
        - keepers: []
";

/// As long as a change that is complete needs to be in force, several times.
const WHILE: Duration = Duration::from_millis(400);

fn serve(folder: &Path, document: &str) -> Server {
    let upstream = format!("http://{}", Recorder::start().address);
    let arguments = [
        "serve",
        document,
        "--upstream",
        &upstream,
        "--function",
        "answers.json",
    ];
    Server::start_in(folder, &arguments)
}

/// Sends requests that must not pass.
#[cfg(target_os = "linux")]
#[track_caller]
fn stays_guarded(server: &Server, time: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < time {
        assert_eq!(get(server.address, "/pets", &[]).status, 401);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_document_counts_when_its_writer_has_closed_it() {
    let folder = folder(&json!({}));
    let without_dogs = DOCUMENT.replace("  /dogs:\n    get: {}\n", "");
    fs::create_dir(folder.path().join("real")).unwrap();
    let file = folder.path().join("real/api.yaml");
    fs::write(&file, &without_dogs).unwrap();
    std::os::unix::fs::symlink("real/api.yaml", folder.path().join("api.yaml")).unwrap();
    let server = serve(folder.path(), "api.yaml");
    let (begin, end) = DOCUMENT.split_once("      security:").unwrap();
    let mut writer = File::create(&file).unwrap();
    writer.write_all(begin.as_bytes()).unwrap();
    stays_guarded(&server, WHILE);
    // Another program writes other files of the folder.
    fs::write(folder.path().join("real/other"), "").unwrap();
    stays_guarded(&server, WHILE);
    writer.write_all(b"      security:").unwrap();
    writer.write_all(end.as_bytes()).unwrap();
    drop(writer);
    until_status(&server, "/dogs", &[], 200);
    stays_guarded(&server, WHILE);
    assert!(!server.errors().contains("error"), "{}", server.errors());
    // The guard is removed on purpose.
    fs::write(&file, begin).unwrap();
    until_status(&server, "/pets", &[], 200);
}

/// The writer closes the document whenever it is half-written.
#[test]
fn no_mixture_of_versions_is_used() {
    is_never_used_by_half(while_it_is_written, |statuses| statuses.contains(&200));
}

/// The statuses until a request passes that must not.
fn while_it_is_written() -> Round<BTreeSet<u16>> {
    let folder = folder(&json!({}));
    let file = folder.path().join("api.yaml");
    fs::write(&file, DOCUMENT).unwrap();
    let server = serve(folder.path(), "api.yaml");
    let (begin, end) = DOCUMENT.split_once("      security:").unwrap();
    let versions = AtomicUsize::new(0);
    let write_begin = || {
        let version = versions.fetch_add(1, Ordering::Relaxed);
        fs::write(&file, format!("# {version}\n{begin}")).unwrap();
    };
    let write_end = || {
        let mut writer = File::options().append(true).open(&file).unwrap();
        write!(writer, "      security:{end}").unwrap();
    };
    let round = Round::of(write_begin, write_end, || {
        let begun = Instant::now();
        let mut statuses = BTreeSet::new();
        // The command reads the document once a second meanwhile.
        while begun.elapsed() < 15 * WHILE && !statuses.contains(&200) {
            statuses.insert(get(server.address, "/pets", &[]).status);
        }
        statuses
    });
    assert!(round.seen.is_subset(&[200, 401].into()), "{:?}", round.seen);
    fs::write(&file, DOCUMENT.replace("/dogs", "/cats")).unwrap();
    until_status(&server, "/cats", &[], 200);
    round
}

/// The writer was there first.
#[test]
fn a_change_during_the_start_is_noticed() {
    for delay in 0..20 {
        let folder = folder(&json!({}));
        let file = folder.path().join("api.yaml");
        let (begin, end) = DOCUMENT.split_once("      security:").unwrap();
        fs::write(&file, begin).unwrap();
        let mut writer = File::options().append(true).open(&file).unwrap();
        let writing = thread::spawn(move || {
            // While the command reads the document, opens its ports or begins to watch files.
            thread::sleep(Duration::from_millis(2 * delay));
            // At once: a document that ends in between cannot be used, and ends the start.
            let rest = format!("      security:{end}");
            writer.write_all(rest.as_bytes()).unwrap();
        });
        let server = serve(folder.path(), "api.yaml");
        writing.join().unwrap();
        until_status(&server, "/pets", &[], 401);
    }
}
