//! Arguments and files that cannot be used: one sentence, and exit code 2.

use std::{
    net::TcpListener,
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    process::Server,
    protected::{api, folder, write},
};

#[test]
fn each_mistake_is_one_sentence_with_a_remedy() {
    let folder = folder(&api());
    write(
        folder.path(),
        "policy.json",
        &serde_json::json!({"Statement": []}),
    );
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let upstream = ["--upstream", "http://127.0.0.1:8000"];
    let with = |more: &[&'static str]| [&["api.json"], &upstream[..], more].concat();
    let cases: Vec<(Vec<&str>, &str)> = vec![
        (vec!["api.json"], "--upstream"),
        (
            vec!["api.json", "--upstream", "8000"],
            "write the server's URL with `http://` and without a path",
        ),
        (
            vec!["api.json", "--upstream", "http://h/base"],
            "without a path",
        ),
        (
            vec!["api.json", "--upstream", "http://u:p@ss/w@h"],
            "invalid value '…@h' for '--upstream <URL>': write the server's URL with `http://` and without a path",
        ),
        (
            vec!["api.json", "--upstream", "u:p@h"],
            "invalid value '…@h'",
        ),
        (
            vec!["api.json", "--upstream", "http://:80"],
            "write the server's URL",
        ),
        (
            vec!["api.json", "--upstream", "http://x:99999"],
            "write the server's URL",
        ),
        (
            vec!["api.json", "--upstream", "http://x:0"],
            "write the server's URL",
        ),
        (
            vec!["api.json", "--upstream", "http://x:"],
            "write the server's URL",
        ),
        (
            vec!["api.json", "--upstream", "https://h"],
            "only servers without TLS are supported",
        ),
        (
            vec!["none.json", "--upstream", "http://h"],
            "there is no such file; check the path",
        ),
        (
            vec!["policy.json", "--upstream", "http://h"],
            "this is a policy",
        ),
        (
            vec!["-", "--upstream", "http://h"],
            "cannot be the standard input; name a file",
        ),
        (
            with(&["--stage-variable", "tier-1=gold"]),
            "it must consist of ASCII letters, digits and `_`",
        ),
        (with(&["--stage-variable", "tier"]), "write NAME=VALUE"),
        (
            with(&["--upstream-timeout", "0"]),
            "write a number of seconds",
        ),
        (
            with(&["--upstream-timeout", "inf"]),
            "write a number of seconds",
        ),
        (
            with(&["--listen", "3000:x"]),
            "write a port, or an IP address and a port",
        ),
        (
            with(&["--listen", "localhost"]),
            "write a port, or an IP address and a port",
        ),
        (
            with(&["--trusted-proxy", "10.0.0.0/33"]),
            "write an IP address or a range",
        ),
        (with(&["--context-header", "x-user"]), "write HEADER=KEY"),
        (
            with(&["--context-header", "x-user="]),
            "a key of the context is missing",
        ),
        (
            with(&["--context-header", "x user=principalId"]),
            "not the name of a header",
        ),
        (
            with(&["--context-header", "host=principalId"]),
            "choose a name of your own",
        ),
        (
            with(&["--context-header", "content-length=principalId"]),
            "choose a name of your own",
        ),
        (
            with(&["--context-header", "x-real-ip=principalId"]),
            "choose a name of your own",
        ),
        (
            with(&["--context-header", "Cookie=principalId"]),
            "choose a name of your own",
        ),
        (
            with(&["--context-header", "authorization=principalId"]),
            "choose a name of your own",
        ),
        (
            with(&["--context-header", "forwarded-for=principalId"]),
            "choose a name of your own",
        ),
        (
            with(&["--context-header", "x_forwarded_for=principalId"]),
            "choose a name of your own",
        ),
        (
            with(&["--context-header", "x-user=principalId=x"]),
            "a key of the context has no `=`",
        ),
        (with(&["--admin-host", "shop.example"]), "--admin"),
        (
            with(&["--admin", "0", "--admin-host", "shop.example:9000"]),
            "write a name without a port",
        ),
        (with(&["--function", "none.json"]), "none.json"),
        (
            with(&["--authorizer", "nobody"]),
            "its authorizers are keepers",
        ),
        (
            with(&["--listen", "192.0.2.1:0"]),
            "this machine does not have this address",
        ),
        (
            with(&["--port", "192.0.2.1:0"]),
            "this machine does not have this address",
        ),
    ];
    let taken_cases = [
        (
            vec!["api.json", upstream[0], upstream[1], "--listen", &taken],
            "--listen",
        ),
        (
            vec![
                "api.json",
                upstream[0],
                upstream[1],
                "--listen",
                "0",
                "--admin",
                &taken,
            ],
            "--admin",
        ),
    ];
    for (arguments, remedy) in cases {
        check(&folder, &arguments, remedy);
    }
    for (arguments, option) in taken_cases {
        check(
            &folder,
            &arguments,
            &format!("{option} {taken}: this port is in use; "),
        );
    }
}

#[track_caller]
fn check(folder: &tempfile::TempDir, arguments: &[&str], remedy: &str) {
    let printed = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"))
        .arg("serve")
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let errors = String::from_utf8(printed.stderr).unwrap();
    assert_eq!(printed.status.code(), Some(2), "{arguments:?}: {errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(
        errors.starts_with("error: ") && errors.contains(remedy),
        "{arguments:?}: {errors}"
    );
    assert!(printed.stdout.is_empty());
}

#[test]
fn it_is_ready_at_once_and_listens_on_this_machine_only() {
    let folder = folder(&api());
    let arguments = [
        "serve",
        "api.json",
        "--upstream",
        "http://127.0.0.1:1",
        "--function",
        "answers.json",
    ];
    let (mut times, mut of_any_program) = (Vec::new(), Vec::new());
    // At least one of many starts, because other tests run at the same time. A busy machine needs longer for any program.
    let is_ready_at_once = (0..50).any(|_| {
        let begun = Instant::now();
        let version = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"))
            .arg("--version")
            .output();
        assert!(version.unwrap().status.success());
        of_any_program.push(begun.elapsed());
        let begun = Instant::now();
        let server = Server::start_in(folder.path(), &arguments);
        times.push(begun.elapsed());
        assert!(server.address.ip().is_loopback());
        assert!(
            server
                .errors()
                .contains("keepers: recorded answers, answers.json\n"),
            "{}",
            server.errors()
        );
        let [fastest, any] = [&times, &of_any_program].map(|times| *times.iter().min().unwrap());
        fastest < Duration::from_millis(200) + 10 * any
    });
    assert!(is_ready_at_once, "{times:?}, and {of_any_program:?}");
}

#[test]
fn programs_learn_where_it_listens_from_json() {
    let folder = folder(&api());
    let mut child = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"))
        .args([
            "serve",
            "api.json",
            "--upstream",
            "http://127.0.0.1:1",
            "--function",
            "answers.json",
        ])
        .args(["--listen", "0", "--admin", "0", "--format", "json"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    let mut values = serde_json::Deserializer::from_reader(stdout).into_iter::<serde_json::Value>();
    let said = values.next().unwrap().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        said["listening"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:"),
        "{said}"
    );
    assert!(
        said["admin"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:"),
        "{said}"
    );
    assert_eq!(
        said["functions"][0],
        "keepers: recorded answers, answers.json"
    );
}
