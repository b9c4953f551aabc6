//! Files that change while requests are served.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    client::{DEADLINE, get},
    process::Server,
    protected::{Protected, answers, api, folder, write},
    upstream::Recorder,
};

/// Waits until a request has this status.
#[track_caller]
pub(crate) fn until_status(server: &Server, target: &str, headers: &[&str], status: u16) {
    let begun = Instant::now();
    while get(server.address, target, headers).status != status {
        assert!(
            begun.elapsed() < DEADLINE,
            "{target} has never been {status}: {}",
            server.errors()
        );
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_new_operation_is_served() {
    let protected = Protected::start(Recorder::start().address);
    let (server, folder) = (&protected.server, protected.folder.path());
    assert_eq!(get(server.address, "/dogs", &[]).status, 403);
    let mut document = api();
    document["paths"]["/dogs"] = document["paths"]["/open"].clone();
    write(folder, "api.json", &document);
    server.wait_for_error("note: api.json: read again; no cached result is kept");
    assert_eq!(get(server.address, "/dogs", &[]).status, 200);
    // An editor writes another file and gives it the old name.
    write(folder, "new.json", &api());
    fs::rename(folder.join("new.json"), folder.join("api.json")).unwrap();
    until_status(server, "/dogs", &[], 403);
    // The renamed file is watched, too.
    write(folder, "api.json", &document);
    until_status(server, "/dogs", &[], 200);
}

#[test]
fn cached_results_do_not_survive_a_change() {
    let protected = Protected::start(Recorder::start().address);
    let (server, folder) = (&protected.server, protected.folder.path());
    assert_eq!(
        get(server.address, "/pets", &["authorization: allow"]).status,
        200
    );
    let mut changed = answers();
    changed["answersByToken"]["allow"] = changed["answersByToken"]["deny"].clone();
    write(folder, "answers.json", &changed);
    until_status(server, "/pets", &["authorization: allow"], 403);
}

#[test]
fn a_document_that_cannot_be_used_changes_nothing() {
    let protected = Protected::start(Recorder::start().address);
    let (server, folder) = (&protected.server, protected.folder.path());
    let unguarded =
        r#"{"openapi": "3.0.1", "paths": {"/pets": {"get": {"security": [{"nobody": []}]}}}}"#;
    for (broken, problem) in [
        ("{", "EOF while parsing an object"),
        ("", "the file is empty"),
        (unguarded, "`nobody`"),
    ] {
        fs::write(folder.join("api.json"), broken).unwrap();
        let errors = server.wait_for_error(problem);
        let error = errors.lines().find(|line| line.contains(problem)).unwrap();
        assert!(error.starts_with("error: api.json: "), "{errors}");
        assert!(
            error.ends_with("; the version before this change stays in force"),
            "{errors}"
        );
        assert_eq!(get(server.address, "/pets", &[]).status, 401);
        assert_eq!(get(server.address, "/open", &[]).status, 200);
    }
    fs::remove_file(folder.join("api.json")).unwrap();
    server.wait_for_error(
        "error: api.json: there is no such file; check the path; the version before",
    );
    assert_eq!(get(server.address, "/pets", &[]).status, 401);
    let mut document = api();
    document["paths"]["/dogs"] = document["paths"]["/open"].clone();
    write(folder, "api.json", &document);
    until_status(server, "/dogs", &[], 200);
}

#[test]
fn an_included_file_is_watched() {
    let folder = folder(&api());
    let template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {"Api": {"Type": "AWS::Serverless::Api", "Properties": {
            "StageName": "prod",
            "DefinitionBody": {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "parts/api.json"}}}
        }}}
    });
    write(folder.path(), "template.json", &template);
    fs::create_dir(folder.path().join("parts")).unwrap();
    write(folder.path(), "parts/api.json", &api());
    let upstream = format!("http://{}", Recorder::start().address);
    let arguments = [
        "serve",
        "template.json",
        "--upstream",
        &upstream,
        "--function",
        "answers.json",
    ];
    let server = Server::start_in(folder.path(), &arguments);
    assert_eq!(get(server.address, "/dogs", &[]).status, 403);
    let mut document = api();
    document["paths"]["/dogs"] = document["paths"]["/open"].clone();
    write(folder.path(), "parts/api.json", &document);
    until_status(&server, "/dogs", &[], 200);
}

#[test]
fn files_that_are_only_touched_keep_the_cache() {
    let protected = Protected::start(Recorder::start().address);
    let (server, folder) = (&protected.server, protected.folder.path());
    write(folder, "api.json", &api());
    fs::write(folder.join("other.json"), "{").unwrap();
    // So that the next change is not taken for a part of this one. That the file was read and is the same is told nowhere.
    thread::sleep(Duration::from_millis(200));
    let mut document = api();
    document["paths"]["/dogs"] = document["paths"]["/open"].clone();
    write(folder, "api.json", &document);
    until_status(server, "/dogs", &[], 200);
    let errors = server.wait_for_error("read again");
    assert_eq!(errors.matches("read again").count(), 1, "{errors}");
}

#[test]
fn no_request_fails_while_files_change() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let address = protected.address();
    let (is_over, sent) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let clients = (0..4).map(|number| {
        let (is_over, sent) = (Arc::clone(&is_over), Arc::clone(&sent));
        thread::spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                let (headers, status) = match number % 2 {
                    0 => (&["authorization: allow"][..], 200),
                    _ => (&[][..], 401),
                };
                let reply = get(address, "/pets", headers);
                assert_eq!(reply.status, status, "{reply:?}");
                sent.fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    let clients: Vec<_> = clients.collect();
    for version in 0..10 {
        let mut document = api();
        document["info"]["version"] = json!(version.to_string());
        document["paths"][format!("/version-{version}")] = document["paths"]["/open"].clone();
        write(protected.folder.path(), "api.json", &document);
        until_status(&protected.server, &format!("/version-{version}"), &[], 200);
    }
    is_over.store(true, Ordering::Relaxed);
    clients
        .into_iter()
        .for_each(|client| client.join().unwrap());
    assert!(sent.load(Ordering::Relaxed) > 100, "{sent:?} requests");
}
