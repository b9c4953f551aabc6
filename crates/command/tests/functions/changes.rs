//! `serve` notices changed files, and leaves no process behind.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use crate::{
    app::{ALLOW, App, is_skipped},
    served::{no_upstream, serve, status, wait_until},
    writer::{Round, is_never_used_by_half},
};

fn is_running(process: &str) -> bool {
    Path::new("/proc").join(process).exists()
        && !fs::read_to_string(format!("/proc/{process}/stat"))
            .unwrap_or_default()
            .contains(") Z ")
}

#[test]
fn a_changed_file_is_used_at_the_next_call() {
    if is_skipped("changed functions") {
        return;
    }
    let app = App::node("exports.handler = async () => { throw new Error('Unauthorized'); };");
    let server = serve(&app);
    assert_eq!(status(&server, "t"), 401);
    let source = fs::read_to_string(app.file("gate/index.js")).unwrap();
    app.write(
        "gate/index.js",
        &source.replace("throw new Error('Unauthorized')", "return ALLOW"),
    );
    assert_eq!(status(&server, "t"), 502);
    app.write(
        "gate/index.js",
        "exports.handler = async () => ({ garbage: true });",
    );
    assert_eq!(status(&server, "t"), 500);
    // Packages are many, and seldom change.
    app.write("gate/node_modules/x/index.js", "");
    assert_eq!(status(&server, "t"), 500);
}

/// The first part of the code is a function that allows everything.
#[test]
fn code_that_is_half_written_is_not_used() {
    if is_skipped("changed functions") {
        return;
    }
    let begin = format!("const ALLOW = {ALLOW};\nexports.handler = async () => ALLOW;\n");
    let app = App::node(REFUSES);
    let server = serve(&app);
    assert_eq!(status(&server, "t"), 401);
    let half_and_whole = || {
        Round::of(
            || app.write("gate/index.js", &begin),
            || app.write("gate/index.js", &format!("{begin}{REFUSES}")),
            || {
                let mut statuses = (0..3).map(|_| status(&server, "t"));
                statuses.find(|it| *it == 502)
            },
        )
    };
    is_never_used_by_half(half_and_whole, Option::is_some);
    assert_eq!(status(&server, "t"), 401);
    // The last part is removed on purpose.
    app.write("gate/index.js", &begin);
    assert_eq!(status(&server, "t"), 502);
}

/// The process has loaded the first part when the second one is written.
#[test]
fn code_that_changes_while_it_is_loaded_is_loaded_again() {
    if is_skipped("changed functions") {
        return;
    }
    let app = App::node(REFUSES);
    let server = serve(&app);
    assert_eq!(status(&server, "t"), 401);
    let (loads, goes_on) = (app.file("loads"), app.file("goes-on"));
    let begin = format!(
        "const ALLOW = {ALLOW};\nexports.handler = async () => ALLOW;\n\
         const fs = require('fs');\nfs.writeFileSync({loads:?}, '');\nwhile (!fs.existsSync({goes_on:?})) {{}}\n"
    );
    app.write("gate/index.js", &begin);
    thread::scope(|scope| {
        let asked = scope.spawn(|| status(&server, "t"));
        wait_until("it is not loaded", || loads.exists());
        app.write("gate/index.js", &format!("{begin}{REFUSES}"));
        app.write("goes-on", "");
        assert_eq!(asked.join().unwrap(), 401);
    });
}

/// A function whose results are cached, and the text of its file.
fn cached(name: &str) -> (App, String) {
    cached_in("gate", name)
}

fn cached_in(folder: &str, name: &str) -> (App, String) {
    let properties = format!("Runtime: nodejs20.x, Handler: index.handler, CodeUri: {folder}");
    let app = App::named(name, 3600, &properties);
    let allows = format!("const ALLOW = {ALLOW};\nexports.handler = async () => ALLOW;");
    (app.with(&format!("{folder}/index.js"), &allows), allows)
}

const REFUSES: &str = "exports.handler = async () => { throw new Error('Unauthorized'); };";

#[test]
fn cached_results_do_not_survive_a_change_of_the_function() {
    if is_skipped("changed functions") {
        return;
    }
    let (app, allows) = cached("gate");
    let server = serve(&app);
    assert_eq!(status(&server, "t"), 502);
    app.write("gate/index.js", REFUSES);
    wait_until("the result is cached", || status(&server, "t") == 401);
    let errors = server
        .wait_for_error("note: gate: the code of its function has changed; its cached results");
    assert!(
        errors.contains("are dropped (changed last: `gate/index.js`)"),
        "{errors}"
    );
    app.write("gate/index.js", &allows);
    wait_until("the function is the old one", || {
        status(&server, "t") == 502
    });
    // The folder may be another one, as after a build, and parts of the code may be in folders that are new.
    fs::remove_dir_all(app.file("gate")).unwrap();
    let parts = "exports.handler = require('./parts/handler').handler;";
    app.write("gate/index.js", parts);
    app.write("gate/parts/handler.js", &allows);
    wait_until("the parts are not used", || status(&server, "t") == 502);
    app.write("gate/parts/handler.js", REFUSES);
    wait_until("the parts are not watched", || status(&server, "t") == 401);
    assert!(
        !server.errors().contains("read again"),
        "{}",
        server.errors()
    );
}

/// Otherwise, each line about a change would be the next change.
#[cfg(unix)]
#[test]
fn a_log_beside_the_code_is_not_a_change() {
    if is_skipped("changed functions") {
        return;
    }
    let (app, allows) = cached("gate");
    let log = app.file("gate/errors.log");
    let _server = LoggedServer::new(&app, &log);
    wait_until("it does not start", || read(&log).contains("listening on"));
    app.write("gate/index.js", &format!("{allows}\n"));
    wait_until("the change is not noticed", || {
        read(&log).contains("cached results are dropped")
    });
    // Written after the line about the change, so a change that this line made would be noticed first.
    fs::write(app.file("gate/other"), "").unwrap();
    wait_until("the other file is not noticed", || {
        read(&log).contains("gate/other`")
    });
    let errors = read(&log);
    assert!(!errors.contains("errors.log"), "{errors}");
}

/// The command with its standard error in a file.
#[cfg(unix)]
struct LoggedServer(Child);

#[cfg(unix)]
impl LoggedServer {
    fn new(app: &App, log: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"));
        command
            .args(["serve", "template.yaml", "--listen", "127.0.0.1:0"])
            .args(["--upstream", &no_upstream()])
            .current_dir(app.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(log).unwrap());
        Self(command.spawn().unwrap())
    }
}

#[cfg(unix)]
impl Drop for LoggedServer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
fn read(log: &Path) -> String {
    fs::read_to_string(log).unwrap()
}

#[test]
fn code_that_a_build_makes_again_is_watched() {
    if is_skipped("changed functions") {
        return;
    }
    let (app, allows) = cached_in("build/gate", "gate");
    let server = serve(&app);
    assert_eq!(status(&server, "t"), 502);
    fs::remove_dir_all(app.file("build")).unwrap();
    server.wait_for_error("the code of its function has changed");
    app.write("build/gate/index.js", &allows);
    wait_until("the new code is not used", || status(&server, "t") == 502);
    // The result is cached. It must not outlive the next change.
    app.write("build/gate/index.js", REFUSES);
    wait_until("the new code is not watched", || {
        status(&server, "t") == 401
    });
}

#[test]
fn the_result_of_a_call_that_began_before_the_change_is_not_cached() {
    if is_skipped("changed functions") {
        return;
    }
    let (app, allows) = cached("gate");
    let goes_on = app.file("goes-on");
    let waits = format!(
        "async () => {{\n  console.log('begun');\n  while (!require('fs').existsSync({goes_on:?})) \
         await new Promise((done) => setTimeout(done, 5));\n  return"
    );
    let slow = allows.replace("async () =>", &waits);
    app.write("gate/index.js", &slow.replace(" ALLOW;", " ALLOW; };"));
    let server = serve(&app);
    thread::scope(|scope| {
        let first = scope.spawn(|| status(&server, "t"));
        server.wait_for_error("[Gate] begun");
        app.write("gate/index.js", REFUSES);
        server.wait_for_error("the code of its function has changed");
        app.write("goes-on", "");
        assert_eq!(first.join().unwrap(), 502);
    });
    assert_eq!(status(&server, "t"), 401);
}

#[test]
fn names_of_a_template_cannot_take_over_the_terminal() {
    if is_skipped("names of functions") {
        return;
    }
    let (app, _) = cached(r"gate\e[2Jx");
    let server = serve(&app);
    app.write("gate/index.js", REFUSES);
    let errors = server.wait_for_error("the code of its function has changed");
    assert!(!errors.contains('\u{1b}'), "{errors}");
    assert!(errors.starts_with(r"gate\u{1b}[2Jx: Node.js"), "{errors}");
}

/// A function that notes its process, and that of a child which never ends.
const TWO_PROCESSES: &str = r#"
    const fs = require("fs");
    const child = require("child_process").spawn("sleep", ["1000"], { stdio: "ignore" });
    fs.writeFileSync("/tmp/PLACE", `${process.pid} ${child.pid}`);
    exports.handler = async () => ALLOW;"#;

fn with_noted_processes(name: &str) -> (App, std::path::PathBuf) {
    let place = std::env::temp_dir().join(format!("functions-{name}-{}", std::process::id()));
    let source = TWO_PROCESSES.replace("/tmp/PLACE", place.to_str().unwrap());
    (App::node(&source), place)
}

#[test]
fn the_end_of_the_command_is_the_end_of_its_functions() {
    if is_skipped("changed functions") {
        return;
    }
    let (app, place) = with_noted_processes("end");
    let mut server = serve(&app);
    assert_eq!(status(&server, "t"), 502);
    let noted = fs::read_to_string(&place).unwrap();
    let processes: Vec<_> = noted.split(' ').collect();
    assert!(processes.iter().all(|id| is_running(id)));
    assert_eq!(server.terminate(), Some(0));
    for id in processes {
        wait_until("a process of the function is left", || !is_running(id));
    }
    fs::remove_file(place).unwrap();
}

#[test]
fn a_function_notices_that_the_command_was_killed() {
    if is_skipped("changed functions") {
        return;
    }
    let (app, place) = with_noted_processes("kill");
    let server = serve(&app);
    assert_eq!(status(&server, "t"), 502);
    let noted = fs::read_to_string(&place).unwrap();
    let (function, child) = noted.split_once(' ').unwrap();
    drop(server);
    wait_until("the function is left", || !is_running(function));
    // Its own children are not known to it.
    Command::new("kill").arg(child).status().unwrap();
    fs::remove_file(place).unwrap();
}

/// The processes wait for each other.
#[test]
fn several_processes_answer_at_the_same_time() {
    if is_skipped("changed functions") {
        return;
    }
    let here = tempfile::tempdir().unwrap();
    let source = format!(
        r#"const fs = require("fs");
        exports.handler = async (event) => {{
            fs.writeFileSync({here:?} + "/" + process.pid, "");
            while (fs.readdirSync({here:?}).length < 4) await new Promise((done) => setTimeout(done, 5));
            return ALLOW;
        }};"#,
        here = here.path()
    );
    let app = App::node_with(", Timeout: 60", &source);
    let server = serve(&app);
    thread::scope(|scope| {
        for token in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] {
            let server = &server;
            scope.spawn(move || assert_eq!(status(server, token), 502));
        }
    });
}
