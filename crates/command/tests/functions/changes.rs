//! `serve` notices changed files, and leaves no process behind.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::{
    app::{App, is_skipped},
    process::Server,
};

/// The status of a request with this token.
fn status(server: &Server, token: &str) -> u16 {
    let mut stream = TcpStream::connect(server.address).unwrap();
    let request =
        format!("GET / HTTP/1.1\r\nhost: a\r\nauthorization: {token}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response[9..12].parse().unwrap()
}

fn serve(app: &App) -> Server {
    // Nobody listens there: an allowed request is a 502.
    let arguments = ["serve", "template.yaml", "--upstream", "http://127.0.0.1:9"];
    Server::start_in(app.path(), &arguments)
}

fn is_running(process: &str) -> bool {
    Path::new("/proc").join(process).exists()
        && !fs::read_to_string(format!("/proc/{process}/stat"))
            .unwrap_or_default()
            .contains(") Z ")
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(5));
    }
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

#[test]
fn several_processes_answer_at_the_same_time() {
    if is_skipped("changed functions") {
        return;
    }
    let app = App::node(
        "exports.handler = async () => { await new Promise((done) => setTimeout(done, 500)); return ALLOW; };",
    );
    let server = serve(&app);
    assert_eq!(status(&server, "t"), 502);
    let begun = Instant::now();
    thread::scope(|scope| {
        for token in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] {
            let server = &server;
            scope.spawn(move || assert_eq!(status(server, token), 502));
        }
    });
    // One after the other would take 6 seconds.
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}
