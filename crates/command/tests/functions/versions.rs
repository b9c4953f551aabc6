//! Functions whose runtime is not the version that is installed.

use std::{env, fs, os::unix::fs::PermissionsExt};

use crate::app::{App, is_skipped};

const RAISES: &str = "\
def handler(event, context):
    raise Exception('Unauthorized' if event['authorizationToken'] == 'nobody' else 'no table')";

fn python(runtime: &str) -> App {
    let properties = format!("Runtime: {runtime}, Handler: app.handler, CodeUri: gate");
    App::new(&properties).with("gate/app.py", RAISES)
}

/// Python under another name and with another version, in front of `PATH`.
fn with_python(app: &App, name: &str, version: &str) -> String {
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo Python {version}; exit; fi\nexec python3 \"$@\"\n"
    );
    let program = app.file(&format!("bin/{name}"));
    app.write(&format!("bin/{name}"), &script);
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    format!(
        "{}:{}",
        app.file("bin").display(),
        env::var("PATH").unwrap()
    )
}

#[test]
fn another_version_is_reported_at_the_start_and_with_errors() {
    if is_skipped("versions of Node.js and Python") {
        return;
    }
    let app = python("python3.99");
    let explained = app.explain(&["nobody", "ann"]);
    explained.check(&[
        "UNAUTHORIZED 401",
        "the function failed: no table (it ran on Python 3.",
    ]);
    explained.check(&["UNAUTHORIZED 401", " instead of `python3.99`) (Exception)"]);
    let told: Vec<_> = explained
        .errors
        .lines()
        .filter(|line| line.starts_with("note: "))
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    let begin = "note: template.yaml: the function `Gate` runs on Python 3.";
    let end = " instead of `python3.99`, because no program `python3.99` in PATH starts; install that version if the difference \
               matters";
    assert!(
        told[0].starts_with(begin) && told[0].ends_with(end),
        "{told:?}"
    );

    let node = App::new("Runtime: nodejs99.x, Handler: index.handler, CodeUri: gate").with(
        "gate/index.js",
        "exports.handler = async () => { throw new Error('no table'); };",
    );
    let explained = node.explain(&["t"]);
    explained.check(&[" instead of `nodejs99.x`)"]);
    let why = " instead of `nodejs99.x`, because that is the program `node` in PATH; ";
    assert!(explained.errors.contains(why), "{}", explained.errors);
}

#[test]
fn the_version_of_the_template_is_not_reported() {
    if is_skipped("versions of Python") {
        return;
    }
    let app = python("python3.99");
    let path = with_python(&app, "python3.99", "3.99.1");
    let explained = app.explain_with(&["ann"], &[], &[("PATH", &path)]);
    explained.check(&["the function failed: no table (Exception)"]);
    assert!(
        !explained.output.contains("it ran on"),
        "{}",
        explained.output
    );
    assert!(!explained.errors.contains("note"), "{}", explained.errors);
}

#[test]
fn a_program_that_is_another_version_than_its_name_says_is_reported() {
    if is_skipped("versions of Python") {
        return;
    }
    let app = python("python3.99");
    let path = with_python(&app, "python3.99", "3.1.2");
    let explained = app.explain_with(&["ann"], &[], &[("PATH", &path)]);
    explained.check(&["(it ran on Python 3.1.2 instead of `python3.99`)"]);
}
